/** Sections of docs/performance.md about grand-canonical trials. */
import type { Outcome } from '../peers/compare.ts';
import { figureText, grouped, perSecond, ratioText, tableOf, three, verdict } from './columns.ts';
import type { Measurements } from './page.ts';

const isOf =
  (kind: Outcome['kind']) =>
  (outcome: Outcome): boolean =>
    outcome.kind === kind;

/** Mean and error of N of both engines, where they were compared. */
function averagesOf({ figures }: Outcome): string {
  const names = Object.keys(figures);
  const found = (start: string): number | undefined => figures[names.find((name) => name.startsWith(start)) ?? ''];
  const [own, error, other, otherError] = [
    'mean N of Cardhouse',
    'its error',
    'mean N of LAMMPS',
    'error of LAMMPS',
  ].map(found);
  if (own === undefined || other === undefined) return '–';
  const where = names.find((name) => name.startsWith('mean N of LAMMPS'))!.slice('mean N of LAMMPS'.length);
  const text = (value: number, of: number | undefined): string => `${value.toFixed(1)} ± ${of!.toFixed(1)}`;
  return `${text(own, error)}, ${text(other, otherError)}${where.replace(/^, /, ' (')}${where ? ')' : ''}`;
}

/** Beside LAMMPS, chains by size and over workers, whole studies, sampling. */
export function trialSections({ of, run }: Measurements): string[] {
  const opt = 'LAMMPS -sf opt';
  const ways = ['uniform', 'cavity', 'energy'];
  return [
    '## Grand-canonical trials beside LAMMPS, one core',
    '',
    'A guest in a rigid disordered carbon (`bench/carbon.ts`: stacks of three graphene discs of 10 to 12.5 Å radius, 3.6 Å apart, laid',
    'down at random until 1.3 g/cm³ are reached; atoms nearer than 1.2 Å to earlier ones are left out). Half of the trials displace, a',
    'quarter inserts, a quarter deletes, whatever becomes of them: for LAMMPS they are the X exchanges and M displacements of every step',
    'of `fix gcmc`, up to 1 000 a step. Its carbons are not integrated, their pairs are left out of its lists, and its lists have no skin.',
    'All start from the same guests. Cardhouse takes its host from a map; beside it the same chain with exact sums. There is no result unless',
    'the energy of the guests by exact sums agrees with that of LAMMPS to 1e-6 and, for the smallest boxes, the mean N of a longer run (with the map)',
    'within three combined errors. Cardhouse proposes insertions where carbons leave room (those of the metal: where guests do too), LAMMPS anywhere:',
    'exchanges that were accepted are told beside the trials.',
    '',
    ...tableOf(
      [
        ...[
          'guest',
          'carbons',
          'guests',
          'Cardhouse, trials',
          'exact sums',
          'LAMMPS',
          'ratio',
          'of processor time',
          'LAMMPS opt',
          'ratio',
        ],
        ...['exchanges accepted', 'LAMMPS', 'ΔE/E', 'of the map', 'mean N, both', 'target', '', 'run'],
      ],
      of(isOf('gcmc')).map(({ outcome, entry }) => {
        const { about, atoms, rates, ratios, figures, target } = outcome;
        return [
          ...[about, grouped(atoms), grouped(figures['guests']!), perSecond(rates['Cardhouse']!.median)],
          perSecond(rates['Cardhouse, exact sums']!.median),
          ...[perSecond(rates['LAMMPS']!.median), ratioText(ratios['LAMMPS']!.clock), ratioText(ratios['LAMMPS']!.cpu)],
          ...[rates[opt] ? perSecond(rates[opt].median) : '–', ratios[opt] ? ratioText(ratios[opt].clock) : '–'],
          perSecond(figures['exchanges accepted/s, Cardhouse']!),
          perSecond(figures['exchanges accepted/s, LAMMPS']!),
          figureText('ΔE/E', figures['ΔE/E of the start']!),
          figureText('ΔE/E', figures['ΔE/E of the map']!),
          ...[averagesOf(outcome), target, verdict(outcome), run(entry)],
        ];
      }),
    ),
    '## Chains by size, one core',
    '',
    '`npm run bench`: the same chain again and again in boxes of several sizes, in turn; “na-carbon” on typed carbon at half plateau; host from a map, or summed exactly.',
    '',
    ...tableOf(
      ['chains', 'box', 'trials', 'range', 'over the smallest', 'target', '', 'run'],
      of(isOf('chains')).flatMap(({ outcome, entry }) =>
        Object.entries(outcome.rates).map(([box, { median, min, max }], k) => [
          ...[k === 0 ? outcome.about : '', box, perSecond(median), `${perSecond(min)} – ${perSecond(max)}`],
          outcome.ratios[box] ? ratioText(outcome.ratios[box].clock) : '–',
          ...(k === 0 ? [outcome.target, verdict(outcome), run(entry)] : ['', '', '']),
        ]),
      ),
    ),
    '## Two chains on two workers, and one box in two slabs',
    '',
    'Two independent chains at the same time, trials of both together, against one chain alone, in turn; and one chain whose box is in two slabs',
    '(`sampling.domains`), rounds put together included, against the same box in one piece.',
    '',
    ...tableOf(
      ['chains', 'carbons', 'two, trials', 'one', 'ratio', 'cores used by two', 'target', '', 'run'],
      of(isOf('pair of chains')).map(({ outcome, entry }) => {
        const { about, atoms, rates, ratios, figures, target } = outcome;
        const [two, one] = Object.values(rates).map(({ median }) => perSecond(median)) as [string, string];
        const cores = three(figures['cores used by two']!);
        const ratio = ratioText(Object.values(ratios)[0]!.clock);
        return [about, grouped(atoms), two, one, ratio, cores, target, verdict(outcome), run(entry)];
      }),
    ),
    '## In a browser',
    '',
    'The same chain from the same start in a worker of headless Chromium and in Node, each by its own clock, in turn.',
    '',
    ...tableOf(
      ['chain', 'carbons', 'Chromium, trials', 'Node', 'ratio', 'target', '', 'run'],
      of(isOf('browser')).map(({ outcome, entry }) => {
        const { about, atoms, rates, ratios, target } = outcome;
        const [browser, node] = Object.values(rates).map(({ median }) => perSecond(median)) as [string, string];
        const ratio = ratioText(Object.values(ratios)[0]!.clock);
        return [about, grouped(atoms), browser, node, ratio, target, verdict(outcome), run(entry)];
      }),
    ),
    '## Whole studies, two cores',
    '',
    '`npm run bench:curve`. From the start of the process; building the carbon is in it unless it is said to come from a file.',
    '',
    ...tableOf(
      ['study', 'carbons', 'found', 'target', '', 'run'],
      of(isOf('study')).map(({ outcome, entry }) => {
        const { about, atoms, figures, target } = outcome;
        const text = Object.entries(figures).map(([what, value]) => `${what} ${figureText(what, value)}`);
        return [about, grouped(atoms), text.join('; '), target, verdict(outcome), run(entry)];
      }),
    ),
    '## What sampling is worth',
    '',
    '`npm run bench:sampling`: three ways to propose insertions, from the same guests, in turn; all else alike. Uniform: anywhere in the',
    'box. Cavity: in voxels that neither carbon nor a guest closes. Energy: these, weighed by what a lone guest would gain there.',
    'Effective samples of N: Var(N) over the square of the error of its mean (blocks, autocorrelation included), the variance pooled over',
    'the three; fewer than 50 of them in the whole run are an upper bound (≤): blocks were too short then. A ratio is to uniform insertion.',
    '',
    ...of(isOf('sampling')).flatMap(({ outcome, entry }) => {
      const { about, atoms, rates, figures, target, steps } = outcome;
      const bound = (way: string): boolean => rates[way]!.median * steps < 50;
      return [
        `${about}, ${grouped(atoms)} C, ${grouped(figures['guests']!)} guests (run ${run(entry)}); target ${target}: ${verdict(outcome)}`,
        '',
        ...tableOf(
          ['insertions', 'trials', 'exchanges accepted', 'ratio', 'effective samples of N', 'ratio', 'mean N'],
          ways
            .filter((way) => rates[way])
            .map((way) => [
              ...[way, perSecond(figures[`trials/s, ${way}`]!), perSecond(figures[`exchanges accepted/s, ${way}`]!)],
              three(figures[`exchanges accepted/s, ${way}`]! / figures['exchanges accepted/s, uniform']!),
              `${bound(way) ? '≤ ' : ''}${three(rates[way]!.median)} /s`,
              bound(way) || bound('uniform') ? '–' : three(rates[way]!.median / rates['uniform']!.median),
              `${figures[`mean N, ${way}`]!.toFixed(1)} ± ${figures[`its error, ${way}`]!.toFixed(1)}`,
            ]),
        ),
      ];
    }),
    ...(of(isOf('sampling')).length === 0 ? ['Not measured yet.', ''] : []),
  ];
}
