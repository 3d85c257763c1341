/**
 * Speed of the kernels one by one, with the `benchmark` package: `npm run bench:kernels [-- --json]`.
 * Ratios within one run can be trusted, absolute rates are those of this machine now.
 */
import { readFileSync } from 'node:fs';
import Benchmark from 'benchmark';
import {
  buildHardCarbon,
  createReferenceChain,
  createWasmChain,
  evaluate,
  lnActivityAt,
  loadModel,
  metalState,
  philox4x32,
  prepareChain,
} from 'cardhouse';

const json = process.argv.includes('--json');
const model = loadModel(JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')), 'na-carbon');
const recipe = { la: 25, lc: 11, d002: 3.75, density: 1.45, atoms: 8000, seed: 'bench', edges: { strong: 0.15 } };
const { frame: host } = buildHardCarbon(recipe);
const moves = { displace: 0.25, exchange: 0.7, teleport: 0.05 };
const common = { model, guest: 'Na', host, temperature: 300, seed: 'bench', stream: 0, moves };
const filling = createWasmChain(prepareChain(common));
filling.lnActivity = lnActivityAt(metalState(model, 'Na', 300), -0.25);
filling.advance(600_000);
const guests = filling.guestRows();
const prepare = (only: Partial<typeof moves>) =>
  prepareChain({ ...common, guests, moves: { displace: 0, exchange: 0, teleport: 0, ...only } });
const chainOf = (create: typeof createWasmChain | typeof createReferenceChain, only: Partial<typeof moves>) => {
  const chain = create(prepare(only));
  chain.lnActivity = filling.lnActivity;
  return chain;
};

const words = new Uint32Array(4);
let counter = 0;
const point = (): [number, number, number] => {
  const l = host.cell.matrix[0]!;
  counter++;
  return [(7.13 * counter) % l, (3.37 * counter) % l, (1.731 * counter) % l];
};
const some = { ...host, rows: host.rows.slice(0, 4 * 1000) };

/** name, operations per call, call */
const kernels: [string, number, () => void][] = [
  ['Philox4x32-10, TypeScript', 1, () => philox4x32(counter++, 0, 0, 0, 1, 2, words)],
  ['host field at a random point, WebAssembly', 1, () => filling.hostField(...point())],
  ['trial energy of an insertion, WebAssembly', 1, () => filling.trialEnergy(-1, ...point())],
  ...(['displace', 'exchange', 'teleport'] as const).map((move): [string, number, () => void] => {
    const chain = chainOf(createWasmChain, { [move]: 1 });
    return [`${move} trial, WebAssembly`, 1000, () => chain.advance(1000)];
  }),
  ...(['displace', 'exchange', 'teleport'] as const).map((move): [string, number, () => void] => {
    const chain = chainOf(createReferenceChain, { [move]: 1 });
    return [`${move} trial, reference`, 50, () => chain.advance(50)];
  }),
  ['energy and forces of 1 000 carbons, reference', 1000, () => void evaluate(model, some)],
];

const results: { name: string; rate: number; error: number; unit: string }[] = [];
const suite = new Benchmark.Suite();
for (const [name, operations, call] of kernels) {
  suite.add(name, call, {
    maxTime: 1,
    onComplete: ({ target }: Benchmark.Event) => {
      const { hz = 0, stats } = target as unknown as Benchmark;
      const rate = hz * operations;
      const error = (rate * (stats?.rme ?? Number.NaN)) / 196;
      results.push({ name, rate, error, unit: '1/s' });
      if (!json)
        console.log(`${name.padEnd(48)} ${rate.toPrecision(3).padStart(9)} /s  ± ${(stats?.rme ?? 0).toFixed(1)} %`);
    },
  });
}
if (!json) console.log(`Na in ${host.rows.length / 4} carbons, ${guests.length / 4} guests`);
suite.run();
if (json) console.log(JSON.stringify({ carbons: host.rows.length / 4, guests: guests.length / 4, results }));
