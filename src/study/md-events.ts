/** What a run of dynamics needs, and what it tells while it goes. */
import type { Frame } from '../core/frame.ts';
import type { Model } from '../model/model.ts';
import type { MotionFrame, ThermoName } from '../trajectory/motion.ts';

export type DynamicsEvent =
  | {
      readonly type: 'stage';
      readonly stage: 'device' | 'build' | 'fill' | 'relax' | 'md' | 'analysis';
      readonly index?: number;
      readonly text: string;
    }
  | { readonly type: 'warning'; readonly text: string }
  | DynamicsProgress
  /** the atoms as the stages will find them, before the first frame; again when a run goes on */
  | { readonly type: 'structure'; readonly frame: Frame }
  /** for the trajectory: steps and times count through all stages */
  | { readonly type: 'frame'; readonly frame: MotionFrame }
  | {
      readonly type: 'thermo';
      readonly step: number;
      readonly time: number;
      readonly values: Record<ThermoName, number>;
    }
  /** to be appended to a file, and given back when the run goes on */
  | { readonly type: 'samples'; readonly bytes: Uint8Array }
  /** `save` makes the bytes; all events before it must be on disk first */
  | {
      readonly type: 'checkpoint';
      readonly frames: number;
      readonly save: (files: Readonly<Record<string, number>>) => Uint8Array;
    }
  /** before a PhysicsError: the last state that was sound */
  | { readonly type: 'last-good'; readonly frame: Frame };

export interface DynamicsProgress {
  readonly type: 'progress';
  readonly stage: number;
  /** of all stages, relaxations counted as long as they may get */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** of this stage */
  readonly step: number;
  /** fs of dynamics so far, all stages */
  readonly time: number;
  readonly atoms: number;
  /** steps/s since the run was started or resumed */
  readonly rate: number;
  /** eV */
  readonly energy: number;
  /** dynamics only: K and eV/Å³ */
  readonly temperature?: number;
  readonly pressure?: number;
  /** relaxation only: eV/Å */
  readonly force?: number;
}

export interface DynamicsRunOptions {
  readonly model: Model;
  /** when the spec fills */
  readonly fillModel?: Model;
  /** when the spec names a file */
  readonly structure?: Frame;
  /** threads of the force field; 1 when not given */
  readonly workers?: number;
  readonly workerUrl?: URL;
  /** stops early: a checkpoint is made, and the result holds what was sampled so far and says so */
  readonly signal?: AbortSignal;
  /** where to go on from: a checkpoint, and the samples handed out before it (those after it are left out) */
  readonly resume?: { readonly checkpoint: Uint8Array; readonly samples: Uint8Array };
  readonly machine?: { readonly hostName: string; readonly runtime: string };
}
