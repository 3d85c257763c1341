/**
 * Relaxation: atoms, and the cell if it may change, to the nearest minimum of U + P₀V.
 *
 * @oracle test/unit/relax.test.ts
 */
import type { Cell } from '../core/cell.ts';
import { SpecError } from '../core/errors.ts';
import type { StrainKind } from './dynamics/strain.ts';
import type { ForceField } from './force-field.ts';
import { fire } from './relax/fire.ts';
import { Landscape } from './relax/landscape.ts';
import { lbfgs } from './relax/lbfgs.ts';

/** 'fire' is robust far from the minimum, 'l-bfgs' needs fewer force evaluations near it. */
export type RelaxMethod = 'fire' | 'l-bfgs';

export interface RelaxSetup {
  /** its positions are where the search begins, and where it ends */
  readonly forceField: ForceField;
  readonly cell: Cell;
  readonly method: RelaxMethod;
  /** [N] 1 where an atom keeps its place (its fractional coordinates where the cell changes) */
  readonly frozen?: Uint8Array;
  /** how the cell may change; fixed when not given */
  readonly strain?: StrainKind;
  /** P₀, eV/Å³; 0 when not given */
  readonly pressure?: number;
  /** eV/Å: no atom that moves feels more in the end */
  readonly forceTolerance: number;
  /** eV/Å³: no allowed component of P − P₀ is larger in the end; 1e-5 (1.6 MPa) when not given */
  readonly stressTolerance?: number;
  readonly maxSteps: number;
  /** called before every step and at the end; false stops the search */
  readonly onStep?: (progress: RelaxProgress) => boolean;
}

export interface RelaxProgress {
  readonly step: number;
  /** U, eV */
  readonly energy: number;
  /** U + P₀V, eV: what is minimised */
  readonly enthalpy: number;
  /** largest force on an atom that moves, eV/Å */
  readonly maxForce: number;
  /** largest allowed component of P − P₀, eV/Å³; 0 in a fixed cell */
  readonly maxStress: number;
  /** force evaluations so far */
  readonly evaluations: number;
  readonly cell: Cell;
}

export interface RelaxResult extends RelaxProgress {
  readonly converged: boolean;
  /** 'stuck': no step downhill can be found, because the energy is not smooth or the tolerance is beyond its precision */
  readonly stopped: 'converged' | 'steps' | 'callback' | 'stuck';
}

/**
 * Minimises U + P₀V over the positions of the force field, and over the cell where `strain` says how.
 *
 * @returns what was reached: whether it converged is for the caller to check. The force field holds positions, forces and
 *   virial of the end, in the returned cell.
 * @throws SpecError  a setting makes no sense
 * @throws PhysicsError  the energy is not finite
 * @oracle test/unit/relax.test.ts
 */
export function relax(setup: RelaxSetup): RelaxResult {
  const walk = relaxing(setup);
  let next = walk.next();
  while (!next.done) next = walk.next(setup.onStep ? setup.onStep(next.value) : true);
  return next.value;
}

/**
 * The same step by step: `next(false)` stops the search, `onStep` is not called. Between steps the caller may do other things.
 */
export function* relaxing(setup: RelaxSetup): Generator<RelaxProgress, RelaxResult, boolean> {
  checkSetup(setup);
  const { method, forceTolerance, stressTolerance = 1e-5, maxSteps } = setup;
  const landscape = new Landscape(setup);
  landscape.evaluate();
  const advance = method === 'fire' ? fire(landscape) : lbfgs(landscape);
  let step = 0;
  let stopped: RelaxResult['stopped'] | null = null;
  for (;;) {
    const { energy, enthalpy, evaluations, cell } = landscape;
    const maxForce = landscape.maxForce();
    const maxStress = landscape.maxStress();
    const progress = { step, energy, enthalpy, maxForce, maxStress, evaluations, cell };
    const goOn = yield progress;
    const converged = maxForce <= forceTolerance && maxStress <= stressTolerance;
    if (converged) stopped = 'converged';
    else if (!stopped && step >= maxSteps) stopped = 'steps';
    else if (!stopped && !goOn) stopped = 'callback';
    if (stopped) return { ...progress, converged, stopped };
    if (advance()) step++;
    else stopped = 'stuck';
  }
}

function checkSetup(setup: RelaxSetup): void {
  const { forceField, frozen, strain, cell, pressure = 0, forceTolerance, stressTolerance = 1e-5, maxSteps } = setup;
  if (frozen && frozen.length !== forceField.count) {
    throw new SpecError(`relax: frozen must have ${forceField.count} entries, got ${frozen.length}`);
  }
  for (const [name, value] of Object.entries({
    'force tolerance': forceTolerance,
    'stress tolerance': stressTolerance,
  })) {
    if (!(value > 0)) throw new SpecError(`relax: ${name} must be above 0, got ${value}`);
  }
  if (!(Number.isInteger(maxSteps) && maxSteps >= 0)) {
    throw new SpecError(`relax: most steps must be a whole number from 0 on, got ${maxSteps}`);
  }
  if (!Number.isFinite(pressure)) throw new SpecError(`relax: pressure must be a number in eV/Å³, got ${pressure}`);
  if (!strain) {
    if (pressure !== 0) throw new SpecError('relax: a pressure needs a cell that may change');
    return;
  }
  for (const [a, axis] of ['x', 'y', 'z'].entries()) {
    const moves = strain.kind !== 'anisotropic' || (strain.axes?.[a] ?? true);
    if (moves && !cell.periodic[a]) {
      throw new SpecError(`relax: the cell must not change along ${axis}, along which it is not periodic`);
    }
  }
}
