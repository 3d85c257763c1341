/** What is known of every guest of one snapshot: for pictures, and for files that other programs read. */
import type { Frame } from '../core/frame.ts';
import { type ChargeRule, type GuestCharges, guestCharges } from './charge.ts';
import { type Clustering, findClusters } from './clusters.ts';
import { nearby } from './near.ts';
import { classifyGuests, reachOf, type SiteClass, type SiteRule } from './sites.ts';

export interface GuestFacts {
  /** [N] */
  readonly classes: readonly SiteClass[];
  readonly clusters: Clustering;
  /** there when the model has a charge switch */
  readonly charges: GuestCharges | undefined;
}

/**
 * Site class, cluster, coordination and, with a rule for it, charge of every guest; each is worked out when it is first asked for.
 */
export function guestFacts(guests: Frame, host: Frame, rule: SiteRule, charge?: ChargeRule): GuestFacts {
  let [classes, clusters, charges]: [GuestFacts['classes']?, Clustering?, GuestCharges?] = [];
  return {
    get classes() {
      return (classes ??= classifyGuests(guests, host, nearby(host, reachOf(rule)), rule));
    },
    get clusters() {
      return (clusters ??= findClusters(guests, rule.guestDistance));
    },
    get charges() {
      return charge && (charges ??= guestCharges(guests, charge));
    },
  };
}
