/**
 * The charge switch s(n): 1 for a lone guest and up to n_start, 0 exactly from n_switch on.
 *
 *   u = (n_switch − n)/(n_switch − n_start) within 0 … 1        linear: s = u        smooth: s = u²(3 − 2u)
 *
 * The linear form leaves a kink in the energy where a guest becomes metal (its repulsion is linear in s), so forces jump there;
 * the smooth one has no slope at either end.
 */

export const switchShapes = ['linear', 'smooth'] as const;
export type SwitchShape = (typeof switchShapes)[number];

/** u of above; 1 everywhere without a switch (n_switch infinite). */
function unswitched(n: number, nSwitch: number, nStart: number): number {
  if (nSwitch === Number.POSITIVE_INFINITY) return 1;
  return Math.min(1, Math.max(0, (nSwitch - n) / (nSwitch - nStart)));
}

/** s(n), dimensionless. */
export function switchValue(shape: SwitchShape, n: number, nSwitch: number, nStart: number): number {
  const u = unswitched(n, nSwitch, nStart);
  return shape === 'linear' ? u : u * u * (3 - 2 * u);
}

/** ds/dn; 0 below n_start and from n_switch on. */
export function switchSlope(shape: SwitchShape, n: number, nSwitch: number, nStart: number): number {
  const u = unswitched(n, nSwitch, nStart);
  if (u === 0 || n < nStart) return 0;
  return (shape === 'linear' ? -1 : 6 * u * (u - 1)) / (nSwitch - nStart);
}
