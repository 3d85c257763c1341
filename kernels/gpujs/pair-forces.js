// Force on one atom and its energy, U = ½ Σ φ(r): cells and coordinates as in host-field.js.
//
// points [n, 4] x, y, z, cell      self [n, 2] where the atom stands itself among `atoms`, its kind
// heads [kinds · kinds, 4], of the pair (a, b) at a · kinds + b; a pair without interaction ends at 0
// knots [rows, 4] φ, h φ', 0, 0
//
// returns (fx, fy, fz, u)
function pairForces(points, self, atoms, heads, knots) {
  const at = 4 * this.thread.x;
  const cell = points[at + 3];
  const own = self[2 * this.thread.x];
  const mine = self[2 * this.thread.x + 1];
  let fx = 0;
  let fy = 0;
  let fz = 0;
  let u = 0;
  for (let o = 0; o < 27; o++) {
    const ox = Math.floor((o + 0.5) / 9) - 1;
    const oy = Math.floor((o - 9 * (ox + 1) + 0.5) / 3) - 1;
    const oz = o - 9 * (ox + 1) - 3 * (oy + 1) - 1;
    const first = this.constants.slots * (cell + (ox * this.constants.ny + oy) * this.constants.nz + oz);
    for (let s = 0; s < this.constants.slots; s++) {
      const kind = atoms[4 * (first + s) + 3];
      if (kind < 0) {
        break;
      }
      if (Math.abs(first + s - own) > 0.5) {
        const dx = atoms[4 * (first + s)] - points[at] + ox * this.constants.wx;
        const dy = atoms[4 * (first + s) + 1] - points[at + 1] + oy * this.constants.wy;
        const dz = atoms[4 * (first + s) + 2] - points[at + 2] + oz * this.constants.wz;
        const r = Math.sqrt(dx * dx + dy * dy + dz * dz);
        const head = 4 * (mine * this.constants.kinds + kind);
        if (r < heads[head + 1]) {
          const perLength = heads[head + 2];
          const x = (r - heads[head]) * perLength;
          // below the first knot φ goes on as a straight line
          const k = Math.max(0, Math.floor(x));
          const t = Math.max(0, x - k);
          const row = 4 * (heads[head + 3] + k);
          const a = (1 + 2 * t) * (1 - t) * (1 - t);
          const b = t * (1 - t) * (1 - t);
          const c = t * t * (3 - 2 * t);
          const d = t * t * (t - 1);
          const below = Math.min(0, x) * knots[row + 1];
          u += 0.5 * (a * knots[row] + b * knots[row + 1] + c * knots[row + 4] + d * knots[row + 5] + below);
          const slope =
            (6 * t * (t - 1) * (knots[row] - knots[row + 4]) +
              (1 - t) * (1 - 3 * t) * knots[row + 1] +
              t * (3 * t - 2) * knots[row + 5]) *
            perLength;
          const g = slope / r;
          fx += g * dx;
          fy += g * dy;
          fz += g * dz;
        }
      }
    }
  }
  return [fx, fy, fz, u];
}
