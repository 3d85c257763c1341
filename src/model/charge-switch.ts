/**
 * The charge switch s(n): 1 for a lone guest, 0 exactly from n_switch on.
 *
 *   u = (1 − n/n_switch)₊        linear: s = u        smooth: s = u²(3 − 2u)
 *
 * The linear form leaves a kink in the energy where a guest becomes metal (its repulsion is linear in s), so forces jump there;
 * the smooth one has no slope at either end.
 */

export const switchShapes = ['linear', 'smooth'] as const;
export type SwitchShape = (typeof switchShapes)[number];

/** s(n), dimensionless. */
export function switchValue(shape: SwitchShape, n: number, nSwitch: number): number {
  const u = Math.max(0, 1 - n / nSwitch);
  return shape === 'linear' ? u : u * u * (3 - 2 * u);
}

/** ds/dn; 0 from n_switch on. */
export function switchSlope(shape: SwitchShape, n: number, nSwitch: number): number {
  const u = Math.max(0, 1 - n / nSwitch);
  if (u === 0) return 0;
  return (shape === 'linear' ? -1 : 6 * u * (u - 1)) / nSwitch;
}
