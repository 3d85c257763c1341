/** X-rays before and after filling: structure factor, (002) line and small angles of the host alone and with its guests. */
import { atomCount, type Frame, mergeFrames } from '../core/frame.ts';
import type { LadderTrajectory } from '../trajectory/series.ts';
import { type Curve, type Described, described } from './described.ts';
import { mostAnalysedAtoms } from './limits.ts';
import { combineReplicas, type Estimate } from './replicas.ts';
import { measureScattering } from './scattering.ts';
import { pointAt } from './states.ts';

export interface FilledHost {
  readonly values: Readonly<Record<string, Described>>;
  /** of the first structure: `structureFactor` and `saxs`, columns host and filled */
  readonly curves: Readonly<Record<string, Curve>>;
  readonly notes: readonly string[];
}

const texts = {
  d002Host: 'Spacing of the sheets in the empty host, from the fit of (002) as the scattering instrument does it.',
  d002Filled:
    'The same of host and guests together. Guests scatter too: the line tells where the sheets are only while guests between them are few.',
  d002Shift:
    'Filled minus empty, structure by structure: the host is rigid here, so what moves is the interference of guests with the sheets, not the sheets. In experiment the line does not move on sodiation of pores.',
  saxsHost: 'Small-angle intensity of the empty host per cm, mean over 0.1 … 0.25 1/Å: pores of some nanometres.',
  saxsFilled: 'The same with the guests in it.',
  saxsRatio: 'Filled over empty: pores that fill with metal lose their contrast with the carbon.',
} as const;

/** The range that says most of nanometre pores in boxes of nanometres, 1/Å. */
const band = [0.1, 0.25] as const;

/**
 * Scattering of every structure empty and with the last snapshot of one ladder point.
 *
 * Two patterns a structure: 2 s each for 8 000 carbons.
 *
 * @param at  ladder point whose guests are taken
 * @returns   undefined when no structure has a snapshot there, or hosts are too large
 * @oracle test/unit/analysis-guests.test.ts (no guests: nothing changes)
 */
export function filledHost(
  trajectories: readonly LadderTrajectory[],
  at: { readonly branch: 'discharge' | 'charge'; readonly voltage: number },
): FilledHost | undefined {
  const found = new Map<string, Estimate[]>();
  const add = (key: string, value: number | undefined, error: number | null = null): void => {
    if (value === undefined || !Number.isFinite(value)) return;
    found.set(key, [...(found.get(key) ?? []), { value, error }]);
  };
  let curves: Record<string, Curve> | undefined;
  const notes: string[] = [];
  for (const trajectory of trajectories) {
    const guests = pointAt(trajectory, at)?.snapshots.at(-1);
    const { host } = trajectory;
    if (!guests || atomCount(host) > mostAnalysedAtoms || !host.cell.periodic.every(Boolean)) continue;
    // a cell that is read as a crystal has no small angles and lines of its own
    if (Math.min(...host.cell.heights) < 15) continue;
    const [before, after] = [measureScattering(host), measureScattering(filled(host, guests))];
    const [d0, d1] = [before.values['d002'], after.values['d002']];
    add('d002Host', d0?.value, d0?.error);
    add('d002Filled', d1?.value, d1?.error);
    if (d0 && d1) add('d002Shift', d1.value - d0.value, Math.hypot(d0.error ?? 0, d1.error ?? 0) || null);
    const [i0, i1] = [bandMean(before.curves['saxs']), bandMean(after.curves['saxs'])];
    add('saxsHost', i0);
    add('saxsFilled', i1);
    if (i0 && i1) add('saxsRatio', i1 / i0);
    curves ??= {
      structureFactor: beside(before.curves['structureFactor']!, after.curves['structureFactor']!, 'S(q)'),
      ...(before.curves['saxs'] &&
        after.curves['saxs'] && { saxs: beside(before.curves['saxs'], after.curves['saxs'], 'intensity (1/cm)') }),
    };
    if (!d1) notes.push(`structure ${trajectory.replica + 1}: no (002) line stands out in the filled host`);
  }
  if (!curves) return undefined;
  const units: Record<string, string> = { saxsHost: '1/cm', saxsFilled: '1/cm', saxsRatio: '1' };
  const values = (Object.keys(texts) as (keyof typeof texts)[]).flatMap((key): [string, Described][] => {
    const estimates = found.get(key);
    if (!estimates) return [];
    const { value, error, unit } = combineReplicas(estimates, units[key] ?? 'Å');
    return [[key, described(value, error, unit, texts[key])]];
  });
  return { values: Object.fromEntries(values), curves, notes };
}

function filled(host: Frame, guests: Frame): Frame {
  return atomCount(guests) === 0 ? host : mergeFrames(host, guests);
}

/** Two curves on the same q side by side. */
function beside(host: Curve, both: Curve, column: string): Curve {
  const q = host['q (1/Å)']!;
  const other = both['q (1/Å)']!;
  const values = both[column]!;
  return {
    'q (1/Å)': q,
    [`host, ${column}`]: host[column]!,
    [`filled, ${column}`]: q.map((x, k) => (Math.abs((other[k] ?? Number.NaN) - x) < 1e-9 ? values[k]! : Number.NaN)),
  };
}

function bandMean(curve: Curve | undefined): number | undefined {
  const intensity = curve?.['intensity (1/cm)'];
  if (!curve || !intensity) return undefined;
  const inside = intensity.filter((_, k) => curve['q (1/Å)']![k]! >= band[0] && curve['q (1/Å)']![k]! <= band[1]);
  return inside.length === 0 ? undefined : inside.reduce((sum, x) => sum + x, 0) / inside.length;
}
