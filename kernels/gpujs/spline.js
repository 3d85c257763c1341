// Both fields of a map at one point: 4 × 4 × 4 coefficients of a cubic B-spline.
//
// points [n, 3] in knots from the corner of the box      map [nx, ny, nz, 2]
function spline(points, map) {
  const at = 3 * this.thread.x;
  const kx = Math.floor(points[at]);
  const ky = Math.floor(points[at + 1]);
  const kz = Math.floor(points[at + 2]);
  const tx = points[at] - kx;
  const ty = points[at + 1] - ky;
  const tz = points[at + 2] - kz;
  let u = 0;
  let v = 0;
  for (let o = 0; o < 64; o++) {
    const a = Math.floor((o + 0.5) / 16);
    const b = Math.floor((o - 16 * a + 0.5) / 4);
    const c = o - 16 * a - 4 * b;
    // B(t + 1), B(t), B(1 − t), B(2 − t): (2 − |x|)³/6 beyond 1, 2/3 − x² + |x|³/2 within
    const x = Math.abs(tx + 1 - a);
    const y = Math.abs(ty + 1 - b);
    const z = Math.abs(tz + 1 - c);
    let wx = 2 / 3 - x * x + 0.5 * x * x * x;
    if (x > 1) {
      wx = ((2 - x) * (2 - x) * (2 - x)) / 6;
    }
    let wy = 2 / 3 - y * y + 0.5 * y * y * y;
    if (y > 1) {
      wy = ((2 - y) * (2 - y) * (2 - y)) / 6;
    }
    let wz = 2 / 3 - z * z + 0.5 * z * z * z;
    if (z > 1) {
      wz = ((2 - z) * (2 - z) * (2 - z)) / 6;
    }
    const ix = kx + a - 1;
    const gx = ix - this.constants.nx * Math.floor((ix + 0.5) / this.constants.nx);
    const iy = ky + b - 1;
    const gy = iy - this.constants.ny * Math.floor((iy + 0.5) / this.constants.ny);
    const iz = kz + c - 1;
    const gz = iz - this.constants.nz * Math.floor((iz + 0.5) / this.constants.nz);
    const g = 2 * ((gx * this.constants.ny + gy) * this.constants.nz + gz);
    const w = wx * wy * wz;
    u += w * map[g];
    v += w * map[g + 1];
  }
  return [u, v, 0, 0];
}
