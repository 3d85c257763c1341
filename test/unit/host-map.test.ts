import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { auditHostMap, hostProbe } from '../../src/engine/host-map/audit.ts';
import { buildHostMap, type HostMapSize } from '../../src/engine/host-map/build.ts';
import { mapReader } from '../../src/engine/host-map/read.ts';
import { splitField } from '../../src/engine/host-map/split.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { referenceHost } from '../../src/engine/reference-host.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { sheetsHost } from '../conformance/hosts.ts';
import { lennardJonesModel, shippedModel } from '../conformance/models.ts';

/** Galleries, a pore, edges of every kind; 22 Å and more wide, as 10 Å of cutoff ask. */
const host = sheetsHost(9, 5, [1, 5.2, 9.4], 22.8);
const lennardJones = lennardJonesModel(
  { 'Na-Na': [0.01, 3.3], 'Na-C': [0.003, 3.2] },
  { kind: 'truncate', to: 10 },
  1.7,
);
const plainHost = { ...host, species: ['C'], rows: host.rows.map((x, i) => (i % 4 === 3 ? 0 : x)) };
type Felt = Pick<ChainSetup, 'tables' | 'host'>;
const of = (name: string, guest: string): Felt => ({
  host,
  tables: compileGuest(shippedModel(name), guest, host.species),
});
const cases: [string, Felt][] = [
  ['Na', of('na-carbon', 'Na')],
  ['Li', of('li-carbon', 'Li')],
  ['K', of('k-carbon', 'K')],
  ['Lennard-Jones', { host: plainHost, tables: compileGuest(lennardJones, 'Na', ['C']) }],
];

describe.each(cases)('the map of a typed carbon for %s', (_, setup) => {
  const map = buildHostMap(setup);
  const exact = hostProbe(setup);
  const mapped = hostProbe({ ...setup, map });

  it('is within 0.5 meV rms of exact sums where guests are', () => {
    const audit = auditHostMap(setup, map, 300);
    expect(audit.points).toBeGreaterThan(1000);
    expect(audit.ion).toBeLessThan(5e-4);
    expect(audit.metal).toBeLessThan(5e-4);
    expect(audit.worst).toBeLessThan(8e-3);
    expect(audit.ion).toBeGreaterThan(0);
  });

  it('calls the same points overlaps as exact sums do, to either side of the true radius', () => {
    const random = new RandomStream('overlap');
    const { from } = setup.tables.host[0]!;
    const { rows } = host;
    let open = 0;
    for (let k = 0; k < 4000; k++) {
      const a = 4 * random.integer(rows.length / 4);
      const [u, phi] = [2 * random.uniform() - 1, 2 * Math.PI * random.uniform()];
      const r = from + (k % 2 === 0 ? 1e-9 : -1e-9);
      const s = r * Math.sqrt(1 - u * u);
      const p = [rows[a]! + s * Math.cos(phi), rows[a + 1]! + s * Math.sin(phi), rows[a + 2]! + r * u] as const;
      const [there, here] = [exact(...p), mapped(...p)];
      expect(here === null).toBe(there === null);
      if (k % 2 === 1) expect(here).toBeNull();
      if (!there || !here) continue;
      open++;
      // walls belong to the exact part, so they are right too
      expect(Math.abs(here[0] - there[0])).toBeLessThan(0.05);
    }
    expect(open).toBeGreaterThan(200);
  });

  it('is continuous across the periodic faces and the seams of blocks', () => {
    const random = new RandomStream('seams');
    const e = 1e-7;
    const lengths = map.lengths;
    const seams = map.shape.map((n, axis) => (axis < 2 ? 4 : 8) * (lengths[axis]! / n));
    let compared = 0;
    for (let k = 0; k < 3000; k++) {
      const axis = k % 3;
      const p = lengths.map((l) => l * random.uniform()) as [number, number, number];
      const seam = k % 2 === 0 ? 0 : seams[axis]! * random.integer(Math.round(lengths[axis]! / seams[axis]!));
      const side = (d: number): [number, number, number] => {
        const q = [...p] as [number, number, number];
        q[axis] = (seam + d + lengths[axis]!) % lengths[axis]!;
        return q;
      };
      const [a, b] = [mapped(...side(-e)), mapped(...side(e))];
      if (!a || !b || Math.max(...a, ...b) > 1) continue;
      compared++;
      expect(Math.abs(a[0] - b[0])).toBeLessThan(1e-5);
      expect(Math.abs(a[1] - b[1])).toBeLessThan(1e-5);
    }
    expect(compared).toBeGreaterThan(100);
  });

  it('is read by the readable chain to 1e-9 eV', () => {
    const reference = referenceHost(setup.tables, setup.host, map);
    const random = new RandomStream('reference');
    for (let k = 0; k < 500; k++) {
      const p = map.lengths.map((l) => l * random.uniform()) as [number, number, number];
      const [a, b] = [reference(...p), mapped(...p)];
      expect(a === null).toBe(b === null);
      if (a && b)
        for (const q of [0, 1] as const) expect(Math.abs(a[q] - b[q])).toBeLessThan(1e-9 * (1 + Math.abs(a[q])));
    }
  });
});

describe('a map', () => {
  const setup = cases[0]![1];

  it('converges with the fourth power of the distance of its knots', () => {
    // r_c from the narrow map in both: only the knots differ
    const [wide, narrow] = [0.44, 0.22].map((spacing) =>
      auditHostMap(setup, buildHostMap(setup, { spacing, tolerance: 5e-3 * (spacing / 0.44) ** 4 }), 300),
    );
    expect(narrow!.ion).toBeLessThan(wide!.ion / 6);
  });

  it('has one field where V_ion and V_met are the same, and half the bytes', () => {
    const [pair, twin] = [buildHostMap(cases[3]![1]), buildHostMap(setup)];
    expect([pair.fields, twin.fields]).toEqual([1, 2]);
    const reader = mapReader(pair);
    const [s, t] = reader(12, 12, 16)!;
    expect(s).toBe(t);
  });

  it('is the same bytes every time', () => {
    const bytes = [0, 1].map(() => new Uint8Array(buildHostMap(setup).memory.buffer));
    expect(Buffer.compare(bytes[0]!, bytes[1]!)).toBe(0);
  });

  it('tells what it takes before it is built, and refuses more than it may have, with numbers', () => {
    let told: HostMapSize | undefined;
    const limit = { memory: 2 ** 20 };
    expect(() =>
      buildHostMap(setup, limit, (size) => {
        told = size;
      }),
    ).toThrow(
      /host map of 540 atoms on \d+ × \d+ × \d+ knots takes \d+ MiB, more than the 1 MiB allowed: a spacing of \d\.\d+ Å/,
    );
    expect(told!.bytes).toBeGreaterThan(2 ** 20);
    const map = buildHostMap(setup);
    expect(told!.bytes).toBe(map.bytes);
    expect(map.bytes).toBe(map.memory.buffer.byteLength);
  });

  it('stores no block in the thick of a host that lets no guest in', () => {
    let told: HostMapSize | undefined;
    // sheets so near to each other that only the upper half of the box is open
    const dense = sheetsHost(9, 5, [1, 3, 5, 7, 9, 11, 13], 24, { typed: false });
    const tight = { host: dense, tables: compileGuest(shippedModel('li-carbon'), 'Li', dense.species) };
    const map = buildHostMap(tight, {}, (size) => {
      told = size;
    });
    expect(told!.stored).toBeLessThan(0.8 * told!.blocks);
    const [exact, mapped] = [hostProbe(tight), hostProbe({ ...tight, map })];
    const random = new RandomStream('thick');
    let same = 0;
    for (let k = 0; k < 2000; k++) {
      const p = [...[0, 1].map((axis) => map.lengths[axis]! * random.uniform()), 12 * random.uniform()] as [
        number,
        number,
        number,
      ];
      const [a, b] = [exact(...p), mapped(...p)];
      expect(a === null).toBe(b === null);
      if (a && b && a[0] === b[0]) same++;
    }
    // exact sums take its place there
    expect(same).toBeGreaterThan(0);
  });

  it('of another host is refused by both chains', () => {
    const other = sheetsHost(9, 5, [1, 5.2], 22.8);
    const model = shippedModel('na-carbon');
    const request = {
      model,
      guest: 'Na',
      temperature: 300,
      moves: { displace: 1, exchange: 1, teleport: 0 },
      seed: 1,
      stream: 0,
    };
    const map = buildHostMap(setup);
    const wrong = prepareChain({ ...request, host: other, map: () => map });
    for (const create of [createReferenceChain, createWasmChain]) expect(() => create(wrong)).toThrow(/another host/);
  });
});

describe('a split field', () => {
  it('keeps value and slope at the seam, and is V beyond it', () => {
    const morse = (r: number): [number, number] => {
      const x = Math.exp(-2.2 * (r - 2.43));
      return [x * x - 2 * x, 0.35 * (x * x - 2 * x)];
    };
    const { reach, smooth } = splitField(morse, { from: 1.4, to: 6 }, { spacing: 0.3, tolerance: 3e-4, wall: 0.3 });
    expect(reach).toBeGreaterThan(2.4);
    expect(reach).toBeLessThan(4);
    for (const r of [reach, reach + 0.5]) expect(smooth(r)).toEqual(morse(r));
    const e = 1e-4;
    for (const q of [0, 1] as const) {
      const inside = smooth(reach - e)[q];
      expect(Math.abs(inside - morse(reach - e)[q])).toBeLessThan(1e-8);
      expect(Math.abs(smooth(0)[q])).toBeLessThan(5);
    }
  });

  it('is all exact when nothing shorter will do', () => {
    const spike = (r: number): [number, number] => [Math.sin(60 * r), 0];
    const { reach, smooth } = splitField(spike, { from: 1, to: 4 }, { spacing: 0.3, tolerance: 1e-4, wall: 9 });
    expect(reach).toBe(4);
    expect(smooth(2)).toEqual([0, 0]);
  });
});
