/** `cardhouse snapshot`: a moment of a run as a picture, a film, or a file for other programs. */
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import {
  type AtomColumn,
  atomCount,
  createH5md,
  didYouMean,
  directionOf,
  drawSnapshot,
  encodeApng,
  encodeGif,
  encodePng,
  faceOn,
  formatAtomTable,
  massOf,
  mergeFrames,
  type Picture,
  type PictureOptions,
  parseQuantity,
  SpecError,
  siteClasses,
  snapshotSvg,
  speciesAt,
  version,
} from '../index.ts';
import type { Flags } from './flags.ts';
import { writeNamed } from './output-file.ts';
import { writeWhole } from './run-directory.ts';
import { type Moment, momentsOf } from './snapshot-source.ts';

const kinds = ['png', 'svg', 'xyz', 'h5', 'h5md', 'gif', 'apng'];
/** ms between the pictures of a film, and how long the last one stays */
const pace = 450;
const pause = 1600;

export async function snapshot(path: string, flags: Flags): Promise<number> {
  const started = performance.now();
  const say = (text: string): void => {
    if (flags.quiet !== true) process.stderr.write(`${text}\n`);
  };
  const given = flags.output;
  const film = flags.along !== undefined;
  if (given !== undefined) requireKind(kindOf(given), film, given);
  const options = lookOf(flags);
  const moments = momentsOf(path, flags, (text) => say(`warning: ${text}`));
  const first = moments[0]!;
  const asked = flags.colour;
  if (asked === 'metal' && !first.snapshot.metal)
    throw new SpecError('--colour metal needs a run whose model has a charge switch');
  if ((asked === 'class' || asked === 'cluster') && !('classes' in first.snapshot)) {
    throw new SpecError(`--colour ${asked} needs guests of one metal (Li, Na or K)`);
  }
  const out =
    given ?? join(first.branch ? path : '.', film ? `filling-${flags.along}.gif` : `snapshot-${first.name}.png`);
  if (existsSync(out) && flags.force !== true && !statSync(out).isDirectory())
    throw new SpecError(`${out} exists: choose another --output, or replace it with --force`);
  const view = viewed(options, flags, first);
  await writeNamed('--output', out, () => write(out, moments, view, flags, say));
  const { snapshot: drawn } = first;
  const facts = {
    output: out,
    ...(film ? { pictures: moments.length } : { moment: first.name, branch: first.branch, voltage: first.voltage }),
    guests: atomCount(drawn.guests),
    host: atomCount(drawn.host),
    seconds: (performance.now() - started) / 1000,
  };
  process.stdout.write(flags.json ? `${JSON.stringify(facts)}\n` : `${out}\n`);
  return 0;
}

function kindOf(out: string): string {
  return extname(out).slice(1).toLowerCase();
}

function requireKind(kind: string, film: boolean, out: string): void {
  const able = film ? ['gif', 'apng', 'png'] : kinds.filter((one) => one !== 'gif' && one !== 'apng');
  if (able.includes(kind)) return;
  const more = !film && ['gif', 'apng'].includes(kind) ? ' (a film goes along a branch: add --along discharge)' : '';
  throw new SpecError(
    `--output must end in ${able.map((one) => `.${one}`).join(', ')}, got "${out}"${more || didYouMean(kind, able)}`,
  );
}

/** What the flags say about the look; the moment adds its titles. */
function lookOf(flags: Flags): PictureOptions {
  const [cut, thick] = (flags.cut ?? 'corner').split('=') as [string, string | undefined];
  const known = ['none', 'front', 'corner', 'slab'] as const;
  const name = known.find((one) => one === cut);
  if (!name || (thick !== undefined && name !== 'slab')) {
    throw new SpecError(
      `--cut must be none, front, corner, slab or slab=THICKNESS, got "${flags.cut}"${didYouMean(cut, known)}`,
    );
  }
  const thickness = thick === undefined ? 14 : parseQuantity(thick, 'length', '--cut slab=');
  if (!(thickness > 0))
    throw new SpecError(`--cut slab= must be a length above 0 such as 14A or 1.4nm, got "${thick}"`);
  const width = flags.width === undefined ? 1600 : Number(flags.width);
  if (!(Number.isInteger(width) && width >= 200 && width <= 8000)) {
    throw new SpecError(`--width must be a whole number of points from 200 to 8000, got "${flags.width}"`);
  }
  return {
    colour: (flags.colour ?? 'class') as PictureOptions['colour'],
    cut: name,
    thickness,
    host: (flags.host ?? 'sheets') as PictureOptions['host'],
    toward: directionOf(35, 20),
    up: [0, 0, 1],
    width,
    labels: flags.labels !== false,
  };
}

/** Where the eye is: along a side of the box, or azimuth and elevation in degrees. */
function viewed(options: PictureOptions, flags: Flags, { snapshot: { host } }: Moment): PictureOptions {
  const text = flags.view ?? (options.cut === 'slab' ? 'b' : '35,20');
  const side = ['a', 'b', 'c'].indexOf(text);
  if (side >= 0) return { ...options, ...faceOn(host, side) };
  const [azimuth, elevation, ...rest] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (rest.length > 0 || !Number.isFinite(azimuth) || !(Math.abs(elevation!) < 90)) {
    throw new SpecError(
      `--view must be a, b, c, or azimuth,elevation in degrees such as 35,20 (elevation within ±90), got "${text}"`,
    );
  }
  return { ...options, toward: directionOf(azimuth!, elevation!) };
}

function titled(options: PictureOptions, moment: Moment): PictureOptions {
  if (options.labels === false) return options;
  const { host, guests } = moment.snapshot;
  const named = new Set(Array.from({ length: atomCount(guests) }, (_, i) => speciesAt(guests, i)));
  const counts = `${atomCount(guests)} ${[...named].join(' and ') || 'guests'} in ${atomCount(host)} C`;
  return { ...options, title: moment.title, subtitle: moment.where === '' ? counts : `${moment.where} · ${counts}` };
}

async function write(
  out: string,
  moments: readonly Moment[],
  options: PictureOptions,
  flags: Flags,
  say: (text: string) => void,
): Promise<void> {
  const first = moments[0]!;
  const about = { Software: `Cardhouse ${version}`, Title: `${first.title} ${first.where}`.trim() };
  if (moments.length > 1) {
    const small = { ...options, width: flags.width === undefined ? 720 : options.width };
    const pictures: Picture[] = [];
    for (const [k, moment] of moments.entries()) {
      pictures.push(drawSnapshot(moment.snapshot, titled(small, moment)));
      if (flags.progress || process.stderr.isTTY) say(`${k + 1} of ${moments.length}: ${moment.where}`);
    }
    const level = sameHeight(pictures);
    const delays = level.map((_, k) => (k === level.length - 1 ? pause : pace));
    writeWhole(
      out,
      kindOf(out) === 'gif' ? encodeGif(level, delays) : await encodeApng(level, delays, { texts: about }),
    );
    return;
  }
  switch (kindOf(out)) {
    case 'svg':
      return writeWhole(
        out,
        snapshotSvg(
          first.snapshot,
          titled({ ...options, width: flags.width === undefined ? 800 : options.width }, first),
        ),
      );
    case 'xyz':
      return writeWhole(out, tableOf(first));
    case 'h5':
    case 'h5md':
      return writeH5md(out, first);
    default:
      return writeWhole(out, await encodePng(drawSnapshot(first.snapshot, titled(options, first)), { texts: about }));
  }
}

/** Legends may take one line more in some pictures: all are made as high as the highest, with paper below. */
function sameHeight(pictures: readonly Picture[]): Picture[] {
  const height = Math.max(...pictures.map((picture) => picture.height));
  return pictures.map(({ width, height: own, pixels }) => {
    if (own === height) return { width, height, pixels };
    const taller = new Uint8ClampedArray(4 * width * height).fill(255);
    taller.set(pixels);
    return { width, height, pixels: taller };
  });
}

/** Host and guests in one frame, and a column for everything known of them. */
function merged({
  snapshot: { host, guests, classes, clusters, clusterSizes, metal },
  facts,
  branch,
  voltage,
}: Moment) {
  const [n, m] = [atomCount(host), atomCount(guests)];
  const info = { ...(branch && { branch }), ...(voltage !== undefined && { voltage }) };
  const frame = { ...mergeFrames(host, guests), info };
  const behind = <T>(first: T, values: ArrayLike<T>): T[] => [...Array<T>(n).fill(first), ...Array.from(values)];
  const columns: AtomColumn[] = [
    {
      name: 'class',
      type: 'S',
      values: behind('host', classes ? Array.from(classes, (c) => siteClasses[c]!) : Array(m).fill('guest')),
    },
    ...(clusters
      ? ([
          { name: 'cluster', type: 'I', values: behind(-1, clusters) },
          {
            name: 'cluster_size',
            type: 'I',
            values: behind(
              0,
              Array.from(clusters, (c) => clusterSizes![c]!),
            ),
          },
          { name: 'coordination', type: 'I', values: behind(0, facts.coordination) },
        ] as const)
      : []),
    ...(metal && facts.charge
      ? ([
          { name: 'charge_switch', type: 'R', values: behind(0, facts.charge) },
          { name: 'metal_share', type: 'R', values: behind(0, metal) },
        ] as const)
      : []),
  ];
  return { frame, columns };
}

function tableOf(moment: Moment): string {
  const { frame, columns } = merged(moment);
  return formatAtomTable(frame, columns);
}

async function writeH5md(out: string, moment: Moment): Promise<void> {
  const { frame, columns } = merged(moment);
  const n = atomCount(frame);
  const kindOfAtom = Int32Array.from({ length: n }, (_, i) => frame.rows[4 * i + 3]!);
  const names = ['host', 'guest', ...siteClasses];
  const properties = Object.fromEntries(
    columns.map((column) => {
      if (column.type === 'S')
        return [column.name, { values: Int32Array.from(column.values, (word) => names.indexOf(word)), names }];
      return [
        column.name,
        { values: column.type === 'I' ? Int32Array.from(column.values) : Float64Array.from(column.values) },
      ];
    }),
  );
  // a picture need not wait for HDF5
  const h5 = await import('h5wasm/node');
  const part = `${out}.${process.pid}.part`;
  try {
    const writer = await createH5md(h5, part, {
      creator: { name: 'cardhouse', version },
      species: frame.species,
      kinds: kindOfAtom,
      masses: Float64Array.from({ length: n }, (_, i) => massOf(speciesAt(frame, i))),
      periodic: frame.cell.periodic,
      velocities: false,
      observables: {},
      properties,
      parameters: { moment: `${moment.title} ${moment.where}`.trim() },
    });
    writer.appendFrame({ step: 0, time: 0, cell: frame.cell.matrix, positions: frame.rows });
    writer.close();
    renameSync(part, out);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
