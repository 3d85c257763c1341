/** Grand-canonical averages against independent engines, and coexistence by flat histograms against NIST. */
import { existsSync, readFileSync } from 'node:fs';
import {
  accessibleGrid,
  blockAverage,
  boltzmann,
  coexistence,
  compileGuest,
  createWasmChain,
  cubicCell,
  FlatHistogram,
  jackknife,
  keyFromSeed,
  loadModel,
  type Model,
  openGrid,
  parseExtxyz,
} from 'cardhouse';
import { pass, type Row, type Section } from './validate-table.ts';

const shared = new URL('../../shared/oracles/', import.meta.url);

function lennardJones(name: string, pairs: Readonly<Record<string, readonly [number, number]>>, to: number): Model {
  const species = [...new Set(Object.keys(pairs).flatMap((key) => key.split('-')))];
  return loadModel({
    format: 'cardhouse/model/1',
    name,
    about: 'for validation',
    citation: ['NIST Standard Reference Simulation Website'],
    licence: '',
    validity: '',
    provenance: '',
    species,
    host: species.filter((s) => s === 'C'),
    overlap: Object.fromEntries(Object.entries(pairs).map(([key, [, sigma]]) => [key, 0.5 * sigma])),
    cavity: {},
    reference: {},
    terms: [
      {
        form: 'pair',
        pair: Object.fromEntries(
          Object.entries(pairs).map(([key, [epsilon, sigma]]) => [
            key,
            { radial: 'lennard-jones', epsilon, sigma, cutoff: { kind: 'truncate', to } },
          ]),
        ),
      },
    ],
  });
}

/** Vapour and liquid of the Lennard-Jones fluid at T* = 1.0, V = 512 σ³, cut at 3σ with tail, which depends on N alone. */
function coexistenceSection(): Section {
  const temperature = 1 / boltzmann; // ε = 1 eV: T* = 1
  const model = lennardJones('lj', { 'A-A': [1, 1] }, 3);
  const cell = cubicCell(8);
  const chain = createWasmChain({
    tables: compileGuest(model, 'A', []),
    host: { cell, species: [], rows: new Float64Array() },
    grid: openGrid(cell, 0.25),
    guestCavity: 0.8,
    temperature,
    moves: { displace: 1, exchange: 3, teleport: 0.3 },
    key: keyFromSeed('coexistence'),
    stream: 0,
  });
  chain.displacement = 0.25;
  const volume = 512;
  const tail = ((8 * Math.PI) / 3) * (1 / 3 / 3 ** 9 - 1 / 3 ** 3);
  const published = { lnZ: -3.8345, vapour: 0.029556, liquid: 0.70094 };
  chain.lnActivity = published.lnZ;
  const flat = new FlatHistogram(chain, { least: 0, most: 400 });
  for (const _ of flat.loop(null, 4000));
  for (let block = 0; block < 8; block++) for (const _ of flat.loop(block, 4000));
  const found = (pick: 'shift' | 'dilute' | 'dense') =>
    jackknife(flat.blocks, (lnPi) => {
      // the tail of N particles, −a N²/V kT, goes in exactly
      const corrected = lnPi.map((x, n) => x - (tail * n * n) / volume);
      return coexistence(corrected, 0)?.[pick] ?? Number.NaN;
    });
  const row = (what: string, value: number, error: number | null, expected: number, digits: number): Row => ({
    what,
    ours: `${value.toFixed(digits)} ± ${(error ?? Number.NaN).toFixed(digits)}`,
    expected: String(expected),
    verdict: pass(error !== null && Math.abs(value - expected) < 2 * error),
  });
  const [shift, dilute, dense] = [found('shift'), found('dilute'), found('dense')];
  return {
    title: 'Lennard-Jones coexistence at T* = 1.0',
    note: `NIST Standard Reference Simulation Website (flat histogram, V = 512 σ³, cutoff 3σ with long-range correction). Ours: N from 0 to 400 and back nine times, ${(flat.trials / 1e6).toFixed(0)} million trials, jackknife errors over eight loops; within two errors.`,
    rows: [
      row('ln z', published.lnZ + shift.value, shift.error, published.lnZ, 4),
      row(
        'ρ of the vapour (σ⁻³)',
        dilute.value / volume,
        dilute.error === null ? null : dilute.error / volume,
        published.vapour,
        5,
      ),
      row(
        'ρ of the liquid (σ⁻³)',
        dense.value / volume,
        dense.error === null ? null : dense.error / volume,
        published.liquid,
        5,
      ),
    ],
  };
}

/** ⟨N⟩, U/N and its part with the host in a carbon of 5 000 atoms, as four other engines have them. */
function carbonSection(): Section[] {
  const file = new URL('gcmc_lj_carbon5k.json', shared);
  if (!existsSync(file)) {
    console.log('gcmc_lj_carbon5k.json is not there: the section is skipped');
    return [];
  }
  const { states } = JSON.parse(readFileSync(file, 'utf8')) as {
    states: Record<string, { ref: { N: [number, number]; U_per_N: [number, number]; Uhost_per_N: [number, number] } }>;
  };
  const [frame] = parseExtxyz(readFileSync(new URL('carbon5k.xyz', shared), 'utf8'));
  const model = lennardJones('lj-carbon', { 'G-G': [0.01, 3.3], 'G-C': [0.003, 3.2] }, 10);
  const setup = {
    tables: compileGuest(model, 'G', frame!.species),
    host: frame!,
    grid: accessibleGrid(frame!, 2.4),
    guestCavity: 2.4,
    temperature: 300,
    moves: { displace: 1, exchange: 2, teleport: 0.5 },
    key: keyFromSeed('carbon5k'),
    stream: 0,
  };
  const rows = Object.entries(states).flatMap(([z, { ref }], k): Row[] => {
    const chain = createWasmChain({ ...setup, stream: k });
    chain.lnActivity = Math.log(Number(z));
    chain.displacement = 1;
    chain.advance(1_500_000);
    const [counts, energies, hosts]: number[][] = [[], [], []];
    for (let s = 0; s < 1200; s++) {
      chain.advance(4000);
      const guests = chain.guestRows();
      let host = 0;
      for (let a = 0; a < guests.length; a += 4)
        host += chain.hostField(guests[a]!, guests[a + 1]!, guests[a + 2]!)![0];
      counts!.push(chain.count);
      energies!.push(chain.energy);
      hosts!.push(host);
    }
    const n = blockAverage(counts!);
    const perGuest = (sums: readonly number[]) => {
      const ratio = blockAverage(sums).mean / n.mean;
      return { mean: ratio, error: blockAverage(sums.map((u, s) => (u - ratio * counts![s]!) / n.mean)).error };
    };
    const row = (
      what: string,
      ours: { mean: number; error: number },
      [value, error]: [number, number],
      digits: number,
    ): Row => ({
      what: `z = ${z} Å⁻³, ${what}`,
      ours: `${ours.mean.toFixed(digits)} ± ${ours.error.toFixed(digits)}`,
      expected: `${value.toFixed(digits)} ± ${error.toFixed(digits)}`,
      verdict: pass(Math.abs(ours.mean - value) < 2 * Math.hypot(ours.error, error)),
    });
    return [
      row('⟨N⟩', n, ref.N, 2),
      row('U/N (eV)', perGuest(energies!), ref.U_per_N, 6),
      row('U with the host/N (eV)', perGuest(hosts!), ref.Uhost_per_N, 6),
    ];
  });
  return [
    {
      title: 'Lennard-Jones guests in a carbon of 5 000 atoms, grand canonical',
      note: 'Averages of an independent program that LAMMPS, RASPA2 and GOMC agree with; within two combined errors.',
      rows,
    },
  ];
}

export function macrostateSections(): Section[] {
  return [...carbonSection(), coexistenceSection()];
}
