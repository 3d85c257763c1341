// Two pair forces, a lane each, onto the rows of the two neighbours: force −g d and half of either energy.

// @ts-ignore: decorator
@inline
export function push(p0: usize, p1: usize, gx: v128, gy: v128, gz: v128, half: v128): void {
  const minus = f64x2.neg(gz);
  v128.store(p0, f64x2.sub(v128.load(p0), v128.shuffle<f64>(gx, gy, 0, 2)));
  v128.store(p0, f64x2.add(v128.load(p0, 16), v128.shuffle<f64>(minus, half, 0, 2)), 16);
  v128.store(p1, f64x2.sub(v128.load(p1), v128.shuffle<f64>(gx, gy, 1, 3)));
  v128.store(p1, f64x2.add(v128.load(p1, 16), v128.shuffle<f64>(minus, half, 1, 3)), 16);
}

// the sums of both lanes onto the atom's own row
// @ts-ignore: decorator
@inline
export function pull(p: usize, fx: v128, fy: v128, fz: v128, fu: v128): void {
  const xy = f64x2.add(v128.shuffle<f64>(fx, fy, 0, 2), v128.shuffle<f64>(fx, fy, 1, 3));
  const zu = f64x2.add(v128.shuffle<f64>(fz, fu, 0, 2), v128.shuffle<f64>(fz, fu, 1, 3));
  v128.store(p, f64x2.add(v128.load(p), xy));
  v128.store(p, f64x2.add(v128.load(p, 16), zu), 16);
}

// 1 in the lanes that hold a pair: both, or the first only
// @ts-ignore: decorator
@inline
export function lanes(both: bool): v128 {
  return f64x2.replace_lane(f64x2.splat(1), 1, both ? 1 : 0);
}
