/**
 * What a stack of known size reads on this instrument: the honest thing to compare a measured size with.
 */
import { orthorhombicCell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { fitLines } from './diffraction-lines.ts';
import type { LineData } from './line-fits.ts';
import { pairHistogram } from './pair-histogram.ts';
import { patternOf } from './scattering.ts';

/** Reading of a perfect stack; Å. Undefined where the line of so small a stack has no half height. */
export interface StackReading {
  readonly la: number | undefined;
  readonly lc: number | undefined;
  readonly d002: number;
  readonly layers: number;
}

const latticeConstant = 2.46;

/**
 * Scherrer sizes of isolated, perfect turbostratic stacks of discs by the same Debye sum and the same fits as a measured
 * carbon. A height that is no whole number of sheets is a mixture of the two nearest, by mass.
 *
 * Cost: 0.2 s for a stack of 25 × 11 Å, 2 s for 60 × 30 Å.
 *
 * @param la    diameter of the discs, Å
 * @param lc    number of sheets times d002, Å
 * @param d002  spacing of the sheets, Å
 * @oracle test/unit/analysis-scattering-lines.test.ts
 */
export function scherrerOfPerfectStack(la: number, lc: number, d002: number): StackReading {
  const sheets = Math.max(1, lc / d002);
  const whole = Math.floor(sheets + 1e-9);
  const more = Math.max(0, sheets - whole);
  const low = stackData(la, whole, d002);
  const high = more > 1e-6 ? stackData(la, whole + 1, d002) : low;
  const { stacks, sheets: discs } = fitLines({
    ...low,
    structureFactor: low.structureFactor.map((s, k) => (1 - more) * s + more * high.structureFactor[k]!),
  });
  return {
    la: discs.scherrer?.value,
    lc: stacks.scherrer?.value,
    d002: stacks.spacing.value,
    layers: stacks.layers.value,
  };
}

function stackData(la: number, sheets: number, d002: number): LineData {
  return patternOf(pairHistogram(perfectStack(la, sheets, d002)));
}

/**
 * An isolated stack of graphene discs on one axis, every sheet turned and shifted against the others.
 *
 * @param diameter  Å
 * @param spacing   Å
 */
export function perfectStack(diameter: number, sheets: number, spacing: number): Frame {
  const rows: number[] = [];
  const a = latticeConstant;
  const reach = Math.ceil(diameter / a) + 2;
  for (let s = 0; s < sheets; s++) {
    // golden numbers: as evenly spread as few draws can be, and the same every time
    const turn = ((s * 0.618034) % 1) * (Math.PI / 3);
    const [u, v] = [(s * 0.7548777) % 1, (s * 0.5698403) % 1];
    const [c, t] = [Math.cos(turn), Math.sin(turn)];
    for (let i = -reach; i <= reach; i++) {
      for (let j = -reach; j <= reach; j++) {
        for (const third of [0, 1 / 3]) {
          const x = a * (i + third - u + 0.5 * (j + third - v));
          const y = a * Math.sqrt(0.75) * (j + third - v);
          if (x * x + y * y <= (diameter / 2) ** 2) rows.push(c * x - t * y, t * x + c * y, s * spacing, 0);
        }
      }
    }
  }
  const edge = diameter + 10;
  return {
    cell: orthorhombicCell(edge, edge, sheets * spacing + 10, [false, false, false]),
    species: ['C'],
    rows: Float64Array.from(rows),
  };
}
