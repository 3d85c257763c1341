/** What a careful colleague would say about the numbers of a report before quoting them. */
import { mostAnalysedAtoms } from '../analysis/limits.ts';
import type { Quantity } from '../analysis/replicas.ts';
import { formatValue, formatVoltage } from './format.ts';
import type { Report } from './report.ts';

/** Below so many structures the scatter between them is not an error bar one can trust. */
const fewestReplicas = 4;

/** Warnings that follow from the report itself; those of structures and models come from where they arise. */
export function collectWarnings(report: Report): string[] {
  const { study, structure, curve, capacities } = report;
  const points = [...named(curve.discharge, 'discharge'), ...named(curve.charge, 'charge')];
  const drifting = points.filter((p) => p.equilibrated === false);
  const frozen = points.filter((p) => {
    const exchanges = ['insert', 'delete', 'teleport'].flatMap((move) => p.acceptance[move] ?? []);
    return exchanges.length > 0 && exchanges.every((a) => a.value === 0);
  });
  const sampled = structure.replicas.length;
  return [
    ...(study.complete ? [] : ['The study was stopped before its end; later voltages or replicas are missing.']),
    ...(sampled < fewestReplicas
      ? [
          `Errors rest on ${sampled} ${sampled === 1 ? 'structure' : 'structures'}: slow pores hide from block errors, so at least ` +
            `${fewestReplicas} replicas are advised for numbers to quote.`,
        ]
      : []),
    ...(drifting.length > 0
      ? [
          `Still drifting by more than the other errors (half of the drift is part of the error bar): ${list(drifting)}. ` +
            'Longer equilibration would settle them.',
        ]
      : []),
    ...(frozen.length > 0 ? [`No exchange was accepted, the number of guests is frozen: ${list(frozen)}.`] : []),
    ...beyondBranches(report),
    ...missing(capacities),
    ...tooLarge(report),
    ...structure.replicas.flatMap((r) => r.warnings.map((text) => `Structure ${r.replica + 1}: ${text}`)),
  ];
}

/** Combined errors and share of the capacity by which equilibrium may lie outside of the branches. */
const farErrors = 3;
const farShare = 0.05;

/** Equilibrium lies between the branches, and where they meet on both of them; elsewhere its sampling has not come to rest. */
function beyondBranches({ curve, equilibrium }: Report): string[] {
  const outside = (equilibrium?.points ?? []).flatMap(({ voltage, capacity }) => {
    const pair = [curve.discharge, curve.charge].flatMap((branch) => branch.filter((p) => p.voltage === voltage));
    if (pair.length < 2) return [];
    const values = pair.map((p) => p.capacity.value);
    const errors = [capacity, ...pair.map((p) => p.capacity)].map(({ error }) => error ?? 0);
    const slack = farErrors * Math.hypot(...errors) + farShare * Math.max(...values);
    const below = Math.min(...values) - capacity.value;
    const above = capacity.value - Math.max(...values);
    return Math.max(below, above) > slack ? [`${formatVoltage(voltage)} V`] : [];
  });
  if (outside.length === 0) return [];
  return [
    `The equilibrium curve leaves the space between the branches at ${outside.join(', ')}: its free energies are not at rest there, ` +
      'trust the branches, or raise equilibrium.perStep.',
  ];
}

function named<T>(points: readonly T[], branch: string): (T & { branch: string })[] {
  return points.map((p) => ({ ...p, branch }));
}

function list(points: readonly { branch: string; voltage: number }[]): string {
  return points.map((p) => `${p.branch} ${formatVoltage(p.voltage)} V`).join(', ');
}

function tooLarge({ structure }: Report): string[] {
  const largest = Math.max(...structure.replicas.map(({ measured }) => measured['atoms']?.value ?? 0));
  if (largest <= mostAnalysedAtoms) return [];
  return [
    `Carbons of more than ${formatValue(mostAnalysedAtoms)} atoms do without the estimate without simulation, the X-ray pattern of the filled host ` +
      'and the filling by pore size: take a smaller box of the same recipe for these.',
  ];
}

/** One line per reason, naming the numbers that it costs. */
function missing(capacities: Report['capacities']): string[] {
  const reasons = new Map<string, string[]>();
  const entries: [string, Quantity][] = [
    ['total capacity', capacities.total],
    ['slope capacity', capacities.slope],
    ['plateau capacity', capacities.plateau],
    ['irreversible capacity', capacities.irreversible],
    ['plateau bracket (discharge)', capacities.plateauBracket.discharge],
    ['plateau bracket (charge)', capacities.plateauBracket.charge],
    ['voltage hysteresis', capacities.voltageHysteresis],
    ['capacity hysteresis', capacities.capacityHysteresis],
    ['mean voltage (discharge)', capacities.meanVoltage.discharge],
    ['mean voltage (charge)', capacities.meanVoltage.charge],
  ];
  for (const [name, { value, note }] of entries) {
    if (value === null && note !== undefined) reasons.set(note, [...(reasons.get(note) ?? []), name]);
  }
  return [...reasons].map(([note, names]) => `Not computed: ${names.join(', ')}; ${note}.`);
}
