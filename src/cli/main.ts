#!/usr/bin/env node
/**
 * The command line. Verbs and flags are described here and in verbs-structures.ts; the work of a verb is a file of its own, loaded when it
 * is called, so that help and typing slips answer at once.
 */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { fail } from './failure.ts';
import type { Flags } from './flags.ts';
import { backend, checkpoint, force, json, out, progress, quick, quiet, seed, type Verb, workers } from './verb.ts';
import { structureVerbs } from './verbs-structures.ts';

const packageFile = new URL('../../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };

const silent = { outputError: () => {} };
const program = new Command('cardhouse')
  .description('From a carbon recipe to a voltage curve with error bars: Li, Na and K storage in hard carbon.')
  .version(version)
  .exitOverride()
  .configureOutput(silent)
  .addHelpText('after', '\nExit codes: 0 done, 2 bad input, 130 interrupted, 1 anything else.');

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
  ...structureVerbs,
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
    about: 'Trials per second of the chains on this machine, and steps of dynamics on its GPU.',
    example: 'bench --backend webgpu --json',
    options: [
      new Option('-m, --model <model>', 'name in models/potentials, or a model file (default: na-carbon)'),
      backend(
        'wasm and reference: chains of the processor; webgpu: chains and dynamics of the GPU beside one core; gpujs: points of a host; auto: webgpu on hardware, else wasm',
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
