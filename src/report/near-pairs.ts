/** Bonds inside of a box, for drawing: pairs of atoms that are near one another without any periodic image. */

/**
 * Pairs (i < j) nearer than a cutoff, sorted by bins of its width. Bonds through a face of the box are not drawn, so there are no
 * images: several times as fast as a neighbour list.
 *
 * @param rows    positions, Å, those of atom i from `stride` · i on
 * @param stride  numbers an atom
 * @param shown   [N] 1 for atoms that take part
 * @param cutoff  Å
 * @returns       [B, 2]
 * @oracle test/unit/near-pairs.test.ts (all pairs by hand)
 */
export function nearPairs(
  rows: Float64Array | Float32Array,
  stride: number,
  shown: Uint8Array,
  cutoff: number,
): Uint32Array {
  const n = shown.length;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  let there = 0;
  for (let i = 0; i < n; i++) {
    if (shown[i] === 0) continue;
    there++;
    for (let d = 0; d < 3; d++) {
      const x = rows[stride * i + d]!;
      if (x < low[d]!) low[d] = x;
      if (x > high[d]!) high[d] = x;
    }
  }
  if (there === 0) return new Uint32Array(0);
  // a bin may be wider than the cutoff: never many more bins than atoms, however far these are apart
  const volume = (high[0]! - low[0]! + 1) * (high[1]! - low[1]! + 1) * (high[2]! - low[2]! + 1);
  const width = Math.max(cutoff, Math.cbrt(volume / (64 * there)));
  // one empty layer all around spares asking for edges
  const [nx, ny, nz] = [0, 1, 2].map((d) => Math.floor((high[d]! - low[d]!) / width) + 3) as [number, number, number];
  const [x0, y0, z0] = low as [number, number, number];
  const bin = new Int32Array(n);
  const head = new Int32Array(nx * ny * nz + 1);
  for (let i = 0; i < n; i++) {
    if (shown[i] === 0) continue;
    const x = 1 + Math.floor((rows[stride * i]! - x0) / width);
    const y = 1 + Math.floor((rows[stride * i + 1]! - y0) / width);
    const z = 1 + Math.floor((rows[stride * i + 2]! - z0) / width);
    bin[i] = (x * ny + y) * nz + z;
    head[bin[i]! + 1]!++;
  }
  for (let k = 1; k < head.length; k++) head[k]! += head[k - 1]!;
  const order = new Int32Array(there);
  const next = head.slice();
  for (let i = 0; i < n; i++) if (shown[i] === 1) order[next[bin[i]!]!++] = i;
  // positions in the order of bins: neighbours lie side by side in memory
  const at = new Float64Array(3 * there);
  for (let p = 0; p < there; p++) for (let d = 0; d < 3; d++) at[3 * p + d] = rows[stride * order[p]! + d]!;
  let pairs = new Uint32Array(4 * there + 16);
  let used = 0;
  const cutoff2 = cutoff * cutoff;
  for (let q = 0; q < there; q++) {
    const i = order[q]!;
    const [x, y, z] = [at[3 * q]!, at[3 * q + 1]!, at[3 * q + 2]!];
    for (let a = -1; a <= 1; a++) {
      for (let b = -1; b <= 1; b++) {
        const row = bin[i]! + (a * ny + b) * nz;
        // three bins along z lie side by side
        for (let p = head[row - 1]!; p < head[row + 2]!; p++) {
          const j = order[p]!;
          if (j <= i) continue;
          const [dx, dy, dz] = [at[3 * p]! - x, at[3 * p + 1]! - y, at[3 * p + 2]! - z];
          if (dx * dx + dy * dy + dz * dz >= cutoff2) continue;
          if (used === pairs.length) {
            const more = new Uint32Array(2 * used);
            more.set(pairs);
            pairs = more;
          }
          pairs[used++] = i;
          pairs[used++] = j;
        }
      }
    }
  }
  return pairs.slice(0, used);
}
