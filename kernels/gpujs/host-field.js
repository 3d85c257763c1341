// The two fields of a host at one point: sums of two radial functions over the atoms of its cell and of the 26 around it.
// Coordinates are relative to the middle of a cell, so that f32 has 1e-7 Å.
//
// points [n, 4] x, y, z, cell      atoms [cells, slots, 4] x, y, z, kind (−1: no more in this cell)
// heads [kinds, 4] first knot, last knot, knots per Å, first row      knots [rows, 4] u, h u', v, h v'
//
// returns (Σ u, Σ v, atoms that overlap, distance² of the nearest atom)
function hostField(points, atoms, heads, knots) {
  const at = 4 * this.thread.x;
  const cell = points[at + 3];
  let u = 0;
  let v = 0;
  let overlaps = 0;
  let nearest = 1e9;
  for (let o = 0; o < 27; o++) {
    const ox = Math.floor((o + 0.5) / 9) - 1;
    const oy = Math.floor((o - 9 * (ox + 1) + 0.5) / 3) - 1;
    const oz = o - 9 * (ox + 1) - 3 * (oy + 1) - 1;
    const first = 4 * this.constants.slots * (cell + (ox * this.constants.ny + oy) * this.constants.nz + oz);
    for (let s = 0; s < this.constants.slots; s++) {
      const kind = atoms[first + 4 * s + 3];
      if (kind < 0) {
        break;
      }
      const dx = atoms[first + 4 * s] - points[at] + ox * this.constants.wx;
      const dy = atoms[first + 4 * s + 1] - points[at + 1] + oy * this.constants.wy;
      const dz = atoms[first + 4 * s + 2] - points[at + 2] + oz * this.constants.wz;
      const r2 = dx * dx + dy * dy + dz * dz;
      nearest = Math.min(nearest, r2);
      const r = Math.sqrt(r2);
      const from = heads[4 * kind];
      const to = heads[4 * kind + 1];
      if (r < to) {
        if (r < from) {
          overlaps += 1;
        } else {
          const x = (r - from) * heads[4 * kind + 2];
          const k = Math.floor(x);
          const t = x - k;
          const row = 4 * (heads[4 * kind + 3] + k);
          // cubic Hermite: values and slopes at both ends
          const a = (1 + 2 * t) * (1 - t) * (1 - t);
          const b = t * (1 - t) * (1 - t);
          const c = t * t * (3 - 2 * t);
          const d = t * t * (t - 1);
          u += a * knots[row] + b * knots[row + 1] + c * knots[row + 4] + d * knots[row + 5];
          v += a * knots[row + 2] + b * knots[row + 3] + c * knots[row + 6] + d * knots[row + 7];
        }
      }
    }
  }
  return [u, v, overlaps, nearest];
}
