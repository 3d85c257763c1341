/** From what a run of dynamics has left to its numbers and files. */
import { cellFromMatrix } from '../core/cell.ts';
import type { Frame } from '../core/frame.ts';
import { formatExtxyz } from '../io/extxyz.ts';
import type { Model } from '../model/model.ts';
import { formatJson } from '../report/json.ts';
import type { DynamicsPosition } from './md-checkpoint.ts';
import type { DynamicsSpec } from './md-spec.ts';
import type { Recording } from './record.ts';
import { frameOf } from './stages.ts';

export interface DynamicsResult {
  readonly report: { readonly complete: boolean };
  readonly final: Frame;
  /** text of every file of the run directory by name */
  readonly files: Map<string, string>;
}

export interface DynamicsCircumstances {
  readonly seconds: number;
  readonly workers: number;
  readonly machine?: { readonly hostName: string; readonly runtime: string };
}

export async function concludeDynamics(
  spec: DynamicsSpec,
  _model: Model,
  position: DynamicsPosition,
  _recording: Recording,
  _circumstances: DynamicsCircumstances,
): Promise<DynamicsResult> {
  const { stage } = position;
  const final = finalFrame(position);
  const report = { complete: stage === spec.stages.length, done: position.done };
  return {
    report,
    final,
    files: new Map([
      ['results.json', formatJson(report)],
      ['final.xyz', formatExtxyz(final)],
    ]),
  };
}

/** The atoms where the run has ended or was stopped. */
function finalFrame({ atoms, state }: DynamicsPosition): Frame {
  if (!state) return frameOf(atoms);
  const cell = cellFromMatrix(state.cell, atoms.cell.periodic);
  return frameOf({ species: atoms.species, cell, positions: state.positions });
}
