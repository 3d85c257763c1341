/** Stages in the words of a person. */
import type { StageSpec } from './stage-spec.ts';

/** `relax, fire, cell none` or `20 ps at 300 K, langevin (100 fs), steps of 1 fs` */
export function stageText(stage: StageSpec): string {
  if ('relax' in stage) {
    const { method, cell, force, frozen } = stage.relax;
    return `relax, ${method}, cell ${cell}, to ${force} eV/Å${still(frozen)}`;
  }
  const { time, timestep, temperature, thermostat, pressure, frozen } = stage.md;
  const { from, to } = temperature;
  const kelvin = from === to ? `${from} K` : `${from} to ${to} K`;
  const heat =
    thermostat.kind === 'none'
      ? `begun at ${kelvin}, no thermostat`
      : `at ${kelvin}, ${thermostat.kind} (${thermostat.time} fs)`;
  const box = pressure ? `, pressure ${pressure.kind} (${pressure.time} fs)` : '';
  return `${time / 1000} ps ${heat}, steps of ${timestep} fs${box}${still(frozen)}`;
}

function still(frozen: readonly string[]): string {
  return frozen.length > 0 ? `, ${frozen.join(', ')} frozen` : '';
}
