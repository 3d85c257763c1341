// Polynomials of unit vectors behind the spherical harmonics of l = 1 … 4, two directions at once, and what follows from their
// gradients. Order within l: m = 0, 1, −1, 2, −2 …; norms belong to the sums (neural-invariants.ts).
import { add, both, fma, mul, sub } from './neural-simd';

// Writes the (lMax + 1)² − 1 polynomials of a direction to `out`.
// @ts-ignore: decorator
@inline
export function harmonics(lMax: i32, x: v128, y: v128, z: v128, out: usize): void {
  if (lMax < 1) return;
  v128.store(out, z);
  v128.store(out, x, 16);
  v128.store(out, y, 32);
  if (lMax < 2) return;
  const zz = mul(z, z);
  const xx = mul(x, x);
  const yy = mul(y, y);
  const xy2 = mul(add(x, x), y);
  const difference = sub(xx, yy);
  v128.store(out, sub(mul(both(3), zz), both(1)), 48);
  v128.store(out, mul(x, z), 64);
  v128.store(out, mul(y, z), 80);
  v128.store(out, difference, 96);
  v128.store(out, xy2, 112);
  if (lMax < 3) return;
  const z51 = sub(mul(both(5), zz), both(1));
  const x3 = mul(sub(xx, mul(both(3), yy)), x);
  const y3 = mul(sub(mul(both(3), xx), yy), y);
  v128.store(out, mul(sub(z51, both(2)), z), 128);
  v128.store(out, mul(z51, x), 144);
  v128.store(out, mul(z51, y), 160);
  v128.store(out, mul(difference, z), 176);
  v128.store(out, mul(xy2, z), 192);
  v128.store(out, x3, 208);
  v128.store(out, y3, 224);
  if (lMax < 4) return;
  const z71 = sub(mul(both(7), zz), both(1));
  const z73 = mul(sub(z71, both(2)), z);
  v128.store(out, fma(sub(mul(both(35), zz), both(30)), zz, both(3)), 240);
  v128.store(out, mul(z73, x), 256);
  v128.store(out, mul(z73, y), 272);
  v128.store(out, mul(z71, difference), 288);
  v128.store(out, mul(z71, xy2), 304);
  v128.store(out, mul(x3, z), 320);
  v128.store(out, mul(y3, z), 336);
  v128.store(out, sub(mul(difference, difference), mul(xy2, xy2)), 352);
  v128.store(out, mul(add(xy2, xy2), difference), 368);
}

// Writes Σ h ∇P over all polynomials P to `out`, three components.
// @ts-ignore: decorator
@inline
export function gradient(lMax: i32, x: v128, y: v128, z: v128, h: usize, out: usize): void {
  let gx = v128.load(h, 16);
  let gy = v128.load(h, 32);
  let gz = v128.load(h);
  if (lMax > 1) {
    const x2 = add(x, x);
    const y2 = add(y, y);
    const zz = mul(z, z);
    let c = v128.load(h, 48);
    let s = c;
    gz = fma(mul(both(6), z), c, gz);
    c = v128.load(h, 64);
    gx = fma(z, c, gx);
    gz = fma(x, c, gz);
    c = v128.load(h, 80);
    gy = fma(z, c, gy);
    gz = fma(y, c, gz);
    c = v128.load(h, 96);
    s = v128.load(h, 112);
    if (lMax > 2) {
      // those of m = ±2 carry one factor of z for l = 3, one of 7z² − 1 for l = 4
      const xx = mul(x, x);
      const yy = mul(y, y);
      const difference = sub(xx, yy);
      const xy2 = mul(x2, y);
      const z51 = sub(mul(both(5), zz), both(1));
      const z10 = mul(both(10), z);
      gz = fma(mul(both(3), z51), v128.load(h, 128), gz);
      let e = v128.load(h, 144);
      gx = fma(z51, e, gx);
      gz = fma(mul(z10, x), e, gz);
      e = v128.load(h, 160);
      gy = fma(z51, e, gy);
      gz = fma(mul(z10, y), e, gz);
      e = v128.load(h, 176);
      let f = v128.load(h, 192);
      gz = fma(difference, e, fma(xy2, f, gz));
      c = fma(z, e, c);
      s = fma(z, f, s);
      e = v128.load(h, 208);
      f = v128.load(h, 224);
      const d3 = mul(both(3), difference);
      const p3 = mul(both(3), xy2);
      if (lMax > 3) {
        const z71 = sub(mul(both(7), zz), both(1));
        const z73 = mul(sub(z71, both(2)), z);
        const z213 = mul(both(3), z71);
        const z14 = mul(both(14), z);
        let a = v128.load(h, 240);
        gz = fma(mul(sub(mul(both(140), zz), both(60)), z), a, gz);
        a = v128.load(h, 256);
        gx = fma(z73, a, gx);
        gz = fma(mul(z213, x), a, gz);
        a = v128.load(h, 272);
        gy = fma(z73, a, gy);
        gz = fma(mul(z213, y), a, gz);
        a = v128.load(h, 288);
        let b = v128.load(h, 304);
        gz = fma(z14, fma(difference, a, mul(xy2, b)), gz);
        c = fma(z71, a, c);
        s = fma(z71, b, s);
        a = v128.load(h, 320);
        b = v128.load(h, 336);
        // x³ − 3xy² and 3x²y − y³
        gz = fma(mul(sub(xx, mul(both(3), yy)), x), a, fma(mul(sub(mul(both(3), xx), yy), y), b, gz));
        e = fma(z, a, e);
        f = fma(z, b, f);
        a = v128.load(h, 352);
        b = v128.load(h, 368);
        // Re and Im of (x + iy)⁴: gradients 4 (x + iy)³ and its turned twin
        const re = mul(both(4), mul(sub(xx, mul(both(3), yy)), x));
        const im = mul(both(4), mul(sub(mul(both(3), xx), yy), y));
        gx = fma(re, a, fma(im, b, gx));
        gy = fma(re, b, sub(gy, mul(im, a)));
      }
      gx = fma(d3, e, fma(p3, f, gx));
      gy = fma(d3, f, sub(gy, mul(p3, e)));
    }
    gx = fma(x2, c, fma(y2, s, gx));
    gy = fma(x2, s, sub(gy, mul(y2, c)));
  }
  v128.store(out, gx);
  v128.store(out, gy, 16);
  v128.store(out, gz, 32);
}
