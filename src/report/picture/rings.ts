/** Rings of five, six and seven carbons, to be filled so that sheets look like sheets. */

/**
 * Rings of a bond graph in which atoms have few neighbours, each once, in the order of going round. Only the lowest number of a ring
 * closes it; cost is a few steps an atom.
 *
 * @param sticks  [S, 2] pairs of atoms
 * @param count   of atoms
 * @returns       [R] atoms of each ring
 * @oracle test/unit/picture.test.ts (coronene: seven rings; azulene: a five and a seven)
 */
export function filledRings(sticks: Uint32Array, count: number): number[][] {
  const most = 4;
  const beside = new Int32Array(most * count).fill(-1);
  const degree = new Uint8Array(count);
  for (let k = 0; k < sticks.length; k += 2) {
    const [i, j] = [sticks[k]!, sticks[k + 1]!];
    if (degree[i]! >= most || degree[j]! >= most) continue;
    beside[most * i + degree[i]!++] = j;
    beside[most * j + degree[j]!++] = i;
  }
  const rings: number[][] = [];
  const joined = (a: number, b: number): boolean => {
    for (let k = most * a; k < most * a + degree[a]!; k++) if (beside[k] === b) return true;
    return false;
  };
  for (let i = 0; i < count; i++) {
    for (let ka = most * i; ka < most * i + degree[i]!; ka++) {
      const a = beside[ka]!;
      if (a < i) continue;
      for (let kb = ka + 1; kb < most * i + degree[i]!; kb++) {
        const b = beside[kb]!;
        if (b < i) continue;
        close(i, a, b);
      }
    }
  }
  return rings;

  /** The shortest way from a to b over atoms above i, in two to four steps more. */
  function close(i: number, a: number, b: number): void {
    let six: number[] | undefined;
    let seven: number[] | undefined;
    for (let kp = most * a; kp < most * a + degree[a]!; kp++) {
      const p = beside[kp]!;
      if (p <= i || p === b) continue;
      for (let kr = most * b; kr < most * b + degree[b]!; kr++) {
        const r = beside[kr]!;
        if (r <= i || r === a || r === p) continue;
        if (joined(p, r)) {
          rings.push([i, a, p, r, b]);
          return;
        }
        if (six) continue;
        for (let kq = most * p; kq < most * p + degree[p]!; kq++) {
          const q = beside[kq]!;
          if (q <= i || q === a || q === b || q === r) continue;
          if (joined(q, r)) {
            six = [i, a, p, q, r, b];
            break;
          }
          if (seven) continue;
          for (let ks = most * r; ks < most * r + degree[r]!; ks++) {
            const s = beside[ks]!;
            if (s > i && s !== a && s !== b && s !== p && s !== q && joined(q, s)) seven = [i, a, p, q, s, r, b];
          }
        }
      }
    }
    if (six ?? seven) rings.push((six ?? seven)!);
  }
}
