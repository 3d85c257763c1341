/**
 * Speed of the force kernels one by one, with the `benchmark` package: `npm run bench:forces [-- --json]`. Nanoseconds per atom
 * of one evaluation of energy, forces and virial with kept lists (bookkeeping of a step included), and per listed pair: each
 * pair once or from both ends, as the kernel's list has it. Ratios within one run can be trusted, times are those of this
 * machine now.
 */
import { existsSync, readFileSync } from 'node:fs';
import Benchmark from 'benchmark';
import { atomCount, type Frame, mergeFrames } from '../src/core/frame.ts';
import { cubicCrystal } from '../src/core/lattice.ts';
import { neighborList } from '../src/core/neighbors.ts';
import { prepareChain } from '../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../src/engine/reservoir.ts';
import { createWasmChain } from '../src/engine/wasm.ts';
import { wasmForceField } from '../src/engine/wasm-forces.ts';
import { parseNep } from '../src/io/nep-file.ts';
import { modelFromNep } from '../src/model/load-nep.ts';
import type { Model } from '../src/model/model.ts';
import { graphite } from '../src/structure/crystal.ts';
import { buildHardCarbon } from '../src/structure/hard-carbon.ts';
import { hardCarbon, onlyForm, plainCarbon, shipped, sodium } from './peers/systems.ts';

const json = process.argv.includes('--json');
/** Å: the default of the force field */
const skin = 0.7;

interface Kernel {
  readonly name: string;
  readonly model: Model;
  readonly frame: Frame;
  /** pairs that its list holds; 0: several lists, pairs are not counted */
  readonly pairs: number;
}

/** Entries of a list: every pair once (`half`) or from both ends, out to `reach` and the skin. */
function listed(frame: Frame, reach: number, half: boolean, keep?: (dz: number) => boolean): number {
  const { start, rows } = neighborList(frame, reach + skin);
  const all = start.at(-1)!;
  let entries = 0;
  for (let p = 0; p < all; p++) if (!keep || keep(rows[4 * p + 2]!)) entries++;
  return half ? entries / 2 : entries;
}

/** Pairs of carbons, each once, that are joined by at most three bonds. */
function bondedPairs(frame: Frame): number {
  const { start, index } = neighborList(frame, 1.95);
  let entries = 0;
  for (let i = 0; i < start.length - 1; i++) {
    const near = new Set([i]);
    for (let bond = 0; bond < 3; bond++) {
      for (const j of [...near]) for (let p = start[j]!; p < start[j + 1]!; p++) near.add(index[p]!);
    }
    entries += near.size - 1;
  }
  return entries / 2;
}

/** Sodium in a hard carbon, filled at a voltage below zero. */
function filledCarbon(model: Model): Frame {
  const recipe = { la: 25, lc: 11, d002: 3.75, density: 1.45, atoms: 4000, seed: 'bench', edges: { strong: 0.15 } };
  const { frame: host } = buildHardCarbon(recipe);
  const moves = { displace: 0.25, exchange: 0.7, teleport: 0.05 };
  const chain = createWasmChain(
    prepareChain({ model, guest: 'Na', host, temperature: 300, seed: 'bench', stream: 0, moves }),
  );
  chain.lnActivity = lnActivityAt(metalState(model, 'Na', 300), -0.25);
  chain.advance(200_000);
  return mergeFrames({ cell: host.cell, species: ['Na'], rows: chain.guestRows() }, host);
}

const carbon = shipped('carbon');
const hard = hardCarbon(4000);
const layers = plainCarbon(graphite(16, 10, 6));
const switched = shipped('na-carbon');
const crystal = cubicCrystal('Na', 'bcc', 4.2291, 13);
const argon = cubicCrystal('Ar', 'fcc', 5.72, 10);

const metal = sodium(13);
const bondOrder = onlyForm(carbon, 'bond-order');
const betweenLayers = (model: Model): number => listed(layers, model.cutoff, false, (dz) => Math.abs(dz) > 1);
const [kc, ilp] = [onlyForm(shipped('carbon-kc'), 'interlayer'), onlyForm(shipped('carbon-ilp'), 'interlayer')];

const kernels: Kernel[] = [
  { name: 'pair: argon, 12 Å', model: shipped('argon-carbon'), frame: argon, pairs: listed(argon, 12, true) },
  {
    name: 'pair, bonded ones left out: hard carbon, 10 Å',
    ...{ model: onlyForm(carbon, 'pair'), frame: hard, pairs: listed(hard, 10, true) - bondedPairs(hard) },
  },
  {
    name: 'embedded: eam/fs, bcc sodium',
    ...{ model: metal.model, frame: metal.frame, pairs: listed(metal.frame, metal.model.cutoff, true) },
  },
  { name: 'embedded with charge switch: bcc sodium', model: switched, frame: crystal, pairs: 0 },
  { name: 'embedded with charge switch: filled carbon', model: switched, frame: filledCarbon(switched), pairs: 0 },
  { name: 'bond order: Tersoff, graphite', model: bondOrder, frame: layers, pairs: listed(layers, 2.1, false) },
  { name: 'bond order: Tersoff, hard carbon', model: bondOrder, frame: hard, pairs: listed(hard, 2.1, false) },
  { name: 'interlayer: Kolmogorov-Crespi, graphite', model: kc, frame: layers, pairs: betweenLayers(kc) },
  { name: 'interlayer: ILP, graphite', model: ilp, frame: layers, pairs: betweenLayers(ilp) },
];
for (const path of ['test/data/nep/one-nep4.txt', '../shared/potentials/C_2024_NEP4.txt']) {
  const file = path.split('/').at(-1)!;
  if (!existsSync(path)) continue;
  const model = modelFromNep(parseNep(readFileSync(path, 'utf8'), file), file);
  kernels.push({
    name: `neural: ${file}, graphite`,
    ...{ model, frame: layers, pairs: listed(layers, model.cutoff, false) },
  });
}

interface Result {
  readonly name: string;
  readonly atoms: number;
  /** ns, one standard error */
  readonly perAtom: number;
  readonly error: number;
  /** ns; null where pairs were not counted */
  readonly perPair: number | null;
}
const results: Result[] = [];

const suite = new Benchmark.Suite();
for (const { name, model, frame, pairs } of kernels) {
  const n = atomCount(frame);
  const field = await wasmForceField(model, frame);
  field.compute(frame.cell);
  const reference = field.listedAt()!;
  const add = (what: string, call: () => void): void => {
    const onComplete = ({ target }: Benchmark.Event): void => {
      const { hz = 0, stats } = target as unknown as Benchmark;
      const perAtom = 1e9 / hz / n;
      const error = (perAtom * (stats?.rme ?? Number.NaN)) / 196;
      const perPair = pairs > 0 ? (perAtom * n) / pairs : null;
      results.push({ name: what, atoms: n, perAtom, error, perPair });
      if (json) return;
      const pair = perPair === null ? '' : `${perPair.toPrecision(3).padStart(9)} ns/pair`;
      const text = `${perAtom.toFixed(0).padStart(7)} ns/atom ± ${(stats?.rme ?? 0).toFixed(1).padStart(4)} %`;
      console.log(`${what.padEnd(56)} ${text} ${pair}`);
    };
    suite.add(what, call, { maxTime: 1, onComplete });
  };
  add(name, () => field.compute(frame.cell));
  add(`listing: ${name}`, () => field.relist(reference));
}
suite.run();
if (json) console.log(JSON.stringify(results));
