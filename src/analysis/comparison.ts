/** A computed curve beside a measured one: how far they are apart. Nothing is fitted, shifted or scaled. */
import type { Quantity } from './replicas.ts';

interface Point {
  readonly capacity: number;
  readonly voltage: number;
}

/** Both branches of a curve, each in the order its voltage goes. */
export interface ComparedCurve {
  readonly discharge: readonly Point[];
  readonly charge: readonly Point[];
}

/** A number of both, and how far ours is from the measured one. */
export interface ComparedNumber {
  readonly name: string;
  readonly computed: Quantity;
  readonly measured: Quantity;
  /** computed − measured, with the error of the computed one */
  readonly deviation: Quantity;
  readonly definition: string;
}

export interface ComparisonOptions {
  /** V; capacity above it is the slope */
  readonly slopeCut: number;
  /** our numbers */
  readonly slope: Quantity;
  readonly plateau: Quantity;
  readonly total: Quantity;
  readonly plateauBracket: { readonly discharge: Quantity; readonly charge: Quantity };
  /** of another protocol than the ladder's, where there is one */
  readonly plateauVoltage?: { readonly name: string; readonly value: Quantity };
}

/** Lowest voltage up to which a measured discharge counts as taken to 0 V. */
const nearZero = 0.02;
/** Voltages at which branches are compared, per V of what both have. */
const perVolt = 400;

/** Capacity where a branch passes a voltage, straight between points; undefined where it does not. */
export function capacityAtVoltage(points: readonly Point[], voltage: number): number | undefined {
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [points[k - 1]!, points[k]!];
    const share = (voltage - a.voltage) / (b.voltage - a.voltage);
    if (a.voltage === voltage) return a.capacity;
    if (share >= 0 && share <= 1) return a.capacity + share * (b.capacity - a.capacity);
  }
  return undefined;
}

/** Voltage where a branch passes a capacity, straight between points; undefined where it does not. */
export function voltageAtCapacity(points: readonly Point[], capacity: number): number | undefined {
  return capacityAtVoltage(
    points.map((point) => ({ capacity: point.voltage, voltage: point.capacity })),
    capacity,
  );
}

function quantity(value: number | undefined, unit: string, note: string): Quantity {
  return value === undefined ? { value: null, error: null, unit, note } : { value, error: null, unit };
}

function compared(name: string, computed: Quantity, measured: Quantity, definition: string): ComparedNumber {
  const known = computed.value !== null && measured.value !== null;
  const deviation = known
    ? { value: computed.value! - measured.value!, error: computed.error, unit: computed.unit }
    : { value: null, error: null, unit: computed.unit };
  return { name, computed, measured, deviation, definition };
}

/**
 * Slope, plateau, total and plateau voltage of a measured curve as they are defined for a computed one, and the mean distance of the
 * branches.
 *
 *   slope = q_dis(V_cut), total = q_dis(lowest voltage near 0), plateau = total − slope, plateau voltage = V(slope + plateau/2)
 *
 * @param computed  both branches of our curve
 * @param measured  capacity is what is inside of the carbon
 */
export function compareCurves(
  computed: ComparedCurve,
  measured: ComparedCurve,
  { slopeCut, slope, plateau, total, plateauBracket, plateauVoltage }: ComparisonOptions,
): ComparedNumber[] {
  const { discharge, charge } = measured;
  const last = discharge.at(-1);
  const ownSlope = capacityAtVoltage(discharge, slopeCut);
  const cut = `${slopeCut} V`;
  const ownTotal =
    capacityAtVoltage(discharge, 0) ??
    (last && last.voltage <= nearZero && last.voltage >= 0 ? last.capacity : undefined) ??
    capacityAtVoltage(charge, 0);
  const ownPlateau = ownTotal !== undefined && ownSlope !== undefined ? ownTotal - ownSlope : undefined;
  const half = ownPlateau === undefined ? undefined : ownSlope! + ownPlateau / 2;
  const noSlope = `the measured discharge does not pass ${cut}`;
  const noTotal = `the measured discharge does not come down to ${nearZero} V`;
  const passes = (points: readonly Point[]) => (half === undefined ? undefined : voltageAtCapacity(points, half));
  const onDischarge = quantity(passes(discharge), 'V', 'the measured discharge does not pass half plateau');
  const onCharge = quantity(passes(charge), 'V', 'there is no measured charge that passes half plateau');
  const middle =
    onDischarge.value !== null && onCharge.value !== null
      ? { value: (onDischarge.value + onCharge.value) / 2, error: null, unit: 'V' }
      : { ...onDischarge };
  return [
    compared('Slope', slope, quantity(ownSlope, 'mAh/g', noSlope), `Discharge at ${cut}.`),
    compared(
      'Plateau',
      plateau,
      quantity(ownPlateau, 'mAh/g', ownSlope === undefined ? noSlope : noTotal),
      'Total minus slope.',
    ),
    compared(
      'Total',
      total,
      quantity(ownTotal, 'mAh/g', noTotal),
      'Computed: charge branch at 0 V. Measured: where discharge reaches 0 V, or ends within 20 mV of it.',
    ),
    compared(
      'Voltage at half plateau, discharge',
      plateauBracket.discharge,
      onDischarge,
      'Each at its own half plateau.',
    ),
    compared('Voltage at half plateau, charge', plateauBracket.charge, onCharge, 'Each at its own half plateau.'),
    ...(plateauVoltage
      ? [
          compared(
            `Plateau voltage, ${plateauVoltage.name}`,
            plateauVoltage.value,
            middle,
            'Measured: middle of the branches that there are, at half plateau.',
          ),
        ]
      : []),
    ...(['discharge', 'charge'] as const).flatMap((branch) =>
      distance(branch, computed[branch], measured[branch], slopeCut),
    ),
  ];
}

/** Mean and root mean square of our capacity minus the measured one over the voltages that both have, above and below the end of the slope. */
function distance(
  branch: 'discharge' | 'charge',
  computed: readonly Point[],
  measured: readonly Point[],
  slopeCut: number,
): ComparedNumber[] {
  if (computed.length < 2 || measured.length < 2) return [];
  const ends = (points: readonly Point[]) => {
    const volts = points.map(({ voltage }) => voltage);
    return [Math.min(...volts), Math.max(...volts)] as const;
  };
  const [[a, b], [c, d]] = [ends(computed), ends(measured)];
  const [low, high] = [Math.max(a, c), Math.min(b, d)];
  const parts = [
    ['slope', Math.max(low, slopeCut), high],
    ['plateau', low, Math.min(high, slopeCut)],
  ] as const;
  return parts.flatMap(([part, from, to]) => {
    if (!(to - from > 1e-6)) return [];
    const n = Math.max(2, Math.round(perVolt * (to - from)));
    const apart = Array.from({ length: n }, (_, k) => {
      const voltage = from + ((k + 0.5) * (to - from)) / n;
      const [ours, theirs] = [capacityAtVoltage(computed, voltage), capacityAtVoltage(measured, voltage)];
      return ours === undefined || theirs === undefined ? [] : [{ ours, theirs }];
    }).flat();
    if (apart.length === 0) return [];
    const mean = (pick: (x: { ours: number; theirs: number }) => number) =>
      apart.reduce((sum, x) => sum + pick(x), 0) / apart.length;
    const rms = Math.sqrt(mean(({ ours, theirs }) => (ours - theirs) ** 2));
    const span = `${Number(from.toFixed(3))} to ${Number(to.toFixed(3))} V`;
    const plain = (value: number) => ({ value, error: null, unit: 'mAh/g' });
    return [
      compared(
        `Mean capacity of the ${part}, ${branch}`,
        plain(mean(({ ours }) => ours)),
        plain(mean(({ theirs }) => theirs)),
        `Over ${span}, all voltages alike; root mean square distance ${Number(rms.toPrecision(3))} mAh/g.`,
      ),
    ];
  });
}
