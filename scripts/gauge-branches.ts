/** Galvanostatic branches of one host without the rest of a study, and the mean voltage over part of a branch. Pores and carbons share it. */
import {
  type Branch,
  type Chain,
  type ChainSetup,
  driveCharge,
  type GaugePoint,
  type MetalState,
  parseStudySpec,
} from 'cardhouse';

export interface GaugeRequest {
  readonly setup: ChainSetup;
  /** where the branch up begins */
  readonly chain: Chain;
  /** guests of the full host: the branch up ends there */
  readonly full: number;
  readonly metal: MetalState;
  /** of the study: step in mAh/g, guests in the cell, trials */
  readonly galvanostatic: Readonly<Record<'step' | 'gauge' | 'equilibration' | 'production', number>>;
}

/** N driven up to full and back through the same states. */
export async function gaugeBranches({ metal, galvanostatic, ...run }: GaugeRequest): Promise<readonly GaugePoint[]> {
  const guest = metal.species;
  const spec = parseStudySpec({
    host: { file: 'host.xyz' },
    guest: { species: guest, model: `${guest.toLowerCase()}-carbon` },
    protocol: 'galvanostatic',
    galvanostatic,
  });
  return (await driveCharge({
    ...run,
    host: run.setup.host,
    task: { spec, replica: 0, model: null, metal },
    emit: () => {},
    stopped: () => false,
  }))!;
}

/**
 * ∫V dx/∫dx over a window of x, of discharge and of charge; V goes on as at its ends beyond them.
 *
 * @param chargeOf  x of a state of charge
 * @param steps     midpoints of the sum
 */
export function branchVoltages(
  points: readonly GaugePoint[],
  chargeOf: (point: GaugePoint) => number,
  [from, to]: readonly [number, number],
  steps: number,
): readonly [number, number] {
  const meanOf = (branch: Branch): number => {
    const path = points
      .filter((point) => point.branch === branch)
      .map((point) => ({ x: chargeOf(point), v: point.voltage.value }))
      .sort((a, b) => a.x - b.x);
    const at = (x: number): number => {
      const k = path.findIndex((point) => point.x >= x);
      // before the first, or beyond the last, which is at(−1)
      if (k <= 0) return path.at(k)!.v;
      const [a, b] = [path[k - 1]!, path[k]!];
      return a.v + ((b.v - a.v) * (x - a.x)) / (b.x - a.x);
    };
    let sum = 0;
    for (let k = 0; k < steps; k++) sum += at(from + ((k + 0.5) * (to - from)) / steps);
    return sum / steps;
  };
  return [meanOf('discharge'), meanOf('charge')];
}
