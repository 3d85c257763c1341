/**
 * Small and large domains in equilibrium, pore by pore, beside the ladders of the same structures. The sweep lies in runs/validate-la-equilibrium: what is
 * there is not computed again. CARDHOUSE_LA_LC=tiny runs it small, to see that it works.
 */
import { readFileSync } from 'node:fs';
import type { Quantity } from 'cardhouse';
import { parse } from 'yaml';
import { here } from './here.ts';
import { swept } from './swept.ts';
import { pass, type Row, type Section, told } from './validate-table.ts';

const tiny = process.env['CARDHOUSE_LA_LC'] === 'tiny';
const size = tiny
  ? { atoms: 2100, la: [15, 24], trials: [20_000, 15_000], perStep: 10, seeds: 2 }
  : { atoms: 5200, la: [15, 42], trials: [400_000, 200_000], perStep: 500, seeds: 4 };
const poreFraction = 0.33;

interface Study {
  readonly host: { readonly recipe: Readonly<Record<string, unknown>> };
}

export async function laEquilibriumSections(): Promise<Section[]> {
  const study = parse(readFileSync(here('models/studies/la-lc-sweep.yaml'), 'utf8')) as Study;
  const { density: _, ...recipe } = study.host.recipe;
  const [equilibration, production] = size.trials;
  const { averages } = await swept(
    {
      ...study,
      about: `Domains of La ${size.la.join(' and ')} Å in equilibrium, ${size.atoms} carbons.`,
      host: { recipe: { ...recipe, poreFraction, atoms: size.atoms } },
      protocol: 'equilibrium',
      ladder: {
        discharge: [1.5, 1, 0.7, 0.5, 0.3, 0.2, 0.15, 0.1, 0, -0.2, -0.4],
        charge: [-0.2, 0, 0.05, 0.1, 0.15, 0.2, 0.5],
        ...{ equilibration, production, samples: 150, snapshots: 6 },
      },
      sampling: { host: 'map' },
      equilibrium: { perStep: size.perStep, loops: 2 },
      sweep: { grid: { 'host.recipe.la': size.la }, seeds: size.seeds },
    },
    {
      folder: here(`runs/validate-la-equilibrium${tiny ? '-tiny' : ''}`),
      name: 'la-equilibrium',
      workers: tiny ? 1 : 2,
    },
  );
  const ends = averages.map(({ numbers }) => numbers) as [Ends, Ends];
  return [
    {
      title: 'La in equilibrium, sodium',
      note:
        `${size.seeds} structures of ${size.atoms} carbons at each end: La ${size.la.join(' and ')} Å, Lc 15 Å, d002 3.7 Å, ${100 * poreFraction} % of pores held. Equilibrium pore by ` +
        'pore, guests cooled at fixed N from 1200 K; slope above 0.1 V, total at 0 V. Ladder: the same structures on the branches, as `cardhouse sweep` tells them. Errors are the scatter of structures. ' +
        'A row passes where equilibrium and ladder both go as published.',
      rows: [
        row(ends, 'slope', 'falls with La', (z) => z < -2),
        row(ends, 'total', 'about constant', (_, share) => Math.abs(share) < 0.1),
        row(ends, 'plateau'),
        row(ends, 'plateauVoltage'),
      ],
    },
  ];
}

type Ends = Readonly<Record<string, Quantity>>;

/** One number at both ends by both protocols. */
function row(
  ends: readonly [Ends, Ends],
  number: string,
  expected?: string,
  like?: (z: number, share: number) => boolean,
): Row {
  const names = { equilibrium: `equilibrium.${number}`, ladder: number };
  const found = Object.entries(names).flatMap(([protocol, name]) => {
    const pair = ends.map((end) => end[name]) as [Quantity | undefined, Quantity | undefined];
    return pair[0] && pair[1] ? [{ protocol, ...difference(pair[0], pair[1]) }] : [];
  });
  return {
    what: number === 'plateauVoltage' ? 'voltage of the plateau' : number,
    ours: found.map(({ protocol, text }) => `${protocol}: ${text}`).join('; '),
    expected: expected ?? told,
    verdict: like ? pass(found.length === 2 && found.every(({ z, share }) => like(z, share))) : told,
  };
}

function difference(small: Quantity, large: Quantity): { text: string; z: number; share: number } {
  const [a, b] = [small.value ?? Number.NaN, large.value ?? Number.NaN];
  const error = Math.hypot(small.error ?? Number.NaN, large.error ?? Number.NaN);
  const milli = small.unit === 'V';
  const of = (x: number): string => (milli ? 1000 * x : x).toFixed(0);
  const one = ({ value, error: own }: Quantity): string => `${of(value ?? Number.NaN)} ± ${of(own ?? Number.NaN)}`;
  const unit = milli ? 'mV' : small.unit;
  return {
    text: `${one(small)} to ${one(large)} ${unit} (${b > a ? '+' : ''}${of(b - a)} ± ${of(error)})`,
    z: (b - a) / error,
    share: (2 * (b - a)) / (a + b),
  };
}
