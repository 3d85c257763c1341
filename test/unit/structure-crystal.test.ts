import { describe, expect, it } from 'vitest';
import { atomCount, densityOf, type Frame } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { bcc, graphene, graphite, slit, stackedSheets } from '../../src/structure/crystal.ts';

/** Number of neighbours at a distance (± 0.01 Å) of each atom. */
function neighbours(frame: Frame, distance: number): number[] {
  const { start, rows } = neighborList(frame, distance + 0.01);
  return Array.from({ length: atomCount(frame) }, (_, i) => {
    let count = 0;
    for (let p = start[i]!; p < start[i + 1]!; p++) if (rows[4 * p + 3]! > distance - 0.01) count++;
    return count;
  });
}

describe('crystals', () => {
  it('graphene has three bonds of 1.42 Å, six second neighbours and the areal density 0.3818 Å⁻²', () => {
    const frame = graphene(4, 3, 20);
    expect(atomCount(frame)).toBe(48);
    expect(new Set(neighbours(frame, 1.42))).toEqual(new Set([3]));
    expect(new Set(neighbours(frame, 1.42 * Math.sqrt(3)))).toEqual(new Set([6]));
    expect(atomCount(frame) / (frame.cell.volume / 20)).toBeCloseTo(0.3818, 4);
  });

  it('graphite is stacked AB: half of the carbons have neighbours right above and below', () => {
    const frame = graphite(3, 2, 2);
    const above = neighbours(frame, 3.354);
    expect(above.filter((count) => count === 2).length).toBe(24);
    expect(above.filter((count) => count === 0).length).toBe(24);
    // 12.011 amu · 0.38177 Å⁻² / 3.354 Å
    expect(densityOf(frame)).toBeCloseTo(2.27, 2);
  });

  it('bcc sodium has 8 + 6 neighbours and the density of sodium', () => {
    const frame = bcc('Na', 4.2906, 3);
    expect(new Set(neighbours(frame, (4.2906 * Math.sqrt(3)) / 2))).toEqual(new Set([8]));
    expect(new Set(neighbours(frame, 4.2906))).toEqual(new Set([6]));
    expect(densityOf(frame)).toBeCloseTo(0.967, 2);
  });

  it('a slit is as wide as asked and has the spacing of graphite everywhere else', () => {
    const frame = slit(11, 3, 2, 2);
    const heights = [...new Set(Array.from({ length: atomCount(frame) }, (_, i) => frame.rows[4 * i + 2]!))];
    heights.sort((a, b) => a - b);
    const height = frame.cell.matrix[8]!;
    const gaps = heights.map((z, k) => (heights[k + 1] ?? heights[0]! + height) - z);
    expect(gaps.map((gap) => gap.toFixed(3))).toEqual(['3.354', '11.000', '3.354', '3.354']);
  });

  it('a stack of shifted gaps of one width is graphite, and unequal gaps stand where they were asked for', () => {
    const stack = stackedSheets(
      3,
      2,
      [3.3, 3.3].map((width) => ({ width, shifted: true })),
    );
    expect(stack.cell.matrix).toEqual(graphite(3, 2, 2, 3.3).cell.matrix);
    expect(neighbours(stack, 3.3).sort()).toEqual(neighbours(graphite(3, 2, 2, 3.3), 3.3).sort());
    const stage2 = stackedSheets(3, 2, [
      { width: 3.7, shifted: false },
      { width: 3.35, shifted: true },
      { width: 3.7, shifted: false },
      { width: 3.35, shifted: true },
    ]);
    // atom over atom across every open gap, half of them across a closed one
    expect(neighbours(stage2, 3.7).reduce((a, b) => a + b)).toBeGreaterThan(0);
    const above = (d: number) => neighbours(stage2, d).length - neighbours(stage2, d).filter((n) => n === 0).length;
    expect(above(3.7)).toBe(atomCount(stage2));
    expect(stage2.cell.matrix[8]).toBeCloseTo(14.1, 10);
    expect(() => stackedSheets(3, 2, [{ width: 3.35, shifted: true }])).toThrow('an even number of them shifted');
  });

  it('refuses counts and lengths that make no crystal', () => {
    expect(() => graphene(0, 1, 10)).toThrow('nx must be a whole number from 1 on, got 0');
    expect(() => graphite(1, 1, 3)).toThrow('layers must be even');
    expect(() => bcc('Na', -4, 2)).toThrow('a must be a length above 0 Å, got -4');
    expect(() => slit(Number.NaN, 1, 1)).toThrow('width must be a length above 0 Å');
  });
});
