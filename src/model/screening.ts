/**
 * What carbon between two ions takes from their repulsion. The pair (i, j) is weakened by
 *
 *   exp(−Θ(m)),  m = (r_i + r_j)/2,  Θ(m) = A Σ_c (1 − |m − c|²/R²)³ over the carbons c nearer to m than R
 *
 * A sheet is a metal that screens: two ions in one gallery have nothing at their middle, two in galleries next to each other have
 * the sheet there. Without it ions above each other (3.7 Å) would repel more than neighbours in a gallery (4.26 Å in LiC6), and
 * graphite would stop at LiC12.
 */
export interface Screening {
  /** A, dimensionless */
  readonly amplitude: number;
  /** R, Å */
  readonly range: number;
}

/** What one carbon adds to Θ, by its distance squared from the middle of the pair. */
export function opacity({ amplitude, range }: Screening, r2: number): number {
  const u = 1 - r2 / (range * range);
  return u > 0 ? amplitude * u * u * u : 0;
}

/** dΘ/d(r²) of one carbon, Å⁻². */
export function opacitySlope({ amplitude, range }: Screening, r2: number): number {
  const u = 1 - r2 / (range * range);
  return u > 0 ? (-3 * amplitude * u * u) / (range * range) : 0;
}
