/** Sections of docs/performance.md about forces and dynamics. */
import type { Outcome } from '../peers/compare.ts';
import { figureText, perSecond, ratioText, tableOf, three, verdict } from './columns.ts';
import type { Measurements } from './page.ts';

const isDynamics = ({ kind }: Outcome): boolean => kind === undefined;
const isPeer = (outcome: Outcome): boolean => isDynamics(outcome) && 'LAMMPS' in outcome.ratios;
const isWorkers = (outcome: Outcome): boolean => isDynamics(outcome) && 'Cardhouse' in outcome.ratios;
const isLarge = (outcome: Outcome): boolean => isDynamics(outcome) && 'peak memory, GB' in outcome.figures;
const isRate = (outcome: Outcome): boolean =>
  isDynamics(outcome) && !isPeer(outcome) && !isWorkers(outcome) && !isLarge(outcome);

/** Beside LAMMPS, over workers, neural potentials, large systems. */
export function dynamicsSections({ of, run }: Measurements): string[] {
  const opt = 'LAMMPS -sf opt';
  return [
    '## Dynamics beside LAMMPS, one core',
    '',
    'Constant energy, velocity Verlet, the same velocities and time step; times are of stepping alone, neighbour listing included.',
    'Both list neighbours anew as soon as an atom has moved half the skin: Cardhouse with its default of 0.7 Å, LAMMPS with the skin',
    'it was fastest with. Total energies at the start and at the end of the run agree to 1e-6 (relative), or there is no result. “opt”',
    'are the variants of LAMMPS’ OPT package, for pair styles that have one.',
    '',
    ...tableOf(
      [
        ...['system', 'atoms', 'steps', 'Cardhouse, atom-steps', 'LAMMPS', 'ratio', 'of processor time', 'LAMMPS opt'],
        ...['ratio', 'ΔE/E start, end', 'target', '', 'run'],
      ],
      of(isPeer).map(({ outcome, entry }) => {
        const { about, atoms, steps, rates, ratios, figures, target } = outcome;
        const energies = Object.entries(figures).filter(([what]) => what.startsWith('ΔE/E'));
        return [
          ...[about, atoms, steps, perSecond(rates['Cardhouse']!.median), perSecond(rates['LAMMPS']!.median)],
          ...[ratioText(ratios['LAMMPS']!.clock), ratioText(ratios['LAMMPS']!.cpu)],
          ...[rates[opt] ? perSecond(rates[opt].median) : '–', ratios[opt] ? ratioText(ratios[opt].clock) : '–'],
          ...[energies.map(([what, e]) => figureText(what, e)).join(', '), target, verdict(outcome), run(entry)],
        ];
      }),
    ),
    '## Dynamics: two workers against one',
    '',
    'Where one worker had less than 0.95 of a core, others were using the machine and the target is left open.',
    '',
    ...tableOf(
      ['system', 'atoms', 'steps', 'two, atom-steps', 'one', 'ratio', 'cores used, two and one', 'target', '', 'run'],
      of(isWorkers).map(({ outcome, entry }) => {
        const { about, atoms, steps, rates, ratios, figures, target } = outcome;
        const cores = Object.keys(rates).map((engine) => figures[`cores used by ${engine}`]!.toFixed(2));
        const [two, one] = Object.values(rates).map(({ median }) => perSecond(median)) as [string, string];
        return [
          ...[about, atoms, steps, two, one, ratioText(ratios['Cardhouse']!.clock), cores.join(', ')],
          ...[target, verdict(outcome), run(entry)],
        ];
      }),
    ),
    '## Neural potentials, one core',
    '',
    'Energy, forces and virial, lists kept. The invented potentials are small and say how cost grows with the network.',
    '',
    ...tableOf(
      ['system', 'atoms', 'atom-evaluations/s', 'range', 'target', '', 'run'],
      of(isRate).map(({ outcome, entry }) => {
        const { about, atoms, rates, target } = outcome;
        const { median, min, max } = rates['Cardhouse']!;
        return [about, atoms, three(median), `${three(min)}–${three(max)}`, target, verdict(outcome), run(entry)];
      }),
    ),
    '## Dynamics of a quarter of a million atoms, two workers',
    '',
    'A process of its own; its peak memory has building the structure in it.',
    '',
    ...tableOf(
      ['system', 'atoms', 'steps', 'time, s', 'processor time, s', 'peak memory, GB', 'target', '', 'run'],
      of(isLarge).map(({ outcome, entry }) => {
        const { about, atoms, steps, figures, target } = outcome;
        const numbers = ['time, s', 'processor time, s', 'peak memory, GB'].map((what) => three(figures[what]!));
        return [about, atoms, steps, ...numbers, target, verdict(outcome), run(entry)];
      }),
    ),
  ];
}
