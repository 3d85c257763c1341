/**
 * The energy of a trial against an independent path: `evaluate` on host and guests merged, before and after.
 * Both chains are asked; the state under them is also moved and taken back by hand.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import { type Frame, mergeFrames } from '../../src/core/frame.ts';
import { neighborList } from '../../src/core/neighbors.ts';
import { RandomStream } from '../../src/core/random.ts';
import { accessibleGrid } from '../../src/engine/cavity.ts';
import type { Chain, ChainSetup, TrialProbe } from '../../src/engine/chain.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { GuestState } from '../../src/engine/state.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { parseSetfl } from '../../src/io/setfl.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { modelFromSetfl } from '../../src/model/load-setfl.ts';
import type { EmbeddedTerm, Model } from '../../src/model/model.ts';
import { sheetsHost } from '../conformance/hosts.ts';
import { shippedModel, switchedModel } from '../conformance/models.ts';

const carbon = sheetsHost(7, 4, [1, 5.2, 9.4], 22.8);
const empty = (edge: number): Frame => ({
  cell: orthorhombicCell(edge, edge, edge),
  species: [],
  rows: new Float64Array(),
});

interface Form {
  readonly title: string;
  readonly model: Model;
  readonly guest: string;
  readonly host: Frame;
  /** guests nearer than this to one another or to the host overlap, Å */
  readonly overlap: readonly [number, number];
}

const sodium = shippedModel('na-carbon');
const switchOff = (model: Model): Model => ({
  ...model,
  terms: model.terms.map((term) => ({ ...(term as EmbeddedTerm), chargeSwitch: null })),
});
const toy = modelFromSetfl(parseSetfl(readFileSync('test/data/toy.eam.alloy', 'utf8')), 'toy');

const forms: readonly Form[] = [
  { title: 'pair', model: shippedModel('na-carbon-pair'), guest: 'Na', host: carbon, overlap: [1.8, 1.4] },
  { title: 'embedded, power law', model: switchOff(sodium), guest: 'Na', host: empty(18), overlap: [1.8, 0] },
  { title: 'embedded, published table', model: toy, guest: 'Na', host: empty(13), overlap: [0.085, 0] },
  { title: 'charge switch with repulsion (Na)', model: sodium, guest: 'Na', host: carbon, overlap: [1.8, 1.4] },
  {
    title: 'charge switch with repulsion (Li)',
    model: shippedModel('li-carbon'),
    guest: 'Li',
    host: carbon,
    overlap: [1.4, 1.15],
  },
  {
    title: 'bare ions that saturate (Li)',
    model: switchedModel('li-carbon, bare'),
    guest: 'Li',
    host: carbon,
    overlap: [1.4, 1.15],
  },
  {
    title: 'charge switch without repulsion (K)',
    model: shippedModel('k-carbon'),
    guest: 'K',
    host: carbon,
    overlap: [2.3, 1.8],
  },
];

type Probe = Chain & TrialProbe;

const setupOf = ({ model, guest, host }: Form, temperature: number): ChainSetup => ({
  tables: compileGuest(model, guest, host.species),
  host,
  grid: accessibleGrid(host, 1.9),
  guestCavity: 2,
  temperature,
  moves: { displace: 4, exchange: 4, teleport: 1 },
  key: [11, 26],
  stream: 0,
});

/** Guests as a hot chain of high activity leaves them: galleries, clusters and single ions. */
function someGuests(form: Form, seed: number, trials: number): Float64Array {
  const chain = createWasmChain({ ...setupOf(form, 2500), stream: seed });
  chain.lnActivity = Math.log(3e-3);
  chain.advance(trials);
  return chain.guestRows();
}

const guestFrame = (form: Form, guests: Float64Array): Frame => ({
  cell: form.host.cell,
  species: [form.guest],
  rows: guests,
});
const totalEnergy = (form: Form, guests: Float64Array): number =>
  evaluate(form.model, mergeFrames(form.host, guestFrame(form, guests))).energy;

/** True when guest `index` is nearer to anything than the first knot of their table. */
function overlaps(form: Form, guests: Float64Array, index: number): boolean {
  const frame = mergeFrames(form.host, guestFrame(form, guests));
  const i = form.host.rows.length / 4 + index;
  const { start, index: other, rows } = neighborList(frame, 3);
  for (let e = start[i]!; e < start[i + 1]!; e++) {
    const near = form.overlap[4 * other[e]! < form.host.rows.length ? 1 : 0]!;
    if (rows[4 * e + 3]! < near) return true;
  }
  return false;
}

type Move = 'displace' | 'insert' | 'delete' | 'teleport';

/** What a move proposes, with the frame it would leave behind. */
function propose(form: Form, guests: Float64Array, move: Move, random: RandomStream) {
  const n = guests.length / 4;
  const out = move === 'insert' ? -1 : random.integer(n);
  const anywhere = [0, 4, 8].map((k) => form.host.cell.matrix[k]! * random.uniform());
  const at =
    move === 'delete'
      ? null
      : move === 'displace'
        ? [0, 1, 2].map((k) => guests[4 * out + k]! + 1.2 * (random.uniform() - 0.5))
        : anywhere;
  const kept = Array.from({ length: n }, (_, i) => i).filter((i) => i !== out);
  const after = Float64Array.from([
    ...kept.flatMap((i) => [...guests.subarray(4 * i, 4 * i + 4)]),
    ...(at ? [...at, 0] : []),
  ]);
  return { out, at, after };
}

const given = fc.record({ seed: fc.integer({ min: 1, max: 1000 }), trials: fc.constantFrom(300, 3000, 20_000) });
const settings = { seed: 1120, numRuns: 4 } as const;

describe.each(forms)('$title', (form) => {
  const each = (property: (guests: Float64Array, random: RandomStream) => void): void =>
    fc.assert(
      fc.property(given, ({ seed, trials }) => {
        const guests = someGuests(form, seed, trials);
        fc.pre(guests.length >= 8);
        property(guests, new RandomStream(`trial ${seed}`));
      }),
      settings,
    );

  it.each<Move>(['displace', 'insert', 'delete', 'teleport'])('%s: ΔU of the trial is U(after) − U(before)', (move) => {
    let finite = 0;
    each((guests, random) => {
      const setup = { ...setupOf(form, 300), guests };
      const chains: Probe[] = [createReferenceChain(setup), createWasmChain(setup)];
      const before = totalEnergy(form, guests);
      for (const chain of chains) expect(Math.abs(chain.energy - before)).toBeLessThan(1e-8);
      for (let k = 0; k < 12; k++) {
        const { out, at, after } = propose(form, guests, move, random);
        const [x, y, z] = at ?? [Number.NaN, Number.NaN, Number.NaN];
        const found = chains.map((chain) => chain.trialEnergy(out, x!, y!, z!));
        if (at && overlaps(form, after, after.length / 4 - 1)) {
          expect(found).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
          continue;
        }
        finite++;
        const difference = totalEnergy(form, after) - before;
        // a guest that loses its last neighbour keeps a few 1e-17 of ρ, and ξ ρ^0.4 makes 1e-7 eV of it
        const rounding = form.model.terms.some((term) => term.form === 'embedded') && out >= 0 ? 1e-7 : 0;
        for (const delta of found)
          expect(Math.abs(delta - difference)).toBeLessThan(1e-8 * (1 + 1e-3 * Math.abs(difference)) + rounding);
      }
      // asking changes nothing
      for (const chain of chains) expect(chain.guestRows()).toEqual(guests);
    });
    expect(finite).toBeGreaterThan(10);
  });

  it('the running energy is the energy of the positions', () => {
    for (const create of [createReferenceChain, createWasmChain]) {
      const chain = create({ ...setupOf(form, 2500), stream: 5 });
      chain.lnActivity = Math.log(3e-3);
      for (let k = 0; k < 4; k++) {
        chain.advance(create === createWasmChain ? 5000 : 500);
        const exact = totalEnergy(form, chain.guestRows());
        expect(Math.abs(chain.energy - exact)).toBeLessThan(1e-8);
        if (k === 1) expect(chain.refresh()).toBeLessThan(1e-8);
      }
      expect(chain.count).toBeGreaterThan(1);
    }
  });

  it('a change made and taken back leaves every field as it was', () => {
    const tables = compileGuest(form.model, form.guest, form.host.species);
    let made = 0;
    each((guests, random) => {
      const state = new GuestState(tables, form.host);
      state.place(guests);
      state.refresh();
      const fields = () =>
        state.guests.map(({ x, y, z, rho, n, s, ion, metal, h }) => [x, y, z, rho, n, s, ion, metal, h]);
      const before = fields();
      const energy = state.energy;
      for (const move of ['displace', 'insert', 'teleport', 'displace', 'insert'] as const) {
        const { out, at } = propose(form, guests, move, random);
        const change = state.propose(out, state.wrap(...(at as [number, number, number])));
        if (!change || change.energy > 50) continue;
        const from = out >= 0 ? state.guests[out]! : null;
        state.apply(change);
        expect(Math.abs(state.energy - energy - change.energy)).toBeLessThan(1e-10);
        const back = from ? state.propose(out, [from.x, from.y, from.z]) : state.propose(state.guests.length - 1, null);
        expect(Math.abs(back!.energy + change.energy)).toBeLessThan(1e-8);
        state.apply(back!);
        fields().forEach((row, i) => {
          row.forEach((value, k) => {
            expect(Math.abs(value - before[i]![k]!)).toBeLessThan(1e-10 * (1 + Math.abs(value)));
          });
        });
        expect(state.guests.length).toBe(before.length);
        expect(Math.abs(state.energy - energy)).toBeLessThan(1e-8);
        made++;
      }
      // a deletion gives its number to the last guest; put back, it is the last
      const out = random.integer(before.length);
      const { x, y, z } = state.guests[out]!;
      const gone = state.propose(out, null)!;
      state.apply(gone);
      const again = state.propose(-1, [x, y, z])!;
      expect(Math.abs(again.energy + gone.energy)).toBeLessThan(1e-8);
      state.apply(again);
      const expected = [...before];
      const removed = expected[out]!;
      expected[out] = expected[expected.length - 1]!;
      expected[expected.length - 1] = removed;
      fields().forEach((row, i) => {
        row.forEach((value, k) => {
          expect(Math.abs(value - expected[i]![k]!)).toBeLessThan(1e-10 * (1 + Math.abs(value)));
        });
      });
    });
    expect(made).toBeGreaterThan(4);
  });

  it('an insertion and the deletion that undoes it cancel', () => {
    let tried = 0;
    each((guests, random) => {
      const setup = { ...setupOf(form, 300), guests };
      for (const create of [createReferenceChain, createWasmChain]) {
        const chain: Probe = create(setup);
        // most points are inside of something
        const proposals = Array.from({ length: 12 }, () => propose(form, guests, 'insert', random));
        const found = proposals.find(({ at }) => chain.trialEnergy(-1, at![0]!, at![1]!, at![2]!) <= 50);
        if (!found) continue;
        const insertion = chain.trialEnergy(-1, found.at![0]!, found.at![1]!, found.at![2]!);
        const other: Probe = create({ ...setup, guests: found.after });
        const deletion = other.trialEnergy(guests.length / 4, Number.NaN, Number.NaN, Number.NaN);
        expect(Math.abs(insertion + deletion)).toBeLessThan(1e-8);
        expect(Math.abs(other.energy - chain.energy - insertion)).toBeLessThan(1e-8);
        tried++;
      }
    });
    expect(tried).toBeGreaterThan(0);
  });
});

it('rounding left in ρ stays small in a hot gas, where guests lose their last neighbour again and again', () => {
  const form: Form = { title: 'gas', model: sodium, guest: 'Na', host: empty(40), overlap: [1.8, 0] };
  const chain = createWasmChain({
    ...setupOf(form, 30_000),
    guestCavity: 0,
    moves: { displace: 1, exchange: 1, teleport: 2 },
  });
  chain.lnActivity = Math.log(80 / 64_000);
  chain.displacement = 4;
  for (let k = 0; k < 10; k++) {
    chain.advance(4000);
    // ρ of a guest left alone is not 0 but a few 1e-17, and ξ ρ^0.4 makes 1e-7 eV of it
    expect(Math.abs(chain.energy - totalEnergy(form, chain.guestRows()))).toBeLessThan(2e-8 * chain.count);
    expect(chain.count).toBeGreaterThan(20);
  }
});

it('host atoms given outside the box are the same host', () => {
  const [form] = forms as [Form];
  const random = new RandomStream('host images');
  const rows = carbon.rows.map((x, k) =>
    k % 4 === 3 ? x : x + carbon.cell.matrix[4 * (k % 4)]! * (random.integer(3) - 1),
  );
  for (const create of [createReferenceChain, createWasmChain]) {
    const [inside, outside] = [carbon, { ...carbon, rows }].map(
      (host) => create(setupOf({ ...form, host }, 300)) as Probe,
    ) as [Probe, Probe];
    for (let k = 0; k < 20; k++) {
      const [x, y, z] = [0, 4, 8].map((m) => carbon.cell.matrix[m]! * random.uniform()) as [number, number, number];
      const expected = inside.trialEnergy(-1, x, y, z);
      const found = outside.trialEnergy(-1, x, y, z);
      if (Number.isFinite(expected)) expect(Math.abs(found - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)));
      else expect(found).toBe(expected);
    }
  }
});
