import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { composition, type Frame, speciesAt } from '../../src/core/frame.ts';
import { bcc, graphene } from '../../src/structure/crystal.ts';
import { carbonSpecies, typeCarbons } from '../../src/structure/edges.ts';

/** Graphene cut open: the cell is widened along x or y, so that the sheet ends there. */
function ribbon(nx: number, ny: number, open: 'x' | 'y'): Frame {
  const sheet = graphene(nx, ny, 15);
  const [lx, ly, lz] = [sheet.cell.matrix[0]!, sheet.cell.matrix[4]!, sheet.cell.matrix[8]!];
  return { ...sheet, cell: orthorhombicCell(open === 'x' ? lx + 10 : lx, open === 'y' ? ly + 10 : ly, lz) };
}

describe('typing of carbons', () => {
  it('finds no edge in a periodic sheet', () => {
    const typed = typeCarbons(graphene(4, 3, 15), { strongFraction: 1, seed: 1 });
    expect(composition(typed)).toEqual(new Map([['C:basal', 48]]));
  });

  it('finds exactly the edges of a zigzag ribbon: one atom per 2.46 Å and side', () => {
    const typed = typeCarbons(ribbon(7, 4, 'y'), { strongFraction: 0, seed: 1 });
    expect(composition(typed)).toEqual(
      new Map([
        ['C:zigzag', 2 * 7],
        ['C:basal', 4 * 7 * 4 - 2 * 7],
      ]),
    );
  });

  it('finds exactly the edges of an armchair ribbon: two atoms per 4.26 Å and side', () => {
    const typed = typeCarbons(ribbon(5, 6, 'x'), { strongFraction: 0, seed: 1 });
    expect(composition(typed).get('C:armchair')).toBe(4 * 6);
    expect(composition(typed).get('C:zigzag')).toBeUndefined();
    expect(composition(typed).get('C:basal')).toBe(4 * 5 * 6 - 4 * 6);
  });

  it('makes the asked share of the edge carbons strong, to the nearest atom and without changing their kind', () => {
    const frame = ribbon(20, 3, 'y');
    const plain = typeCarbons(frame, { strongFraction: 0, seed: 'a' });
    const strong = typeCarbons(frame, { strongFraction: 0.15, seed: 'a' });
    expect(composition(strong).get('C:strong-zigzag')).toBe(6);
    for (let i = 0; i < 240; i++) expect(speciesAt(strong, i).replace('strong-', '')).toBe(speciesAt(plain, i));
    const all = typeCarbons(frame, { strongFraction: 1, seed: 'a' });
    expect(composition(all).get('C:strong-zigzag')).toBe(40);
  });

  it('chooses by seed, and knows five species in a fixed order', () => {
    const frame = ribbon(20, 3, 'y');
    const rows = (seed: string) => typeCarbons(frame, { strongFraction: 0.3, seed }).rows;
    expect(rows('a')).toEqual(rows('a'));
    expect(rows('a')).not.toEqual(rows('b'));
    expect(typeCarbons(frame, { strongFraction: 0, seed: 1 }).species).toEqual(carbonSpecies);
  });

  it('refuses other elements and shares that are none', () => {
    expect(() => typeCarbons(bcc('Na', 4.2, 1), { strongFraction: 0, seed: 1 })).toThrow('only carbons can be typed');
    expect(() => typeCarbons(graphene(1, 1, 9), { strongFraction: 1.5, seed: 1 })).toThrow(
      'strongFraction must be 0 to 1',
    );
  });
});
