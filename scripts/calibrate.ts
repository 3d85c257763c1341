/**
 * Fits the shipped guests: `npm run calibrate` all of them, `npm run calibrate -- Na` one. Deterministic. Writes models/potentials/NAME.json,
 * models/posteriors/NAME.json and docs/models/NAME.md; a guest takes about a quarter of an hour.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { orthorhombicCell } from '../src/core/cell.ts';
import { metalFreeEnergy } from '../src/engine/free-energy.ts';
import { evaluate } from '../src/model/evaluate.ts';
import { loadModel } from '../src/model/load.ts';
import type { EmbeddedTerm, Model } from '../src/model/model.ts';
import { carbonSpecies } from '../src/structure/edges.ts';
import { bestFit, type Fitted, sampleFit } from './calibration/fit.ts';
import { termsOf } from './calibration/model-file.ts';
import { opening } from './calibration/opening.ts';
import { page } from './calibration/page.ts';
import { start } from './calibration/start.ts';
import { here } from './here.ts';

const temperature = 300;
const sampleCount = 16;
const say = (text: string): void => console.log(text);
const chosen = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));
const wanted = chosen.length > 0 ? chosen : Object.keys(start);
for (const species of wanted) {
  if (!(species in start))
    throw new Error(`no guest ${species} to calibrate, there are ${Object.keys(start).join(', ')}`);
}
const cost = opening();

for (const species of wanted) {
  const name = `${species.toLowerCase()}-carbon`;
  const path = here(`models/potentials/${name}.json`);
  const file = JSON.parse(readFileSync(path, 'utf8'));
  const asModel = (fitted: Fitted, anharmonicLnZ: number) => ({
    ...file,
    ...wordsOf(species),
    species: [species, ...carbonSpecies],
    host: carbonSpecies,
    terms: termsOf(fitted),
    reference: { [species]: { lattice: 'bcc', anharmonicLnZ, temperature } },
  });
  const begun = Date.now();
  const best = bestFit(species, cost);
  say(`${species}: cost ${best.cost.toFixed(2)} after ${((Date.now() - begun) / 1000).toFixed(0)} s`);
  const free = await metalFreeEnergy(loadModel(asModel(best, 0), name), species, temperature, {
    steps: 8000,
    seed: `calibration of ${species}`,
  });
  const anharmonic = round(free.einstein.value - free.harmonic, 4);
  say(
    `${species}: ln z₀ ${free.einstein.value.toFixed(3)}, harmonic ${free.harmonic.toFixed(3)}, integrated ${free.integrated.value.toFixed(3)}`,
  );
  const samples: Fitted[] = [];
  const posterior: object[] = [];
  for (let k = 0; k < sampleCount; k++) {
    const sample = sampleFit(best, k, cost);
    const model = asModel(sample, 0);
    const { einstein, harmonic } = await metalFreeEnergy(
      loadModel(model, `${name} sample ${k}`),
      species,
      temperature,
      {
        steps: 1500,
        cells: 4,
        seed: `posterior of ${species}, ${k}`,
      },
    );
    samples.push(sample);
    const anharmonicLnZ = round(einstein.value - harmonic, 4);
    posterior.push({ terms: model.terms, reference: { [species]: { lattice: 'bcc', anharmonicLnZ, temperature } } });
    say(
      `${species}: sample ${k + 1} of ${sampleCount}, cost ${sample.cost.toFixed(1)}, ${((Date.now() - begun) / 1000).toFixed(0)} s`,
    );
  }
  const listed = listedOf(
    best,
    loadModel(asModel(best, anharmonic), name),
    species,
    free.harmonic,
    free.einstein.value,
  );
  writeJson(path, { ...asModel(best, anharmonic), listed });
  mkdirSync(here('models/posteriors'), { recursive: true });
  writeJson(here(`models/posteriors/${name}.json`), {
    format: 'cardhouse/posterior/1',
    model: name,
    samples: posterior,
  });
  mkdirSync(here('docs/models'), { recursive: true });
  writeFileSync(here(`docs/models/${name}.md`), page({ name, best, samples, free, temperature }));
}

/** What a model file says of itself. */
function wordsOf(species: string): Record<string, unknown> {
  const metal = { Na: 'Sodium', Li: 'Lithium', K: 'Potassium' }[species];
  return {
    about: `${metal} in hard carbon: an embedded metal whose atoms carry a charge that metallic coordination switches off. A lone or intercalated guest is an ion, bulk metal is a plain EAM; carbon enters through two scalar fields per guest.`,
    citation: [
      `Cardhouse ${species.toLowerCase()}-carbon, calibration of 2026 (own parameters; targets from published DFT and experiment, docs/models/${species.toLowerCase()}-carbon.md)`,
    ],
    validity: `${species} on rigid sp2 carbon at 200-400 K, below the melting point; what each property deviates is listed in docs/models/${species.toLowerCase()}-carbon.md. Hydrogen at edges is not explicit. Not for alloys, oxides or electrolytes.`,
    provenance:
      'Written by npm run calibrate from targets with sources (scripts/calibration/targets.ts). Weak sites are basal carbon times a factor; bare edges and vacancies have a short Morse of their own, of which a metallic guest keeps 0.35: without it these sites vanish when a pore fills.',
  };
}

/** Properties a model file claims; test/oracle/guest-models.test.ts recomputes them with the engine. */
function listedOf({ properties: p }: Fitted, model: Model, species: string, harmonic: number, lnZ: number): object {
  const [term] = model.terms as [EmbeddedTerm];
  const metallic: Model = { ...model, terms: [{ ...term, chargeSwitch: null }] };
  let dimer: [number, number] = [0, 0];
  for (let r = 2; r < 6; r += 0.01) {
    const rows = Float64Array.of(5, 5, 5, 0, 5 + r, 5, 5, 0);
    const { energy } = evaluate(metallic, { cell: orthorhombicCell(40, 40, 40), species: [species], rows });
    if (energy < dimer[1]) dimer = [round(r, 2), round(energy, 3)];
  }
  return {
    a: round(p['a']!, 4),
    E_coh: round(p['E_coh']!, 4),
    B_GPa: round(p['B']!, 2),
    E_vac_unrelaxed: round(p['E_vac']!, 3),
    gamma110: round(p['gamma110']!, 3),
    dimer,
    adatom_eV_A: [round(p['adatom']!, 3), round(p['height']!, 2)],
    barrier: round(p['barrier']!, 3),
    W_minus_gamma: round(p['W-gamma']!, 4),
    dilute_at_4_21A: round(p['dilute4.21']!, 3),
    C6: round(p['C6']!, 3),
    C8: round(p['C8']!, 3),
    ln_z0_300K: round(lnZ, 3),
    ln_z0_harmonic: round(harmonic, 3),
  };
}

function round(x: number, digits: number): number {
  return Number(x.toFixed(digits));
}

/** JSON as the formatter wants it. */
function writeJson(path: string, data: object): void {
  writeFileSync(path, `${JSON.stringify(data, null, 2)}\n`);
  execFileSync('npx', ['biome', 'format', '--write', path], { stdio: 'ignore' });
}
