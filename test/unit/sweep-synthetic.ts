/** A made-up sweep: numbers that are known functions of La, Lc and density, and curves that go with them. */
import { RandomStream } from '../../src/core/random.ts';
import { averageSeeds, type SweepDocument, type SweepRow } from '../../src/report/sweep-document.ts';
import type { CurvesByKey } from '../../src/report/sweep-report.ts';
import { sweepTrends } from '../../src/report/sweep-trends.ts';

/** Capacities of a carbon, mAh/g. */
export const truth = (la: number, lc: number) => {
  const slope = 90 + 1500 / la;
  const plateau = 260 - 4 * lc - 0.03 * (la - 35) ** 2;
  return { slope, plateau, total: slope + plateau, irreversible: slope / 3 };
};

/** A grid of La and Lc with seeds. */
export function syntheticSweep(las: readonly number[], lcs: readonly number[], seeds: number) {
  const random = new RandomStream('synthetic sweep');
  const curves = new Map<string, unknown>();
  const rows = las.flatMap((la) =>
    lcs.flatMap((lc) =>
      Array.from({ length: seeds }, (_, k): SweepRow => {
        const key = `${la}-${lc}-${k}`.padEnd(64, '0');
        const numbers = Object.fromEntries(
          Object.entries(truth(la, lc)).map(([name, value]) => [
            name,
            { value: value + 3 * random.normal(), error: 3, unit: 'mAh/g' },
          ]),
        );
        const { slope, plateau } = truth(la, lc);
        const points = (volts: readonly number[]) =>
          volts.map((voltage) => ({
            voltage,
            capacity: {
              value:
                voltage > 0.1 ? slope * (1 - (voltage - 0.1) / 1.5) : slope + plateau * (1 - (voltage + 0.4) / 0.5),
              error: 2,
              unit: 'mAh/g',
            },
          }));
        curves.set(key, {
          discharge: points([1.5, 1, 0.7, 0.5, 0.3, 0.2, 0.1, 0, -0.2, -0.4]),
          charge: points([-0.2, 0, 0.1, 0.2, 0.5, 1]),
        });
        const at = { 'host.recipe.la': `${la} A`, 'host.recipe.lc': `${lc} A` };
        return { key, at, coordinates: { 'host.recipe.la': la, 'host.recipe.lc': lc }, seed: k + 1, numbers };
      }),
    ),
  );
  const axes = [
    { key: 'host.recipe.la', unit: 'Å' },
    { key: 'host.recipe.lc', unit: 'Å' },
  ];
  const averages = averageSeeds(rows);
  const document: SweepDocument = {
    schema: 'cardhouse/sweep/1',
    study: {
      name: 'synthetic',
      about: 'Made up.',
      guest: 'Na',
      model: 'na-carbon',
      uncertainty: 'sampling',
      replicas: 1,
    },
    base: {
      host: { recipe: { la: 25, lc: 11, d002: 3.75, density: 1.4 } },
      guest: { species: 'Na', model: 'na-carbon' },
    },
    axes,
    seeds,
    points: rows.length,
    rows,
    averages,
    trends: sweepTrends({ axes, rows, averages, guest: 'Na' }),
    failed: [],
  };
  return { document, curves: curves as unknown as CurvesByKey };
}
