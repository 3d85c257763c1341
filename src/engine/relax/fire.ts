/** FIRE: dynamics with friction that is reset whenever it runs uphill. */
import { dot, type Landscape, longestRow } from './landscape.ts';

/** Longest move of an atom in one step, Å. */
const longestMove = 0.2;
/** Time step at the start, √(amu Å²/eV), all masses 1 amu; it goes from 1/50 to 10 times that. */
const firstStep = 0.1;
const delay = 20;
const mixingAtStart = 0.25;

/**
 * FIRE 2.0: semi-implicit Euler, half a step back when the power F·v turns negative.
 *
 * @param landscape  evaluated at its start
 * @returns makes one step, one evaluation; always true: it can always go on
 * @cite Guénolé et al., Comput. Mater. Sci. 175, 109584 (2020) doi:10.1016/j.commatsci.2020.109584
 */
export function fire(landscape: Landscape): () => boolean {
  const { coordinates: x, forces: f } = landscape;
  const v = new Float64Array(x.length);
  let dt = firstStep;
  let mixing = mixingAtStart;
  let downhill = 0;
  let steps = 0;
  return () => {
    if (dot(f, v) > 0) {
      if (++downhill > delay) {
        dt = Math.min(1.1 * dt, 10 * firstStep);
        mixing *= 0.99;
      }
    } else {
      downhill = 0;
      // the first step has v = 0, which says nothing about the time step; later ones do, also early on: hard cores that a built
      // structure has pressed together are stiffer than the first time step can follow
      if (steps > 0) {
        dt = Math.max(0.5 * dt, 0.02 * firstStep);
        mixing = mixingAtStart;
      }
      for (let k = 0; k < x.length; k++) {
        x[k]! -= 0.5 * dt * v[k]!;
        v[k] = 0;
      }
    }
    steps++;
    for (let k = 0; k < v.length; k++) v[k]! += dt * f[k]!;
    const pull = mixing * Math.sqrt(dot(v, v) / Math.max(dot(f, f), 1e-300));
    for (let k = 0; k < v.length; k++) v[k] = (1 - mixing) * v[k]! + pull * f[k]!;
    const h = Math.min(dt, longestMove / Math.max(longestRow(v), 1e-300));
    for (let k = 0; k < x.length; k++) x[k]! += h * v[k]!;
    landscape.evaluate();
    return true;
  };
}
