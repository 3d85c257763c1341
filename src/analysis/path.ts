/**
 * One branch as a broken line through its ladder points, and what can be read off it. Whatever cannot be read is a note.
 */

/** One branch of one replica in the order run. */
export interface Path {
  /** [n] V */
  readonly v: readonly number[];
  /** [n] mAh/g */
  readonly q: readonly number[];
}

/** A number, or the reason why there is none. */
export type Answer = number | { readonly note: string };

/** Goes on with a number; passes on why there is none. */
export function whenKnown(a: Answer, next: (a: number) => Answer): Answer {
  return typeof a === 'number' ? next(a) : a;
}

/** Goes on with two numbers; passes on why one of them is missing. */
export function whenBothKnown(a: Answer, b: Answer, next: (a: number, b: number) => Answer): Answer {
  return whenKnown(a, (x) => whenKnown(b, (y) => next(x, y)));
}

/** Capacity at a voltage, on the straight line between the two ladder points around it. */
export function capacityAt({ v, q }: Path, voltage: number, branch: string): Answer {
  if (v.length === 0) return { note: `no ${branch} branch was run` };
  const i = v.findIndex((x) => Math.abs(x - voltage) < 1e-9);
  if (i >= 0) return q[i]!;
  for (let k = 1; k < v.length; k++) {
    if ((v[k - 1]! - voltage) * (v[k]! - voltage) < 0) {
      return q[k - 1]! + ((voltage - v[k - 1]!) / (v[k]! - v[k - 1]!)) * (q[k]! - q[k - 1]!);
    }
  }
  return { note: `${voltage} V lies outside the ${branch} branch (${v[0]} to ${v.at(-1)} V)` };
}

/** Voltage at which a branch first passes a capacity, in the order run. */
export function voltageAt({ v, q }: Path, capacity: number, branch: string): Answer {
  if (v.length === 0) return { note: `no ${branch} branch was run` };
  const i = q.findIndex((x, k) => x === capacity || (k > 0 && (q[k - 1]! - capacity) * (x - capacity) < 0));
  if (i >= 0) {
    if (q[i] === capacity) return v[i]!;
    return v[i - 1]! + ((capacity - q[i - 1]!) / (q[i]! - q[i - 1]!)) * (v[i]! - v[i - 1]!);
  }
  const never = `the ${branch} branch never passes ${capacity.toPrecision(3)} mAh/g`;
  const lower = branch === 'discharge' && Math.max(...q) < capacity;
  return { note: lower ? `${never}; a lower floor may fill the pores` : never };
}

/** Both branches are straight between points, so their gap is largest at a point of one of them or at an end. */
export function widestGap(discharge: Path, charge: Path, from: number, to: number): Answer {
  const knots = [from, to, ...[...discharge.q, ...charge.q].filter((q) => q > from && q < to)];
  let widest: Answer = { note: 'the branches share no capacity inside the plateau' };
  for (const q of knots) {
    const gap = whenBothKnown(voltageAt(charge, q, 'charge'), voltageAt(discharge, q, 'discharge'), (c, d) => c - d);
    if (typeof gap !== 'number') return gap;
    if (typeof widest !== 'number' || gap > widest) widest = gap;
  }
  return widest;
}

/** ∫V dq / ∫dq along a branch between two of its voltages (trapezia, exact for straight lines). */
export function meanVoltage(path: Path, from: number, to: number, branch: string): Answer {
  return whenBothKnown(capacityAt(path, from, branch), capacityAt(path, to, branch), (qFrom, qTo) => {
    const inside = path.v.flatMap((v, i) => ((v - from) * (v - to) < 0 ? [[v, path.q[i]!] as const] : []));
    const knots = [[from, qFrom] as const, ...inside, [to, qTo] as const];
    let work = 0;
    for (let k = 1; k < knots.length; k++) {
      work += ((knots[k]![0] + knots[k - 1]![0]) / 2) * (knots[k]![1] - knots[k - 1]![1]);
    }
    return qTo === qFrom ? { note: `no capacity between ${from} and ${to} V` } : work / (qTo - qFrom);
  });
}
