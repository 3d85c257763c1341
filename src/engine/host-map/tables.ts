/** The radial tables of a host map: what is summed exactly, what on narrow knots, what on wide ones. */
import { type GuestTables, type TwinTable, twin } from '../guest-tables.ts';
import { splitField, tableFunction } from './split.ts';

type Pair = readonly [number, number];
type Twin = (r: number) => Pair;

/** Twin rows of all host species from r = 0 to `to`, one behind the other. */
export interface LevelTables {
  readonly rows: Float64Array;
  readonly to: number;
  readonly step: number;
  /** rows per species */
  readonly count: number;
}

export interface MapTables {
  /** 1: V_ion and V_met are the same function for every species */
  readonly fields: 1 | 2;
  /** D by host species: V − S on the knots of V */
  readonly near: readonly TwinTable[];
  /** S − S_H, on narrow knots */
  readonly middle: LevelTables;
  /** S_H, on wide knots */
  readonly wide: LevelTables;
  /** by host species: nearer than this one carbon alone keeps a guest out, Å */
  readonly walls: Float64Array;
  /** longest cutoff, Å */
  readonly farthest: number;
}

/** eV: a field above is a wall where nothing needs to be stored */
const wallEnergy = 1;
/** eV a carbon may be wrong by on wide knots: many carbons add up there */
const wideTolerance = 3e-5;
/** Å */
const step = 0.01;

/**
 * Splits the fields of all host species twice, at distances common to all: S from V at r_c for knots `spacing` apart, S_H from S for
 * knots twice as far apart.
 */
export function splitHost({ host }: GuestTables, spacing: number, tolerance: number): MapTables {
  const { from, to, step: knot } = host[0]!;
  const narrow = { spacing, tolerance, wall: 0.3 };
  const broad = { spacing: 2 * spacing, tolerance: wideTolerance, wall: Number.POSITIVE_INFINITY };
  const asked = Math.max(...host.map((t) => splitField(tableFunction(t), t, narrow, from + 0.5).reach));
  // D ends on a knot of V, so that V = S + D to the last rounding of a cubic
  const knots = Math.min(Math.ceil((asked - from) / knot - 1e-9), host[0]!.rows.length / 8);
  const reach = Math.min(from + knots * knot, to);
  const smooth = host.map((table) => splitAt(tableFunction(table), reach, to, narrow));
  const middleReach = Math.max(...smooth.map((s) => splitField(s, { from: 0, to }, broad, reach + 0.2).reach));
  const smoother = smooth.map((s) => splitAt(s, middleReach, to, broad));
  return {
    fields: host.every(({ rows }) => rows.every((x, i) => i % 2 === 1 || x === rows[i + 1])) ? 1 : 2,
    near: host.map((table, k) => remainder(table, smooth[k]!, knots)),
    middle: level(
      smooth.map((s, k) => (r) => minus(s(r), smoother[k]!(r))),
      middleReach,
    ),
    wide: level(smoother, to),
    walls: Float64Array.from(host, (table) => wallRadius(table)),
    farthest: to,
  };
}

const minus = (a: Pair, b: Pair): Pair => [a[0] - b[0], a[1] - b[1]];

/** The smooth part at a given r_c. */
function splitAt(value: Twin, reach: number, to: number, demand: Parameters<typeof splitField>[2]): Twin {
  if (reach >= to - 0.2) return () => [0, 0];
  const smooth = splitField(
    value,
    { from: reach - 0.2, to },
    { ...demand, tolerance: Number.POSITIVE_INFINITY },
    reach,
  ).smooth;
  return (r) => (r < to ? smooth(r) : [0, 0]);
}

/** Cubic pieces of the smooth function subtracted from the rows of V, piece by piece. */
function remainder(table: TwinTable, smooth: Twin, knots: number): TwinTable {
  const { from, step: h } = table;
  const rows = table.rows.slice(0, 8 * knots);
  for (let k = 0; k < knots; k++) {
    const cubic = hermite(smooth, from + k * h, h, 1e-3 * h);
    for (let c = 0; c < 8; c++) rows[8 * k + c]! -= cubic[c]!;
  }
  return { from, to: from + knots * h, step: h, rows };
}

/** A twin row (a0, b0, a1, b1, …) of a function between r and r + h: values and slopes at both ends. */
function hermite(value: Twin, r: number, h: number, delta: number): number[] {
  // slopes from inside the piece: S has its seam on a knot
  const slope = (at: number, sign: number, q: 0 | 1): number =>
    (sign * (-3 * value(at)[q] + 4 * value(at + sign * delta)[q] - value(at + 2 * sign * delta)[q])) / (2 * delta);
  const row = new Array<number>(8);
  for (const q of [0, 1] as const) {
    const [f, g] = [value(r)[q], value(r + h * (1 - 1e-12))[q]];
    const [u, v] = [h * slope(r, 1, q), h * slope(r + h * (1 - 1e-12), -1, q)];
    row[q] = f;
    row[2 + q] = u;
    row[4 + q] = 3 * (g - f) - 2 * u - v;
    row[6 + q] = 2 * (f - g) + u + v;
  }
  return row;
}

function level(values: readonly Twin[], to: number): LevelTables {
  const count = Math.max(1, Math.ceil(to / step));
  const h = to / count;
  const rows = new Float64Array(8 * count * values.length);
  values.forEach((value, k) => {
    for (let i = 0; i < count; i++) rows.set(hermite(value, i * h, h, 0.1 * h), 8 * (k * count + i));
  });
  return { rows, to, step: h, count };
}

/** Largest distance at which both fields of one carbon are walls; the overlap where they never are. */
function wallRadius(table: TwinTable): number {
  for (let r = table.to - 0.01; r > table.from; r -= 0.01) if (Math.min(...twin(table, r)) >= wallEnergy) return r;
  return table.from;
}
