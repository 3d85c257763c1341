/**
 * The zero-volt self-test: a crystal of the guest in contact with its vapour neither grows nor melts away at 0 V.
 *
 * A bcc (110) slab, its lowest planes held, takes one whole plane more and gives it back while a flat histogram drives N. Slab and taller
 * slab have the same surface, so the work per atom is the chemical potential of the bulk, and nothing has to be assumed about how a
 * plane begins:
 *
 *   V₀ = (kT/e) · [ln Π(N + n) − ln Π(N)]/n at the activity of 0 V,   n atoms per plane
 *
 * averaged over N a few atoms before and after the closed plane, as far as they were reached. V₀ > 0: bulk metal is more stable than the reservoir says.
 *
 * @oracle test/statistical/zero-volt.test.ts (a reservoir that is wrong by a known voltage), docs/validation.md
 */
import { orthorhombicCell } from '../core/cell.ts';
import { ModelError } from '../core/errors.ts';
import { planes110 } from '../core/lattice.ts';
import { jackknife } from '../core/macrostates.ts';
import { keyFromSeed } from '../core/random.ts';
import { type Measured, measured } from '../core/statistics.ts';
import { boltzmann } from '../core/units.ts';
import type { Model } from '../model/model.ts';
import { openGrid } from './cavity.ts';
import type { ChainSetup } from './chain.ts';
import { FlatHistogram } from './flat-histogram.ts';
import { compileGuest } from './guest-tables.ts';
import { type MetalState, metalState } from './reservoir.ts';
import { createWasmChain } from './wasm.ts';

export interface ZeroVoltOptions {
  /** lattice constant at the temperature, Å: strain is the only thing it changes, in second order */
  readonly latticeConstant: number;
  /** cells along [001] and [1-10]; 6 and 4 when not given */
  readonly cells?: readonly [number, number];
  /** trials at each N, each way; 20 000 when not given */
  readonly perStep?: number;
  /** ways up and down after a first one that does not count; 8 when not given */
  readonly loops?: number;
  readonly seed?: string | number;
  /** the reservoir; that of the model when not given */
  readonly metal?: MetalState;
}

/** Planes of the slab, and of them those that are held. */
const planes = 6;
const heldPlanes = 2;
/** N before the first and after the last atom of a plane at which the work is averaged. */
const margin = 4;

/**
 * The voltage at which bulk metal is in equilibrium with the reservoir, V: 0 within errors.
 *
 * @param temperature  K
 * @throws ModelError  no reference metal for this guest, or one that is not bcc
 */
export function zeroVolt(
  model: Model,
  guest: string,
  temperature: number,
  { latticeConstant: a, cells = [6, 4], perStep = 20_000, loops = 8, seed = 'zero volt', metal }: ZeroVoltOptions,
): Measured {
  if (model.references[guest]?.lattice !== 'bcc')
    throw new ModelError(`model ${model.name} has no bcc metal of ${guest}`);
  const setup = slab(model, guest, temperature, { a, cells, seed });
  const chain = createWasmChain(setup);
  chain.lnActivity = (metal ?? metalState(model, guest, temperature)).lnActivity;
  chain.displacement = 0.35;
  chain.drive({ least: chain.count, most: chain.count, lnActivity: new Float64Array() });
  chain.advance(1500 * chain.count);
  const full = chain.count;
  const perPlane = 2 * cells[0] * cells[1];
  const flat = new FlatHistogram(chain, { least: full - margin, most: full + perPlane + margin, blocks: loops });
  for (let loop = 0; loop <= loops; loop++) for (const _ of flat.loop(loop === 0 ? null : loop - 1, perStep));
  const { value, error } = jackknife(flat.blocks, (lnPi, least) => {
    const starts = Array.from({ length: 2 * margin + 1 }, (_, k) => full - margin + k - least).filter(
      (k) => k >= 0 && k + perPlane < lnPi.length,
    );
    return starts.reduce((sum, k) => sum + lnPi[k + perPlane]! - lnPi[k]!, 0) / starts.length / perPlane;
  });
  const kT = boltzmann * temperature;
  return measured(kT * value, error === null ? null : kT * error, 'V');
}

/** Planes of bcc (110) from the bottom of a box; guests come and go at the upper face only. */
function slab(
  model: Model,
  guest: string,
  temperature: number,
  { a, cells: [nx, ny], seed }: { a: number; cells: readonly [number, number]; seed: string | number },
): ChainSetup {
  const d = a / Math.SQRT2;
  const atoms = (from: number, to: number): Float64Array => planes110(a, [nx, ny], [from, to], (k) => (k + 1) * d);
  const cell = orthorhombicCell(nx * a, ny * a * Math.SQRT2, (planes + 3) * d + 2 * model.cutoff);
  const open = openGrid(cell);
  const [, , nz] = open.shape;
  const height = cell.matrix[8]! / nz;
  const levels = open.levels.map((level, v) => {
    const z = ((v % nz) + 0.5) * height;
    return z > (planes - 1.5) * d && z < (planes + 3) * d ? level : 0;
  });
  return {
    tables: compileGuest(model, guest, []),
    host: { cell, species: [], rows: new Float64Array() },
    grid: { ...open, levels },
    guestCavity: model.cavity[guest]?.guest ?? 0,
    temperature,
    moves: { displace: 0.4, exchange: 0.4, teleport: 0.2 },
    key: keyFromSeed(seed),
    stream: 0,
    fixed: atoms(0, heldPlanes),
    guests: atoms(heldPlanes, planes),
  };
}
