#!/usr/bin/env node
/**
 * The command line. Verbs and flags are described here; the work of a verb is a file of its own, loaded when it is
 * called, so that help and typing slips answer at once.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { fail } from './failure.ts';
import type { Flags } from './flags.ts';

const packageFile = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const seed = new Option('-s, --seed <seed>', 'number or text; same seed, same bytes');
const workers = new Option('-w, --workers <n>', 'worker threads (default: one per core)');
const quick = new Option('-q, --quick', 'a first look: small box, two replicas, few trials');
const json = new Option('--json', 'exactly one JSON document on stdout');
const quiet = new Option('--quiet', 'no progress and no warnings');
const progress = new Option('--progress', 'progress lines also where stderr is no terminal');
const force = new Option('-f, --force', 'replace what is already there');
const checkpoint = new Option('--checkpoint <s>', 'seconds between checkpoints (default: 60)');
const threads = new Option(
  '-w, --workers <n>',
  'threads that share the atoms (default: 1); last bits depend on their number',
);
const modelOption = new Option(
  '-m, --model <model>',
  'name in models/potentials, or a file: JSON, .tersoff, nep.txt, setfl (.alloy, .fs); several joined by +',
).makeOptionMandatory();
const chainBackends = ['auto', 'reference', 'wasm', 'webgpu', 'gpujs'];
const backend = (what: string) => new Option('--backend <backend>', what).choices(chainBackends);
const out = (what: string) => new Option('-o, --out <path>', what);

const silent = { outputError: () => {} };
const program = new Command('cardhouse')
  .description('From a carbon recipe to a voltage curve with error bars: Li, Na and K storage in hard carbon.')
  .version(version)
  .exitOverride()
  .configureOutput(silent)
  .addHelpText('after', '\nExit codes: 0 done, 2 bad input, 130 interrupted, 1 anything else.');

interface Verb {
  readonly usage: string;
  /** not for people */
  readonly hidden?: true;
  readonly about: string;
  /** what to type after `cardhouse`, shown in the verb's help */
  readonly example: string;
  /** said below the example */
  readonly more?: () => string;
  readonly options: readonly Option[];
  /** resolves to the exit code */
  readonly act: (argument: string, flags: Flags, all: readonly string[]) => Promise<number>;
}

const verbs: readonly Verb[] = [
  {
    usage: 'run <spec>',
    about:
      'Run a study: build, fill, empty, analyse, report. SPEC is a YAML file, or the name of one in models/studies. A run that was ' +
      'stopped or killed goes on with the same command, and comes to the same bytes.',
    example: 'run models/studies/hard-carbon-na.yaml --quick',
    options: [
      out('run directory (default: runs/NAME[-SEED])'),
      seed,
      workers,
      quick,
      new Option('--compare <file>', 'measured curve (capacity, voltage and perhaps branch) to be laid over ours'),
      json,
      quiet,
      progress,
      checkpoint,
      backend('what runs the chains (default: as the study says, else wasm); auto looks for two seconds'),
      force,
    ],
    act: async (spec, given) => (await import('./run.ts')).run(spec, given),
  },
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
      json,
      quiet,
      progress,
      force,
    ],
    act: async (spec, given) => (await import('./md.ts')).md(spec, given),
  },
  {
    usage: 'sweep <spec>',
    about:
      'Run a study at every point of a grid, a list or a Latin hypercube, or of the `sweep` group of SPEC. Points are known by what they ' +
      'are: none is computed twice, a sweep that was killed goes on with the same command, and one more value computes only new points.',
    example:
      'sweep hard-carbon-na --grid host.recipe.la=20A,30A host.recipe.lc=9A,12A --seeds 3\n' +
      '  $ cardhouse sweep my-carbon.yaml --latin 30 --range host.recipe.la=15A:60A host.recipe.density=1.2:1.6',
    options: [
      new Option('-g, --grid <key=a,b,c...>', 'values for a key of the study; several keys make all combinations'),
      new Option(
        '--list <key=a,b,c...>',
        'values taken together, the first of every key and so on; or a CSV with keys on top',
      ),
      new Option('--latin <n>', 'so many points, spread evenly through ranges'),
      new Option('--range <key=low:high...>', 'range of a key for --latin'),
      new Option('--latin-seed <seed>', 'seed of the hypercube (default: that of the study)'),
      new Option('--seeds <n>', 'seeds per point (default: 1)'),
      new Option('--engine <engine>', 'where points are computed: on this machine, or as job arrays of a cluster')
        .choices(['local', 'slurm'])
        .default('local'),
      new Option('--sbatch <options>', 'slurm: more options of sbatch, as "--partition=x --time=4:00:00 --mem=2G"'),
      new Option('--poll <s>', 'slurm: seconds between two looks at the queue (default: 30)'),
      new Option('--retries <n>', 'slurm: times a point may leave the queue with nothing new (default: 3)'),
      new Option('--keep-runs', 'keep the run directory of every point with all its files'),
      out('sweep directory (default: runs/NAME-sweep)'),
      seed,
      workers,
      quick,
      json,
      quiet,
      progress,
      checkpoint,
      force,
    ],
    act: async (spec, given) => (await import('./sweep.ts')).sweep(spec, given),
  },
  {
    usage: 'sweep-task <sweep> <array> <index>',
    hidden: true,
    about: 'One point of a sweep, as --engine slurm submits it.',
    example: 'sweep-task runs/la-lc ch-0123abcd-1 0',
    options: [],
    act: async (_sweep, _flags, all) => (await import('./sweep-task.ts')).sweepTask(all),
  },
  {
    usage: 'predict <sweep>',
    about:
      'Ask the fits through the points of a finished sweep for a carbon that was not computed: every number with its band, and whether the ' +
      'answer lies between the points or beyond them.',
    example: 'predict runs/la-lc --la 4.1nm --lc 1.2nm',
    options: [
      new Option('--la <length>', 'diameter of the graphitic domains'),
      new Option('--lc <length>', 'height of the stacks'),
      new Option('--d002 <length>', 'spacing of the sheets'),
      new Option('--density <density>', 'mass density'),
      new Option('--set <key=value...>', 'any other key that was swept'),
      json,
    ],
    act: async (folder, given) => (await import('./predict.ts')).predict(folder, given),
  },
  {
    usage: 'compare <results> <measured>',
    about:
      'Lay a measured curve over a finished study (a run directory, results.json, or a point of a sweep) and tell how far slope, plateau and ' +
      'voltages are apart. MEASURED is a table with capacity, voltage and perhaps branch; nothing is ever fitted to it.',
    example: 'compare runs/hard-carbon-na measured.csv',
    options: [json],
    act: async (_results, given, all) => (await import('./compare.ts')).compare(all, given),
  },
  {
    usage: 'snapshot <results>',
    about:
      'Draw a moment of a run: PNG or SVG without a display, extended XYZ or H5MD with what every guest is, a film along a branch. ' +
      'RESULTS is the directory of a finished run, or the file of one structure.',
    example:
      'snapshot runs/hard-carbon-na --at half-plateau --output half-plateau.png\n' +
      '  $ cardhouse snapshot runs/hard-carbon-na --voltage 0.05 --branch charge --colour cluster --output clusters.svg\n' +
      '  $ cardhouse snapshot runs/hard-carbon-na --along discharge --output filling.gif',
    options: [
      new Option(
        '--at <moment>',
        'first-edge, plateau-start, half-plateau, zero-volt or floor (default: half-plateau)',
      ),
      new Option('--voltage <V>', 'a voltage of the ladder, in place of a named moment'),
      new Option('--branch <branch>', 'of that voltage (default: discharge)').choices(['discharge', 'charge']),
      new Option('--along <branch>', 'a film with one picture per voltage').choices(['discharge', 'charge', 'both']),
      new Option('--replica <n>', 'structure of the run (default: 1)'),
      new Option('--colour <what>', 'what the colours of guests mean (default: class)').choices([
        'class',
        'cluster',
        'species',
        'metal',
      ]),
      new Option('--cut <cut>', 'what is cut away: none, front, corner, slab or slab=14A (default: corner)'),
      new Option('--host <style>', 'how carbon is drawn (default: sheets)').choices(['sheets', 'sticks', 'none']),
      new Option(
        '--view <view>',
        'a, b or c: along a side of the box; or azimuth,elevation in degrees (default: 35,20)',
      ),
      new Option('--width <n>', 'points across (default: 1600; SVG 800, films 720)'),
      new Option('--no-labels', 'no title, scale bar and legend'),
      new Option(
        '-o, --output <path>',
        'by its ending a picture (.png, .svg), a file (.xyz, .h5) or a film (.gif, .apng)',
      ),
      json,
      quiet,
      progress,
      force,
    ],
    act: async (results, given) => (await import('./snapshot.ts')).snapshot(results, given),
  },
  {
    usage: 'check <spec>',
    about:
      'Validate a study or a run of dynamics and estimate its time and memory. It is not run itself, but for a short probe.',
    example: 'check models/studies/hard-carbon-na.yaml',
    options: [seed, workers, quick, json],
    act: async (spec, given) => (await import('./check.ts')).check(spec, given),
  },
  {
    usage: 'reference <model>',
    about:
      'Chemical potential of the bulk metal of MODEL, against which voltages are told: harmonic, by temperature integration and by ' +
      'Frenkel–Ladd. Computed once for each model and temperature, then remembered.',
    example: 'reference na-carbon --temperature 320K',
    options: [
      new Option('--temperature <temperature>', 'default: 300 K'),
      new Option('--steps <n>', 'steps of dynamics at each temperature and each λ (default: 12000)'),
      json,
      quiet,
      progress,
    ],
    act: async (model, given) => (await import('./reference.ts')).reference(model, given),
  },
  {
    usage: 'bench',
    about: 'Trials per second of the chains on this machine.',
    example: 'bench --backend webgpu --json',
    options: [
      new Option('-m, --model <model>', 'name in models/potentials, or a model file (default: na-carbon)'),
      backend(
        'wasm and reference: chains of the processor; webgpu: chains of the GPU beside one core; gpujs: points of a host; auto: webgpu on hardware, else wasm',
      ),
      new Option('--chains <n>', 'webgpu: chains in one dispatch (default: 2048)'),
      new Option('--filter <text>', 'only what has this in its name'),
      json,
    ],
    act: async (_none, given) => (await import('./bench.ts')).bench(given),
  },
  {
    usage: 'doctor',
    about:
      'Look whether this machine and the models can be trusted: all checks for one guest model, the quick ones for all.',
    example: 'doctor --model k-carbon',
    options: [
      new Option('-m, --model <model>', 'guest model for zero volt and the slit: name or file (default: na-carbon)'),
      backend('one that must be there: its energies are checked against the reference; all others are only told'),
      json,
    ],
    act: async (_none, given) => (await import('./doctor.ts')).doctor(given),
  },
];

/** Names of the shipped recipes, one a line. */
function recipeNames(): string {
  const files = readdirSync(new URL('../../models/structures', import.meta.url)).sort();
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return names.map((name) => `  ${name}`).join('\n');
}

for (const { usage, hidden, about, example, more, options, act } of verbs) {
  const command = program
    .command(usage, { hidden: hidden === true })
    .description(about)
    .exitOverride()
    .configureOutput(silent);
  for (const option of options) command.addOption(option);
  command.addHelpText('after', () => `\nExample:\n  $ cardhouse ${example}${more?.() ?? ''}`);
  command.action(async () => {
    process.exitCode = await act(command.args[0] ?? '', command.opts<Flags>(), command.args);
  });
}

// `cardhouse … | head` closes the pipe early: nothing is wrong then
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}
