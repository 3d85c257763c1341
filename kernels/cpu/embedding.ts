// The embedding energy F(ρ) from its table; axes as in src/model/table.ts.
import { takeF, takeI, takeP } from './block';
import { single } from './table';

// 0 none, 1 log axis, 2 linear axis
let kind: i32 = 0;
let rows: usize = 0;
// log: smallest and largest argument, log2 of the segments per factor of two
let lowest: f64 = 0;
let highest: f64 = 0;
let segmentBits: i32 = 0;
// linear: 1/step and last row
let inverseStep: f64 = 0;
let lastRow: i32 = 0;

/** Reads the table's words; false when there is no embedding energy. */
export function setupEmbedding(): bool {
  kind = takeI();
  rows = takeP();
  const a = takeF();
  const b = takeF();
  const c = takeI();
  if (kind == 1) {
    lowest = a;
    highest = b;
    segmentBits = c;
  } else {
    inverseStep = a;
    lastRow = c;
  }
  return kind != 0;
}

export function embed(rho: f64): f64 {
  if (kind == 0) return 0;
  if (kind == 1) {
    // the top bits of the number are the row, the rest of the mantissa is t
    if (rho < lowest) return 0;
    const bits = reinterpret<u64>(min(rho, highest));
    const shift = <u64>(52 - segmentBits);
    const row = <usize>((bits >> shift) - (reinterpret<u64>(lowest) >> shift));
    const mantissa = ((bits << (<u64>segmentBits)) & 0x000fffffffffffff) | 0x3ff0000000000000;
    return single(rows + (row << 5), reinterpret<f64>(mantissa) - 1);
  }
  const s = rho * inverseStep;
  const k = min(<i32>max(s, 0.0), lastRow);
  const t = s - k;
  const row = rows + ((<usize>k) << 5);
  if (t <= 1) return single(row, t);
  // straight on above the last knot
  const slope = load<f64>(row, 8) + 2 * load<f64>(row, 16) + 3 * load<f64>(row, 24);
  return single(row, 1) + (t - 1) * slope;
}
