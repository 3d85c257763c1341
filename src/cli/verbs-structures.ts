/** Verbs that make, measure and move atoms, without guests coming and going. */
import { readdirSync } from 'node:fs';
import { Option } from 'commander';
import { force, forceBackend, json, modelOption, out, progress, quiet, seed, threads, type Verb } from './verb.ts';

export const structureVerbs: readonly Verb[] = [
  {
    usage: 'build [recipe]',
    about:
      'Build a hard carbon from RECIPE (a file, or a name in models/structures), from flags, or both: flags win. What came out ' +
      'is measured and told beside what was asked.',
    example:
      'build hard-carbon --report hard-carbon-report\n' +
      '  $ cardhouse build --la 2.5nm --lc 11A --d002 3.75 --density 1.45 --atoms 8000 --out carbon.xyz',
    more: () => `\n\nRecipes in models/structures:\n${recipeNames()}`,
    options: [
      new Option('--la <length>', 'diameter of the graphitic domains'),
      new Option('--lc <length>', 'height of the stacks'),
      new Option('--d002 <length>', 'spacing of the sheets'),
      new Option('--density <density>', 'mass density of the finished box'),
      new Option('--pore-volume <cm3/g>', 'pores per gram, in place of the density'),
      new Option('--atoms <n>', 'carbon atoms in the box'),
      new Option('--box <length>', 'edge of the box, in place of the number of atoms'),
      new Option(
        '--route <route>',
        'how domains become a carbon: cards, whose gaps are the pores, or grains, of which pores are carved',
      ).choices(['cards', 'grains']),
      new Option('--pore-diameter <length>', 'diameter of pores to be carved (route grains)'),
      new Option('--pores <kind>', 'whether carved pores are joined by channels').choices(['closed', 'open']),
      new Option('--curvature-radius <length>', 'radius that sheets are bent to'),
      new Option('--cross-links <fraction>', 'of the places where a carbon can bridge two domains, how many it does'),
      new Option('--vacancies <fraction>', 'missing atoms inside sheets, per atom'),
      new Option('--stone-wales <fraction>', 'rotated bonds inside sheets, per atom'),
      new Option('--strong <fraction>', 'fraction of edge carbons that are strong'),
      new Option('--hydrogen <H/C>', 'H/C of the whole carbon, which decides the share of strong edges'),
      new Option('--oxygen <O/C>', 'O/C of the whole carbon, as carbonyl at edges'),
      new Option('--relax', 'short anneal and relaxation by dynamics'),
      new Option('--no-relax', 'geometry only'),
      new Option('--refine', 'build again with other sizes until the measured ones meet the asked ones'),
      new Option(
        '--strict',
        'fail (exit code 1) when a measured number misses the asked one by more than its tolerance',
      ),
      new Option('--no-measure', 'do not measure what was built'),
      new Option('--report <dir>', 'write the full characterization: page, figures, tables'),
      out('extended XYZ, LAMMPS data when it ends in .data, or POSCAR (default: RECIPE.xyz)'),
      seed,
      threads,
      json,
      quiet,
      progress,
      force,
    ],
    act: async (recipe, given) => (await import('./build.ts')).build(recipe, given),
  },
  {
    usage: 'characterize <file>',
    about:
      'Measure a structure (extended XYZ, LAMMPS data, CIF, POSCAR or PDB) with virtual instruments: diffraction and SAXS, ' +
      'pores and surfaces, bonds and rings. Every number comes with its definition; a report with all curves is written.',
    example: 'characterize carbon.xyz --only xrd,pores',
    options: [
      new Option('--only <instruments>', 'some of xrd, pores, bonds, joined by commas (default: all)'),
      out('directory of the report (default: NAME-characterized)'),
      json,
      quiet,
      progress,
      force,
    ],
    act: async (file, given) => (await import('./characterize.ts')).characterize(file, given),
  },
  {
    usage: 'energy <file>',
    about:
      'Energy of a structure (extended XYZ, LAMMPS data, CIF, POSCAR or PDB) under a model: total, per atom, forces.',
    example: 'energy carbon.xyz --model na-carbon --json',
    options: [modelOption, out('also write the structure with energies and forces, as extended XYZ'), json, force],
    act: async (file, given) => (await import('./energy.ts')).energy(file, given),
  },
  {
    usage: 'relax <file>',
    about:
      'Relax a structure (any format that energy reads), and its cell if asked, to the nearest minimum of energy under a model.',
    example: 'relax carbon.xyz --model carbon --method l-bfgs --cell isotropic --out relaxed.xyz',
    options: [
      modelOption,
      new Option('--method <method>', 'minimiser').choices(['fire', 'l-bfgs']).default('l-bfgs'),
      new Option('--cell <what>', 'what of the cell may move')
        .choices(['none', 'isotropic', 'anisotropic', 'full'])
        .default('none'),
      new Option('--max-force <force>', 'largest force left on an atom').default('0.01 eV/Å'),
      new Option('--pressure <pressure>', 'outer pressure, for a cell that moves (default: 0)'),
      new Option('--steps <n>', 'at most so many steps').default('2000'),
      out('the relaxed structure: by its ending extended XYZ (.xyz), LAMMPS data (.data, .lmp) or POSCAR (.vasp)'),
      threads,
      json,
      quiet,
      progress,
      force,
    ],
    act: async (file, given) => (await import('./relax.ts')).relax(file, given),
  },
  {
    usage: 'md <spec>',
    about:
      'Run dynamics: structure, stages of relaxation and dynamics, observables. SPEC is a YAML file, or the name of one in ' +
      'models/studies. A run that was stopped or killed goes on with the same command.',
    example: 'md models/studies/na-diffusion.yaml --quick',
    options: [
      out('run directory (default: runs/NAME[-SEED])'),
      seed,
      threads,
      new Option('-q, --quick', 'a first look: small box, fractions of a picosecond'),
      forceBackend,
      json,
      quiet,
      progress,
      force,
    ],
    act: async (spec, given) => (await import('./md.ts')).md(spec, given),
  },
];

/** Names of the shipped recipes, one a line. */
function recipeNames(): string {
  const files = readdirSync(new URL('../../models/structures', import.meta.url)).sort();
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return names.map((name) => `  ${name}`).join('\n');
}
