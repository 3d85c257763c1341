import { SpecError } from '../../core/errors.ts';
import type { Thermostat } from '../dynamics.ts';

/** Target temperature as a function of the step alone: constant, then linear, then constant. */
export interface TemperatureSchedule {
  /** K */
  readonly from: number;
  /** K */
  readonly to: number;
  /** the step at which it leaves `from` */
  readonly start: number;
  /** it reaches `to` this many steps later; 0 = at once */
  readonly steps: number;
}

/** Target temperature of a step, K. */
export function temperatureAt({ from, to, start, steps }: TemperatureSchedule, step: number): number {
  if (step >= start + steps) return to;
  return step <= start ? from : from + ((to - from) * (step - start)) / steps;
}

/** The schedule a simulation begins with; null without a thermostat. */
export function firstSchedule(
  thermostat: Thermostat,
  ramp?: { readonly to: number; readonly steps: number },
): TemperatureSchedule | null {
  if (thermostat.kind === 'none') return null;
  const from = thermostat.temperature;
  return { from, to: ramp?.to ?? from, start: 0, steps: ramp?.steps ?? 0 };
}

/** @throws SpecError  there is no schedule to take the place of, or a temperature makes no sense */
export function requireTarget(now: TemperatureSchedule | null, wanted: TemperatureSchedule): void {
  if (now === null) throw new SpecError('dynamics: a target temperature needs a thermostat, got none');
  for (const t of [wanted.from, wanted.to]) {
    if (!(t >= 0 && t < Number.POSITIVE_INFINITY)) {
      throw new SpecError(`dynamics: target temperature must be at least 0 K, got ${t}`);
    }
  }
}
