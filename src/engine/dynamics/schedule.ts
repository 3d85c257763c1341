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
