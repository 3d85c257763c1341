/** Guests in a rigid carbon, as both engines are told of them: the same atoms, laws, temperature and activity. */
import { massOf } from '../../src/core/elements.ts';
import { type Frame, mergeFrames } from '../../src/core/frame.ts';
import type { ChainSetup } from '../../src/engine/chain.ts';
import { prepareChain } from '../../src/engine/prepare.ts';
import { lnActivityAt, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { parseSetfl } from '../../src/io/setfl.ts';
import { combineModels } from '../../src/model/combine.ts';
import { loadModel } from '../../src/model/load.ts';
import { modelFromSetfl } from '../../src/model/load-setfl.ts';
import type { Model } from '../../src/model/model.ts';
import { discCarbon } from '../carbon.ts';
import { setflText } from './setfl-text.ts';
import { shipped } from './systems.ts';

/** half displacements, a quarter insertions, a quarter deletions */
export const moves = { displace: 0.5, exchange: 0.5, teleport: 0 };

/** A guest in a carbon, with guests in it to start from. */
export interface GcmcSystem {
  /** what guest, what model, in words */
  readonly about: string;
  readonly setup: ChainSetup;
  readonly temperature: number;
  /** ln of the activity, Å⁻³ */
  readonly lnActivity: number;
  /** Å: half edge of the displacement cube of Cardhouse, radius of the sphere of LAMMPS */
  readonly displacement: number;
  /** [N, 4] where every run starts */
  readonly guests: Float64Array;
  readonly lammps: {
    readonly pair: readonly string[];
    readonly files: Readonly<Record<string, string>>;
    /** the pair style has a variant in the OPT package that these trials use */
    readonly opt: boolean;
  };
}

const header = {
  ...{ format: 'cardhouse/model/1', about: 'for benchmarks', citation: ['-'], licence: 'MIT', validity: 'benchmarks' },
  ...{ provenance: 'chosen', species: ['Na', 'C'], host: ['C'], reference: {} },
};
const overlap = { 'Na-Na': 1.7, 'Na-C': 1.7, 'C-C': 1 };

/** ε (eV) and σ (Å) of the Lennard-Jones guest with itself and with carbon; both are truncated here (Å) */
const argonLike = { guest: [0.01, 3.3], carbon: [0.003, 3.2], cutoff: 10 } as const;
/** the same of the metal's wall, wetted more than a gas is */
const wall = { carbon: [0.03, 3.2], cutoff: 8 } as const;

const lennardJones = ([epsilon, sigma]: readonly [number, number], to: number) => ({
  ...{ radial: 'lennard-jones', epsilon, sigma },
  cutoff: { kind: 'truncate', to },
});

/**
 * A Lennard-Jones guest, truncated at 10 Å: the case of published comparisons of grand-canonical programs. Its insertions avoid carbons alone: to
 * keep away from guests too would make a fifth more of them succeed and cost a third of the trials, half of which displace.
 */
export function lennardJonesModel(): Model {
  const { guest, carbon, cutoff } = argonLike;
  const pair = { 'Na-Na': lennardJones(guest, cutoff), 'Na-C': lennardJones(carbon, cutoff) };
  const cavity = { Na: { guest: 0, host: 2.2 } };
  return loadModel({ ...header, name: 'lj-guest', overlap, cavity, terms: [{ form: 'pair', pair }] }, 'lj-guest');
}

/** Lattice constant of the metal part of na-carbon, Å. */
const sodiumLattice = 4.226;

/** Metal as eam/fs (the metal part of na-carbon, tabulated) on carbon by a Lennard-Jones wall, and the metal's setfl text. */
export function setflModel(): { readonly model: Model; readonly text: string } {
  const text = setflText(shipped('na-carbon'), 'Na', sodiumLattice);
  const metal = modelFromSetfl(parseSetfl(text, 'Na.eam.fs', 'fs'), 'Na.eam.fs');
  const pair = { 'Na-C': lennardJones(wall.carbon, wall.cutoff) };
  const cavity = { Na: { guest: 2.8, host: 2 } };
  const data = { ...header, name: 'wall', overlap, cavity, terms: [{ form: 'pair', pair }] };
  return { model: combineModels([metal, loadModel(data, 'wall')]), text };
}

/** How a carbon is filled: at ln z = `filling` up to `most` guests, and then left at `lnActivity`, or with as many as are in. */
interface Filling {
  readonly filling: number;
  readonly most: number;
  readonly lnActivity: number;
  readonly displacement: number;
  /** only moved then, none comes or goes */
  readonly keep: boolean;
}

/** Fills an empty carbon and lets it settle; the guests, [N, 4]. */
function settled(setup: ChainSetup, { filling, most, lnActivity, displacement, keep }: Filling): Float64Array {
  const chain = createWasmChain(setup);
  chain.displacement = displacement;
  chain.lnActivity = filling;
  for (let k = 0; k < 4000 && chain.count < most; k++) chain.advance(Math.ceil(most / 4));
  const still = { displace: 0.5, exchange: 0, teleport: 0.5 };
  const after = keep ? createWasmChain({ ...setup, moves: still, guests: chain.guestRows() }) : chain;
  after.displacement = displacement;
  after.lnActivity = lnActivity;
  after.advance(50_000 + 100 * most);
  return after.guestRows();
}

/** The Lennard-Jones guest in so many carbons at 300 K and z = 0.015 Å⁻³. */
export function lennardJonesGuest(atoms: number): GcmcSystem {
  const host = discCarbon(atoms);
  const setup = prepareChain({ ...common(lennardJonesModel(), host, 300), stream: 0 });
  const lnActivity = Math.log(0.015);
  const { guest, carbon, cutoff } = argonLike;
  return {
    about: 'Lennard-Jones guest, cutoff 10 Å, z = 0.015 Å⁻³',
    ...{ setup, temperature: 300, lnActivity, displacement: 1 },
    guests: settled(setup, {
      ...{ filling: lnActivity, most: Math.round(0.075 * atoms), lnActivity, displacement: 1, keep: false },
    }),
    lammps: {
      pair: [
        ...[`pair_style lj/cut ${cutoff}`, 'pair_coeff 1 1 0 1 2', `pair_coeff 1 2 ${carbon.join(' ')}`],
        `pair_coeff 2 2 ${guest.join(' ')}`,
      ],
      files: {},
      opt: false,
    },
  };
}

/** What a system of the metal is asked for. */
export interface MetalConditions {
  readonly temperature: number;
  /** V against the bulk metal */
  readonly voltage: number;
  /** guests per carbon to fill to before it settles */
  readonly loading: number;
  /** settle with these: pores fill at once or not at all, and half full only as long as none comes or goes */
  readonly keep: boolean;
}

/** Metal as eam/fs in so many carbons: pores partly full. */
export function metalGuest(atoms: number, { temperature, voltage, loading, keep }: MetalConditions): GcmcSystem {
  const host = discCarbon(atoms);
  const { model, text } = setflModel();
  const setup = prepareChain({ ...common(model, host, temperature), stream: 0 });
  const metal = metalState(model, 'Na', temperature);
  const lnActivity = lnActivityAt(metal, voltage);
  const { carbon, cutoff } = wall;
  return {
    about: `metal, eam/fs (that of na-carbon, tabulated), Lennard-Jones wall, ${temperature} K`,
    ...{ setup, temperature, lnActivity, displacement: 0.5 },
    guests: settled(setup, {
      ...{ filling: lnActivityAt(metal, voltage - 0.9), most: Math.round(loading * atoms) },
      ...{ lnActivity, displacement: 0.5, keep },
    }),
    lammps: {
      pair: [
        ...[`pair_style hybrid/overlay eam/fs lj/cut ${cutoff}`, 'pair_coeff * * eam/fs Na.eam.fs NULL Na'],
        ...['pair_coeff 1 1 lj/cut 0 1 2', `pair_coeff 1 2 lj/cut ${carbon.join(' ')}`],
      ],
      files: { 'Na.eam.fs': text },
      opt: true,
    },
  };
}

const common = (model: Model, host: Frame, temperature: number) => ({
  model,
  host,
  temperature,
  guest: 'Na',
  seed: 'bench',
  moves,
});

/** Host and guests as one frame, the host first. */
export const wholeFrame = ({ setup, guests }: Pick<GcmcSystem, 'setup' | 'guests'>): Frame =>
  mergeFrames(setup.host, { cell: setup.host.cell, species: ['Na'], rows: guests });

/** LAMMPS' chemical potential of an activity, eV, with the constants it has in metal units: z = exp(μ/kT)/Λ³. */
export function chemicalPotential(lnActivity: number, temperature: number): number {
  const [planck, boltzmann, massUnit] = [4.135667403e-3, 8.617343e-5, 1.0364269e-4];
  const kT = boltzmann * temperature;
  const wavelength = Math.sqrt(planck ** 2 / (2 * Math.PI * massOf('Na') * massUnit * kT));
  return kT * (lnActivity + 3 * Math.log(wavelength));
}
