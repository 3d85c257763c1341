/**
 * Checks a model must pass before its numbers mean anything: the ideal gas, symmetry of insertion and deletion, drift, zero volt.
 */
import { orthorhombicCell } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { grapheneCell, grapheneSheets } from '../core/lattice.ts';
import { RandomStream } from '../core/random.ts';
import { blockAverage } from '../core/statistics.ts';
import { joulePerM2 } from '../core/units.ts';
import type { Model } from '../model/model.ts';
import { openGrid } from './cavity.ts';
import type { ChainSetup } from './chain.ts';
import { thermalLatticeConstant } from './free-energy.ts';
import type { GuestTables } from './guest-tables.ts';
import { metalFilms } from './metal-film.ts';
import { prepareChain } from './prepare.ts';
import { lnActivityAt, metalState } from './reservoir.ts';
import { createWasmChain } from './wasm.ts';
import { zeroVolt } from './zero-volt.ts';

export interface SelfTestFinding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const chainDefaults = { temperature: 300, key: [2026, 11] as const, stream: 0 };

/** Tables of a guest without any interaction. */
export function idealGasTables(): GuestTables {
  const nothing = { from: 0, to: 1, step: 1, rows: new Float64Array(8) };
  return {
    guest: 'ideal',
    hostSpecies: [],
    pair: nothing,
    density: nothing,
    host: [],
    embedding: null,
    nSwitch: Number.POSITIVE_INFINITY,
    nStart: 0,
    switchShape: 'linear',
    saturation: null,
    bareIons: false,
    repulsive: false,
  };
}

/** Two facing sheets 11 Å apart in a box that any shipped model accepts: a slit pore of basal carbon. */
export function slitHost(species: string, cutoff: number): Frame {
  const [a, b] = grapheneCell;
  const cells = [Math.ceil((2 * cutoff) / a), Math.ceil((2 * cutoff) / b)] as const;
  return {
    cell: orthorhombicCell(cells[0] * a, cells[1] * b, Math.max(20, 2 * cutoff)),
    species: [species],
    rows: grapheneSheets(cells, [2, 13]),
  };
}

/**
 * Yields one finding per check; about two seconds for a shipped model.
 *
 * - insert–delete: ΔU of an insertion plus ΔU of the deletion that undoes it is zero to 1e-9 eV
 * - drift: running energy against recomputed energy after 50 000 trials in a slit at −0.6 V
 */
export async function* selfTest(model: Model): AsyncGenerator<SelfTestFinding> {
  for (const guest of Object.keys(model.references)) {
    const hostSpecies = model.hostSpecies[0];
    if (hostSpecies === undefined) continue;
    const host = slitHost(hostSpecies, model.cutoff);
    const setup = prepareChain({
      model,
      guest,
      host,
      temperature: chainDefaults.temperature,
      moves: { displace: 0.4, exchange: 0.4, teleport: 0.2 },
      seed: 'self-test',
      stream: chainDefaults.stream,
    });
    const chain = createWasmChain(setup);
    const metal = metalState(model, guest, chainDefaults.temperature);
    // well below the voltage that fills the slit: an empty one would prove nothing
    chain.lnActivity = lnActivityAt(metal, -0.6);
    chain.advance(50_000);
    const drift = chain.refresh();
    yield {
      name: `${guest} drift`,
      ok: drift < 1e-6 && chain.count > 10,
      detail: `${drift.toExponential(1)} eV after 50 000 trials with ${chain.count} guests in a slit (limit 1e-6, at least 10 guests)`,
    };
    yield { name: `${guest} insert–delete`, ...symmetry(setup, chain.guestRows()) };
    yield {
      name: `${guest} reference metal`,
      ok: Number.isFinite(metal.lnActivity),
      detail: `a ${metal.latticeConstant.toFixed(4)} Å, E ${metal.latticeEnergy.toFixed(4)} eV, ln z₀ ${metal.lnActivity.toFixed(2)} at ${metal.temperature} K`,
    };
  }
}

/** A crystal takes a plane more and gives it back: bulk metal is in equilibrium with the reservoir at 0 V within 5 mV, or four errors. */
export async function zeroVoltTest(model: Model, guest: string): Promise<SelfTestFinding> {
  const { temperature } = chainDefaults;
  const latticeConstant = (await thermalLatticeConstant(model, guest, temperature)).value;
  // few loops of many trials: a surface that has no time to settle is wrong by −9 mV in lithium (8 000 trials). And
  // no wider than two cutoffs ask: the time goes with the atoms of a plane
  const cells = [
    Math.max(4, Math.ceil((2 * model.cutoff) / latticeConstant)),
    Math.max(3, Math.ceil((2 * model.cutoff) / (Math.SQRT2 * latticeConstant))),
  ] as const;
  const options = { latticeConstant, cells, perStep: 16_000, loops: 2 };
  const { value, error } = zeroVolt(model, guest, temperature, options);
  return {
    name: `${model.name}, zero volt`,
    ok: error !== null && Math.abs(value) < Math.max(0.005, 4 * error),
    detail: `bulk ${guest} is in equilibrium at ${(1000 * value).toFixed(1)} ± ${error === null ? '? (too few exchanges to tell)' : (1000 * error).toFixed(1)} mV (a plane of ${2 * cells[0] * cells[1]} atoms, a = ${latticeConstant.toFixed(3)} Å)`,
  };
}

/** A film of metal between two sheets at rest has the voltage of the capillary law within 5 mV: the smallest slit the law holds for. */
export function filmTest(model: Model, guest: string): SelfTestFinding {
  const { films, adhesion, surfaceEnergy } = metalFilms(model, guest, [3]);
  const { planes, voltage, law } = films[0]!;
  const inJoule = (x: number): string => (x * joulePerM2).toFixed(3);
  return {
    name: `${model.name}, slit`,
    ok: Math.abs(voltage - law) < 0.005,
    detail: `${planes} planes of ${guest} between sheets: ${(1000 * voltage).toFixed(1)} mV at rest, capillary law ${(1000 * law).toFixed(1)} (γ ${inJoule(surfaceEnergy)}, W ${inJoule(adhesion)} J/m²; limit 5 mV)`,
  };
}

/** The engine without a model: ⟨N⟩ = zV and Var N = zV within four standard errors. */
export function idealGasTest(): SelfTestFinding {
  const host: Frame = { cell: orthorhombicCell(20, 20, 20), species: [], rows: new Float64Array() };
  const setup: ChainSetup = {
    ...chainDefaults,
    host,
    tables: idealGasTables(),
    grid: openGrid(host.cell, 2),
    guestCavity: 0,
    moves: { displace: 0, exchange: 1, teleport: 0 },
  };
  const chain = createWasmChain(setup);
  const expected = 40;
  chain.lnActivity = Math.log(expected / host.cell.volume);
  chain.advance(5000);
  const samples = Float64Array.from({ length: 4096 }, () => {
    chain.advance(100);
    return chain.count;
  });
  const n = blockAverage(samples);
  const square = blockAverage(samples.map((x) => (x - expected) ** 2));
  const z = Math.max(Math.abs(n.mean - expected) / n.error, Math.abs(square.mean - expected) / square.error);
  return {
    name: 'ideal gas',
    ok: z < 4,
    detail: `⟨N⟩ ${n.mean.toFixed(2)} ± ${n.error.toFixed(2)}, Var N ${square.mean.toFixed(1)} ± ${square.error.toFixed(1)}, both should be ${expected}`,
  };
}

/** Inserts at random points, each into a chain of its own, and compares with the deletion that undoes it. */
function symmetry(setup: ChainSetup, guests: Float64Array): { ok: boolean; detail: string } {
  const wanted = 8;
  const random = new RandomStream('insert-delete');
  const [lx, ly, lz] = [0, 4, 8].map((k) => setup.host.cell.matrix[k]!) as [number, number, number];
  const before = createWasmChain({ ...setup, guests });
  let worst = 0;
  let tried = 0;
  for (let attempt = 0; attempt < 2000 && tried < wanted; attempt++) {
    const [x, y, z] = [lx * random.uniform(), ly * random.uniform(), lz * random.uniform()];
    const insertion = before.trialEnergy(-1, x, y, z);
    if (!(insertion < 2)) continue;
    const after = createWasmChain({ ...setup, guests: Float64Array.of(...guests, x, y, z, 0) });
    const deletion = after.trialEnergy(guests.length / 4, Number.NaN, Number.NaN, Number.NaN);
    worst = Math.max(worst, Math.abs(insertion + deletion), Math.abs(after.energy - before.energy - insertion));
    tried++;
  }
  return {
    ok: tried === wanted && worst < 1e-9,
    detail: `largest mismatch ${worst.toExponential(1)} eV over ${tried} points (limit 1e-9)`,
  };
}
