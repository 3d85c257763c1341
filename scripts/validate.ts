/**
 * Slow validation: recomputes what the engine must reproduce and writes docs/validation.md. `npm run validate` runs all of it,
 * `npm run validate -- slits kills` only these sections and leaves the text of the others as it was.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  blockAverage,
  type ChainSetup,
  compileGuest,
  createReferenceChain,
  createWasmChain,
  type Frame,
  idealGasTables,
  keyFromSeed,
  lnActivityAt,
  loadModel,
  metalState,
  openGrid,
  orthorhombicCell,
  prepareChain,
  slit,
  version,
} from 'cardhouse';
import { carbonSections } from './validate-carbons.ts';
import { crystalSections } from './validate-crystals.ts';
import { dynamicsSections } from './validate-dynamics.ts';
import { graphiteSections } from './validate-graphite.ts';
import { killSections } from './validate-kills.ts';
import { laEquilibriumSections } from './validate-la-equilibrium.ts';
import { laLcSections } from './validate-la-lc.ts';
import { macrostateSections } from './validate-macrostates.ts';
import { meltingSections, metalSections } from './validate-metals.ts';
import { slitSections, sphereSections } from './validate-slits.ts';
import { sweepSections } from './validate-sweeps.ts';
import { known, markdown, pass, type Row, type Section, told } from './validate-table.ts';

const say = (text: string): void => console.log(text);

/** ⟨N⟩ and Var N of a chain after `warm` trials, from `samples` samples `stride` trials apart. */
function countsOf(
  setup: ChainSetup,
  lnActivity: number,
  displacement: number,
  warm: number,
  samples: number,
  stride: number,
): Float64Array {
  const chain = createWasmChain(setup);
  chain.lnActivity = lnActivity;
  chain.displacement = displacement;
  chain.advance(warm);
  return Float64Array.from({ length: samples }, () => {
    chain.advance(stride);
    return chain.count;
  });
}

const emptyBox = (edge: number): Frame => ({
  cell: orthorhombicCell(edge, edge, edge),
  species: [],
  rows: new Float64Array(),
});

function idealGas(): Section[] {
  say('ideal gas');
  const host = emptyBox(20);
  const rows = [5, 50, 200].map((expected): Row => {
    const setup: ChainSetup = {
      tables: idealGasTables(),
      host,
      grid: openGrid(host.cell, 1),
      guestCavity: 1.5,
      temperature: 300,
      moves: { displace: 1, exchange: 4, teleport: 1 },
      key: keyFromSeed('validate'),
      stream: expected,
    };
    const counts = countsOf(setup, Math.log(expected / 8000), 1, 50_000, 16384, 200);
    const n = blockAverage(counts);
    const square = blockAverage(counts.map((x) => (x - expected) ** 2));
    const z = Math.max(Math.abs(n.mean - expected) / n.error, Math.abs(square.mean - expected) / square.error);
    return {
      what: `zV = ${expected}, cavity list with guests of 1.5 Å`,
      ours: `⟨N⟩ ${n.mean.toFixed(2)} ± ${n.error.toFixed(2)}, Var ${square.mean.toFixed(1)} ± ${square.error.toFixed(1)}`,
      expected: `${expected}, ${expected}`,
      verdict: pass(z < 4),
    };
  });
  const section = {
    title: 'Ideal gas',
    note: 'Mean and variance of N are both zV, whatever the cavity list proposes.',
    rows,
  };
  return [section];
}

function lennardJones(): Section[] {
  say('NIST Lennard-Jones');
  // reduced units: ε = kT/T*, σ = 1, box 8σ, cutoff 3σ; the tail a N²/V is added exactly by reweighting a truncated run
  const temperature = 300;
  const epsilon = (8.617333262e-5 * temperature) / 1.5;
  const model = loadModel({
    format: 'cardhouse/model/1',
    name: 'lj',
    about: '',
    citation: ['NIST'],
    licence: '',
    validity: '',
    provenance: '',
    species: ['A'],
    host: [],
    overlap: { 'A-A': 0.5 },
    cavity: { A: { guest: 0.8, host: 0 } },
    reference: {},
    terms: [
      {
        form: 'pair',
        pair: { 'A-A': { radial: 'lennard-jones', epsilon, sigma: 1, cutoff: { kind: 'truncate', to: 3 } } },
      },
    ],
  });
  const host = emptyBox(8);
  const beta = 1 / (8.617333262e-5 * temperature);
  const tail = ((8 * Math.PI * epsilon) / 3 / 512) * (1 / 3 / 3 ** 9 - 1 / 3 ** 3);
  const rows = (
    [
      [-4, 10.374],
      [-3, 35.51],
      [-2, 260.97],
    ] as const
  ).map(([lnZ, published], k): Row => {
    const setup: ChainSetup = {
      tables: compileGuest(model, 'A', []),
      host,
      grid: openGrid(host.cell, 0.25),
      guestCavity: 0.8,
      temperature,
      moves: { displace: 1, exchange: 2, teleport: 0.5 },
      key: keyFromSeed('validate'),
      stream: 100 + k,
    };
    // run at an activity that the tail of the mean would shift to the wanted one: weights stay near one
    const shift = -2 * beta * tail * published;
    const counts = countsOf(setup, lnZ + shift, 0.3, 400_000, 16384, k === 2 ? 1500 : 300);
    const weight = (n: number): number =>
      Math.exp(-shift * (n - published) - beta * tail * (n * n - published * published));
    const blocks = Array.from({ length: 32 }, (_, b) => {
      const part = counts.subarray((b * counts.length) / 32, ((b + 1) * counts.length) / 32);
      let [sum, total] = [0, 0];
      for (const n of part) [sum, total] = [sum + n * weight(n), total + weight(n)];
      return sum / total;
    });
    const n = blockAverage(blocks);
    return {
      what: `ln z = ${lnZ}`,
      ours: `⟨N⟩ ${n.mean.toFixed(3)} ± ${n.error.toFixed(3)}`,
      expected: String(published),
      verdict: pass(Math.abs(n.mean - published) < 3 * n.error),
    };
  });
  const section = {
    title: 'Lennard-Jones fluid, grand canonical, T* = 1.5, V = 512 σ³',
    note: 'NIST Standard Reference Simulation Website, cutoff 3σ with long-range correction; the correction depends on N alone and is applied by exact reweighting.',
    rows,
  };
  return [section];
}

function models(): Section[] {
  const rows = ['na', 'li', 'k'].flatMap((name): Row[] => {
    say(`${name}-carbon`);
    const file = JSON.parse(readFileSync(`models/potentials/${name}-carbon.json`, 'utf8'));
    const model = loadModel(file, name);
    const guest = model.species[0]!;
    const metal = metalState(model, guest, 300);
    const { a, E_coh: cohesive, ln_z0_300K: lnZ0 } = file.listed;
    const row = (what: string, ours: number, expected: number, digits: number, limit: number): Row => ({
      what: `${guest} ${what}`,
      ours: ours.toFixed(digits),
      expected: String(expected),
      verdict: pass(Math.abs(ours - expected) < limit),
    });
    return [
      row('lattice constant (Å)', metal.latticeConstant, a, 4, 6e-5),
      row('cohesive energy (eV)', -metal.latticeEnergy, cohesive, 3, 6e-4),
      row('ln z₀ at 300 K (Å⁻³)', metal.lnActivity, lnZ0, 3, 0.002),
    ];
  });
  const section = {
    title: 'Shipped models against their own lists',
    note: 'The calibration lists what it computed from the formulas; the engine computes it from tables.',
    rows,
  };
  return [section];
}

function backends(): Section[] {
  say('reference against WebAssembly');
  const model = loadModel(JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')), 'na-carbon');
  const host = slit(11, 8, 5, 2);
  const moves = { displace: 0.4, exchange: 0.4, teleport: 0.2 };
  const rows = [-0.3, -0.6].map((voltage): Row => {
    const setup = prepareChain({ model, guest: 'Na', host, temperature: 300, moves, seed: 'validate', stream: 0 });
    const chains = [createReferenceChain(setup), createWasmChain(setup)] as const;
    for (const chain of chains) {
      chain.lnActivity = lnActivityAt(metalState(model, 'Na', 300), voltage);
      chain.displacement = 0.4;
    }
    let worst = 0;
    let same = true;
    for (let k = 0; k < 500 && same; k++) {
      for (const chain of chains) chain.advance(1000);
      same = chains[0].count === chains[1].count;
      worst = Math.max(worst, Math.abs(chains[0].energy - chains[1].energy));
    }
    return {
      what: `Na in an 11 Å slit at ${voltage} V, 5·10⁵ trials`,
      ours: `${chains[1].count} guests, energies within ${worst.toExponential(1)} eV`,
      expected: `${chains[0].count} guests`,
      verdict: pass(same && worst < 1e-8),
    };
  });
  const section = {
    title: 'WebAssembly chain against the reference chain',
    note: 'Counts compared every 1 000 trials.',
    rows,
  };
  return [section];
}

/** Every section by name, in the order of the page. */
const all: Readonly<Record<string, () => Section[] | Promise<Section[]>>> = {
  'ideal-gas': idealGas,
  'lennard-jones': lennardJones,
  macrostates: macrostateSections,
  models,
  metals: metalSections,
  melting: meltingSections,
  slits: slitSections,
  sphere: sphereSections,
  graphite: graphiteSections,
  'carbon-na': () => carbonSections('Na'),
  'carbon-li': () => carbonSections('Li'),
  'la-lc': laLcSections,
  'la-equilibrium': laEquilibriumSections,
  backends,
  crystals: crystalSections,
  dynamics: dynamicsSections,
  kills: killSections,
  sweeps: sweepSections,
};

const page = 'docs/validation.md';
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in all));
if (unknown.length > 0) {
  say(`no section ${unknown.join(', ')}: there are ${Object.keys(all).join(', ')}`);
  process.exit(2);
}
let failed = 0;
for (const [name, make] of Object.entries(all)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const begin = performance.now();
  const sections = await make();
  failed += sections
    .flatMap(({ rows }) => rows)
    .filter(({ verdict }) => verdict !== 'pass' && verdict !== known && verdict !== told).length;
  say(`${name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  put(name, sections);
}
say(failed === 0 ? `all pass: ${page}` : `${failed} fail: ${page}`);
process.exit(failed === 0 ? 0 : 1);

/** Puts sections in the place of those of their name; the page is read anew, another run may have written to it meanwhile. */
function put(name: string, sections: readonly Section[]): void {
  const before = existsSync(page) ? parts(readFileSync(page, 'utf8')) : new Map<string, string>();
  const texts = Object.keys(all).flatMap((other) =>
    other === name
      ? sections.map((section) => markdown(section, name))
      : [...before.values()].filter((text) => text.includes(`<!-- ${other} -->`)),
  );
  const head = `# Validation\n\nWritten by \`npm run validate\` with Cardhouse ${version}. Errors are one standard error of block averages.\n\n`;
  writeFileSync(page, head + texts.join(''));
}

/** Sections of a page by title, each with its heading. */
function parts(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(/^(?=## )/m).slice(1)) found.set(part.slice(3, part.indexOf('\n')), part);
  return found;
}
