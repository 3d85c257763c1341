/** Where pictures come from: the directory of a finished run, or the file of one structure. */
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  atomCount,
  bondingCutoff,
  type ChargeRule,
  chargeRuleOf,
  didYouMean,
  elementOf,
  type Frame,
  formatVoltage,
  guestFacts,
  loadModel,
  parseExtxyzWhere,
  parseQuantity,
  parseStudyYaml,
  type Report,
  type SiteRule,
  type Snapshot,
  SpecError,
  selectAtoms,
  siteClasses,
  siteRule,
  speciesAt,
} from '../index.ts';
import { loadFrame, loadModelText, parseJson, readText } from './files.ts';

/** One moment that can be drawn. */
export interface Moment {
  /** `half-plateau`, or `discharge+0.050`; part of the name of a file */
  readonly name: string;
  readonly title: string;
  /** `charge at +0.05 V, 168 mAh/g`; empty for a structure */
  readonly where: string;
  readonly branch?: 'discharge' | 'charge';
  readonly voltage?: number;
  readonly snapshot: Snapshot;
  /** what stands in files beside positions */
  readonly facts: { readonly coordination: Int32Array; readonly charge?: Float64Array | undefined };
}

interface Asked {
  readonly at?: string;
  readonly voltage?: string;
  readonly branch?: string;
  readonly replica?: string;
  /** the whole branch, for a film */
  readonly along?: string;
}

/** What people call the states. */
const aliases: Readonly<Record<string, string>> = { 'plateau-start': 'slope-end', '0V': 'zero-volt' };
const guestElements = ['Li', 'Na', 'K', 'Rb', 'Cs'];

/**
 * Reads what was asked for.
 *
 * @param warn  hears what could not be had beside the picture
 * @throws SpecError  no run and no structure there, or a moment that the run does not have
 */
export function momentsOf(path: string, asked: Asked, warn: (text: string) => void): Moment[] {
  if (!existsSync(path))
    throw new SpecError(`"${path}" does not exist: wanted the directory of a run, or a structure file`);
  if (!statSync(path).isDirectory()) {
    const flag = (['at', 'voltage', 'branch', 'replica', 'along'] as const).find((name) => asked[name] !== undefined);
    if (flag) throw new SpecError(`--${flag} chooses a moment of a run, got the structure file ${path}`);
    return [structureMoment(path)];
  }
  const report = reportOf(path);
  const replica = replicaOf(asked.replica, report);
  const points = pointsOf(report, asked);
  const host = parseExtxyzWhere(
    readText(join(path, 'host.xyz'), 'host'),
    join(path, 'host.xyz'),
    (info) => info.get('replica') === replica,
  )[0];
  if (!host) throw new SpecError(`${path}/host.xyz has no structure of replica ${replica + 1}`);
  const rule = report.sites.rule as unknown as SiteRule;
  const charge = chargeOf(path, report.study.guest, warn);
  return guestsAt(path, replica, points).map((guests, k) => {
    const point = points[k]!;
    if (!guests)
      throw new SpecError(`${path}/trajectory.xyz has no snapshot of replica ${replica + 1} at ${told(point)}`);
    const { capacity } = point;
    return {
      name: point.name,
      title: point.label,
      where: `${told(point)}, ${Math.round(capacity)} mAh/g`,
      branch: point.branch,
      voltage: point.voltage,
      ...described(host, guests, rule, charge),
    };
  });
}

function told({ branch, voltage }: { branch: string; voltage: number }): string {
  return `${branch} at ${formatVoltage(voltage)} V`;
}

/** Snapshot and facts of guests in a host. */
function described(
  host: Frame,
  guests: Frame,
  rule: SiteRule | undefined,
  charge?: ChargeRule,
): Pick<Moment, 'snapshot' | 'facts'> {
  if (rule === undefined)
    return { snapshot: { host, guests }, facts: { coordination: new Int32Array(atomCount(guests)) } };
  const known = guestFacts(guests, host, rule, charge);
  // a picture asks for what its colours mean and for nothing else
  return {
    snapshot: {
      host,
      guests,
      get classes() {
        return Uint8Array.from(known.classes, (name) => siteClasses.indexOf(name));
      },
      get clusters() {
        return known.clusters.label;
      },
      get clusterSizes() {
        return known.clusters.sizes;
      },
      get metal() {
        return known.charges?.metal;
      },
    },
    facts: {
      get coordination() {
        return known.clusters.coordination;
      },
      get charge() {
        return known.charges?.charge;
      },
    },
  };
}

function structureMoment(path: string): Moment {
  const frame = loadFrame(path);
  const isGuest = frame.species.map((name) => guestElements.includes(elementOf(name)));
  const pick = (wanted: boolean): Frame => selectAtoms(frame, (i) => isGuest[frame.rows[4 * i + 3]!]! === wanted);
  const guests = pick(true);
  const kinds = new Set(Array.from({ length: atomCount(guests) }, (_, i) => elementOf(speciesAt(guests, i))));
  const [only] = kinds;
  // classes and clusters are those of one guest metal
  const known = kinds.size === 1 && ['Li', 'Na', 'K'].includes(only!);
  return {
    name: basename(path).replace(/\.[^.]*$/, ''),
    title: basename(path),
    where: '',
    ...described(pick(false), guests, known ? siteRule(bondingCutoff(only!)) : undefined),
  };
}

function reportOf(path: string): Report {
  const file = join(path, 'results.json');
  if (!existsSync(file)) {
    throw new SpecError(
      existsSync(join(path, 'state'))
        ? `${path} is a run that is not finished: it has no results.json yet`
        : `${path} is not the directory of a run: it has no results.json`,
    );
  }
  const report = parseJson(readText(file, 'results'), file) as Report;
  if (!report.schema?.startsWith('cardhouse/results/')) {
    throw new SpecError(`${file} must have the schema cardhouse/results, got ${JSON.stringify(report.schema ?? null)}`);
  }
  if (report.sites.points.length === 0)
    throw new SpecError(`${path} has no snapshots: its study asked for none (ladder.snapshots)`);
  return report;
}

function replicaOf(text: string | undefined, { structure }: Report): number {
  const known = structure.replicas.map((r) => r.replica);
  if (text === undefined) return known[0]!;
  const replica = Number(text) - 1;
  if (known.includes(replica)) return replica;
  throw new SpecError(`--replica must be one of ${known.map((r) => r + 1).join(', ')}, got "${text}"`);
}

interface Point {
  readonly name: string;
  readonly label: string;
  readonly branch: 'discharge' | 'charge';
  readonly voltage: number;
  readonly capacity: number;
}

function pointsOf(report: Report, asked: Asked): Point[] {
  const branchPoints = (branch: 'discharge' | 'charge'): Point[] =>
    report.curve[branch].map(({ voltage, capacity }) => ({
      name: `${branch}${formatVoltage(voltage).replace('−', '-')}V`,
      label: branch === 'discharge' ? 'Discharge' : 'Charge',
      branch,
      voltage,
      capacity: capacity.value,
    }));
  if (asked.along !== undefined) {
    const sampled = (branch: 'discharge' | 'charge'): Point[] =>
      branchPoints(branch).filter(({ voltage }) =>
        report.sites.points.some((p) => p.branch === branch && p.voltage === voltage),
      );
    const points = [
      ...(asked.along === 'charge' ? [] : sampled('discharge')),
      ...(asked.along === 'discharge' ? [] : sampled('charge')),
    ];
    if (points.length > 1) return points;
    throw new SpecError(
      `--along ${asked.along}: the run has ${points.length} points with snapshots there, wanted at least two`,
    );
  }
  if (asked.voltage !== undefined) {
    if (asked.at !== undefined) throw new SpecError('--at and --voltage both choose a moment: give one of them');
    const voltage = parseQuantity(asked.voltage, 'voltage', '--voltage');
    const branch = (asked.branch ?? 'discharge') as 'discharge' | 'charge';
    const found = branchPoints(branch).find((p) => Math.abs(p.voltage - voltage) < 5e-4);
    if (found) return [found];
    const all = report.curve[branch].map((p) => formatVoltage(p.voltage)).join(', ');
    throw new SpecError(`--voltage ${asked.voltage}: the ${branch} branch of this run has ${all || 'no points'} V`);
  }
  if (asked.branch !== undefined) throw new SpecError('--branch goes with --voltage: a named moment has its branch');
  const wanted = asked.at ?? 'half-plateau';
  const state = report.states.find(({ name }) => name === (aliases[wanted] ?? wanted));
  if (state) {
    return [
      {
        name: wanted,
        label: wanted === 'plateau-start' ? 'Plateau start' : state.label,
        branch: state.branch,
        voltage: state.voltage,
        capacity: state.capacity.value,
      },
    ];
  }
  const names = [...report.states.map(({ name }) => name as string), ...Object.keys(aliases)];
  throw new SpecError(
    `--at must be one of ${names.join(', ')} in this run, got "${wanted}"${didYouMean(wanted, names)}`,
  );
}

/** The last snapshot of one replica at every point, in their order. */
function guestsAt(path: string, replica: number, points: readonly Point[]): (Frame | undefined)[] {
  const file = join(path, 'trajectory.xyz');
  const found: (Frame | undefined)[] = points.map(() => undefined);
  const order: number[] = [];
  const frames = parseExtxyzWhere(readText(file, 'trajectory'), file, (info) => {
    if (info.get('replica') !== replica) return false;
    const k = points.findIndex((p) => info.get('branch') === p.branch && info.get('voltage') === p.voltage);
    if (k >= 0) order.push(k);
    return k >= 0;
  });
  for (const [at, frame] of frames.entries()) found[order[at]!] = frame;
  return found;
}

/** The charge switch of the run's model; a model that cannot be found again costs the metal share only. */
function chargeOf(path: string, guest: string, warn: (text: string) => void): ChargeRule | undefined {
  try {
    const { guest: asked } = parseStudyYaml(readText(join(path, 'spec.yaml'), 'spec'));
    const { path: file, text } = loadModelText(asked.model, path);
    return chargeRuleOf(loadModel(parseJson(text, file), asked.model), guest);
  } catch (error) {
    if (!(error instanceof Error && 'exitCode' in error)) throw error;
    warn(`no metal share: ${error.message}`);
    return undefined;
  }
}
