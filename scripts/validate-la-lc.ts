/**
 * La and Lc each alone, at one density and at one share of pores, and a carbon before and after a heat pulse: published trends beside ours. The sweeps
 * lie in runs/validate-la-lc: what is there is not computed again. CARDHOUSE_LA_LC=tiny runs a few small points, to see that it works;
 * CARDHOUSE_LA_LC_SEEDS=2 takes fewer structures per point than four.
 */
import { readFileSync } from 'node:fs';
import type { Quantity, SweepDocument, SweepTrend } from 'cardhouse';
import { parse } from 'yaml';
import { here } from './here.ts';
import { swept } from './swept.ts';
import { pass, type Row, type Section, told } from './validate-table.ts';

const tiny = process.env['CARDHOUSE_LA_LC'] === 'tiny';
const seeds = Number(process.env['CARDHOUSE_LA_LC_SEEDS'] ?? 4);

/** Boxes half as wide as those of the example, so that La ends at 42 Å, and a quarter of its trials: some forty minutes on two cores, 67 s a structure. */
const size = tiny
  ? { atoms: 2100, pulseAtoms: 4200, la: [15, 21, 30], lc: [15, 10], trials: [20_000, 15_000], seeds: 2, pulseSeeds: 1 }
  : {
      atoms: 5200,
      pulseAtoms: 6000,
      la: [15, 21, 30, 42],
      lc: [15, 7, 10, 21, 30],
      trials: [500_000, 250_000],
      seeds,
      pulseSeeds: seeds,
    };
const [equilibration, production] = size.trials as [number, number];
/** what the lines cross at */
const [middleLa, middleLc] = [30, 15];
const folder = here(`runs/validate-la-lc${tiny ? '-tiny' : ''}`);

interface Study {
  readonly host: { readonly recipe: Readonly<Record<string, unknown>> };
  readonly ladder: Readonly<Record<string, unknown>>;
  readonly sweep: { readonly list: Readonly<Record<string, readonly unknown[]>> };
}

export async function laLcSections(): Promise<Section[]> {
  const study = parse(readFileSync(here('models/studies/la-lc-sweep.yaml'), 'utf8')) as Study;
  const trends = await sweepOf(study, 'la-lc', sizes(study), size.seeds, size.atoms);
  const pulse = await sweepOf(study, 'pulse', { list: { 'host.recipe': ['0s', '30s'].map(pulsed) } }, size.pulseSeeds);
  const how = `${size.seeds} structures per point, ${size.atoms} carbons each, ${equilibration / 1000} + ${production / 1000} thousand trials per voltage`;
  return [
    {
      title: 'La and Lc each alone, sodium',
      note:
        `The study models/studies/la-lc-sweep.yaml, smaller: La ${text(size.la)} Å at Lc ${middleLc} Å, Lc ${text(size.lc)} Å at La ${middleLa} Å, d002 3.7 Å; ${how}. ` +
        'Once the density is held (1.2 g/cm³), once the share of pores (33 %): published simulations do not say which. Slopes are those of straight lines against ln La and ln Lc ' +
        'through single structures; z, slope over error, holds their scatter. A trend passes where it is as published both ways. Bracket: voltage at half plateau. ' +
        `Published: ${sourceOf(trends)}.`,
      rows: trendRows(trends),
    },
    {
      title: 'A hard carbon before and after a heat pulse, sodium',
      note:
        `Recipes commercial-hc-0s and commercial-hc-30s, ${size.pulseSeeds} structures of ${size.pulseAtoms} carbons each; La and Lc of these are a choice, the paper gives none. ` +
        'Plateau: below 0.1 V. Published: Liu et al., Adv. Mater. 2024, doi:10.1002/adma.202407369, measured. The difference passes when it lies above zero by two standard errors.',
      rows: pulseRows(pulse),
    },
  ];
}

/** The points of the example, as far as these boxes hold them. */
function sizes({ sweep: { list } }: Study): Study['sweep'] {
  const keys = Object.keys(list);
  const [la, lc] = ['host.recipe.la', 'host.recipe.lc'].map((key) => list[key] as readonly number[]) as [
    readonly number[],
    readonly number[],
  ];
  const kept = la.flatMap((value, k) => (size.la.includes(value) && size.lc.includes(lc[k]!) ? [k] : []));
  return { list: Object.fromEntries(keys.map((key) => [key, kept.map((k) => list[key]![k])])) };
}

function pulsed(name: string): unknown {
  const {
    about: _,
    cite: __,
    reference: ___,
    ...recipe
  } = JSON.parse(readFileSync(here(`models/structures/commercial-hc-${name}.json`), 'utf8'));
  return { ...recipe, atoms: size.pulseAtoms };
}

/** One of both sweeps. */
function sweepOf(
  study: Study,
  name: string,
  sweep: Study['sweep'],
  seeds: number,
  atoms = size.pulseAtoms,
): Promise<SweepDocument> {
  return swept(
    {
      ...study,
      about: `The study la-lc-sweep, smaller: ${atoms} carbons.`,
      host: { recipe: { ...study.host.recipe, atoms } },
      ladder: { ...study.ladder, equilibration, production },
      sweep: { ...sweep, seeds },
    },
    { folder, name, workers: tiny ? 1 : 2 },
  );
}

const numbers = [
  'slope',
  'plateau',
  'total',
  'plateauBracket.discharge',
  'plateauBracket.charge',
  'estimate.slope',
  'estimate.total',
];
/** What was held, by the group of the sweep. */
const held = [
  ['density', /density [\d.]/],
  ['pores', /poreFraction [\d.]/],
] as const;

function trendRows({ trends }: SweepDocument): Row[] {
  return ['la', 'lc'].flatMap((axis) =>
    numbers.flatMap((number): Row[] => {
      const own = trends.filter((trend) => trend.axis === `host.recipe.${axis}` && trend.number === number);
      const ways = held.flatMap(([name, group]) => {
        const trend = own.find((one) => group.test(one.group));
        return trend ? [[name, trend] as const] : [];
      });
      if (ways.length === 0) return [];
      const [, { label, published }] = ways[0]!;
      const like = ways.filter(([, trend]) => trend.published?.verdict === 'as published').map(([name]) => name);
      const open = ways.every(([, trend]) => trend.direction === 'unclear');
      const verdict = like.length > 0 ? `only with ${like.join()} held` : open ? '**unclear**' : pass(false);
      return [
        {
          what: `${label} with ${axis === 'la' ? 'La' : 'Lc'}`,
          ours: ways.map(([name, trend]) => `${name} held: ${trendText(trend)}`).join('; '),
          expected: published?.text ?? '–',
          verdict: published === undefined ? told : like.length === ways.length ? pass(true) : verdict,
        },
      ];
    }),
  );
}

function trendText({ slope, error, z, change, mean, unit, direction, from, to }: SweepTrend): string {
  const digits = unit === 'V' ? 3 : 1;
  const share = unit === 'V' ? `${change.toFixed(3)} V` : `${((100 * change) / mean).toFixed(0)} %`;
  return `${slope.toFixed(digits)} ± ${error.toFixed(digits)} ${unit} per ln Å (z ${z?.toFixed(1) ?? '–'}), ${share} from ${from} to ${to} Å: ${direction}`;
}

function pulseRows({ averages }: SweepDocument): Row[] {
  const measured = { plateau: [204, 255] } as Readonly<Record<string, readonly [number, number]>>;
  return ['slope', 'plateau', 'total'].map((key): Row => {
    const [before, after] = averages.map((average) => average.numbers[key]!) as [Quantity, Quantity];
    const difference = (after.value ?? Number.NaN) - (before.value ?? Number.NaN);
    const error = Math.hypot(before.error ?? Number.NaN, after.error ?? Number.NaN);
    const published = measured[key];
    return {
      what: `${key}, before and after 30 s`,
      ours: `${shown(before)} to ${shown(after)} mAh/g (difference ${difference.toFixed(0)} ± ${error.toFixed(0)})`,
      expected: published ? `${published[0]} to ${published[1]} mAh/g` : '–',
      verdict: published ? pass(difference > 2 * error) : told,
    };
  });
}

const shown = ({ value, error }: Quantity): string => `${value?.toFixed(0) ?? '–'} ± ${error?.toFixed(0) ?? '–'}`;
const text = (values: readonly number[]): string => [...values].sort((a, b) => a - b).join(', ');
const sourceOf = ({ trends }: SweepDocument): string =>
  [...new Set(trends.flatMap(({ published }) => published?.source ?? []))].join('; ');
