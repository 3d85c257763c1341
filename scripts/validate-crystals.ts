/** Perfect crystals for docs/validation.md: lattice constants, spacings, stiffness against what is published, in static energies. */
import { existsSync, readFileSync } from 'node:fs';
import {
  atomCount,
  bcc,
  cellFromMatrix,
  evaluate,
  type Frame,
  gigapascal,
  graphene,
  graphite,
  type Model,
  modelFromText,
} from 'cardhouse';
import { pass, type Row, type Section } from './validate-table.ts';

const energy = (model: Model, frame: Frame): number => evaluate(model, frame).energy / atomCount(frame);

/** Where a function with one minimum has it, by golden section. */
function minimum(u: (x: number) => number, low: number, high: number): number {
  const part = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let k = 0; k < 36; k++) {
    const [p, q] = [b - part * (b - a), a + part * (b - a)];
    if (u(p) < u(q)) b = q;
    else a = p;
  }
  return (a + b) / 2;
}

/** The frame stretched by `sx` along x and y and by `sz` along z. */
function stretched(frame: Frame, sx: number, sz: number): Frame {
  const by = (width: number) => (x: number, k: number) => x * [sx, sx, sz, 1][k % width]!;
  return { ...frame, cell: cellFromMatrix(frame.cell.matrix.map(by(3))), rows: frame.rows.map(by(4)) };
}

/** A number within 1 % of the published one. */
const near = (what: string, ours: number, published: number, unit: string, from: string): Row => ({
  what,
  ours: `${ours.toFixed(4)} ${unit}`,
  expected: `${published} ${unit} (${from})`,
  verdict: pass(Math.abs(ours / published - 1) < 0.01),
});

/** Lattice constant and bulk modulus of a bcc metal, B = V d²U/dV² from a fourth-order difference. */
function metal(model: Model, element: string, a0: number): { a: number; bulk: number } {
  const u = (a: number): number => energy(model, bcc(element, a, 1));
  const a = minimum(u, 0.95 * a0, 1.05 * a0);
  const h = 0.004 * a;
  const curvature = (-u(a - 2 * h) + 16 * u(a - h) - 30 * u(a) + 16 * u(a + h) - u(a + 2 * h)) / (12 * h * h);
  // V = a³/2 per atom: B = (dU/da)'' a² / (9 V)
  return { a, bulk: ((2 * curvature) / (9 * a)) * gigapascal };
}

function metals(): Row[] {
  return ['na', 'li', 'k'].flatMap((name): Row[] => {
    console.log(`crystal: ${name}`);
    const text = readFileSync(`models/potentials/${name}-carbon.json`, 'utf8');
    const { listed } = JSON.parse(text);
    const model = modelFromText(text, `${name}-carbon`);
    const [element] = model.species as [string];
    const { a, bulk } = metal(model, element, listed.a);
    const experiment = { Na: 4.23, Li: 3.48, K: 5.225 }[element]!;
    const rows = [near(`${name}-carbon: bcc ${element}, a`, a, experiment, 'Å', 'experiment near 0 K')];
    if (listed.B_GPa) rows.push(near(`${name}-carbon: bcc ${element}, B`, bulk, listed.B_GPa, 'GPa', 'listed'));
    const file = { Na: 'Na_MendelevM_2014', Li: 'Li_v2', K: 'K_v2' }[element]!;
    const path = `../shared/potentials/${file}.eam.fs`;
    if (existsSync(path)) {
      const setfl = readFileSync(path, 'utf8');
      const published = Number(Number(setfl.split('\n')[5]!.trim().split(/\s+/)[2]).toPrecision(6));
      const found = metal(modelFromText(setfl, path), element, published);
      rows.push(near(`${file}.eam.fs: bcc ${element}, a`, found.a, published, 'Å', 'the file'));
    }
    return rows;
  });
}

function carbon(name: string): Row[] {
  console.log(`crystal: ${name}`);
  const text = readFileSync(`models/potentials/${name}.json`, 'utf8');
  const { listed } = JSON.parse(text);
  const model = modelFromText(text, name);
  const sheet = minimum((x) => energy(model, stretched(graphene(1, 1, 40), x, 1)), 0.98, 1.02);
  let [sx, sz] = [sheet, 1];
  for (let round = 0; round < 3; round++) {
    sz = minimum((x) => energy(model, stretched(graphite(1, 1, 2), sx, x)), 0.97, 1.03);
    sx = minimum((x) => energy(model, stretched(graphite(1, 1, 2), x, sz)), 0.99, 1.01);
  }
  const rest = stretched(graphite(1, 1, 2), sx, sz);
  const u = (ex: number, ez: number): number =>
    evaluate(model, stretched(rest, 1 + ex, 1 + ez)).energy / rest.cell.volume;
  const h = 1e-3;
  const c33 = (u(0, h) - 2 * u(0, 0) + u(0, -h)) / h ** 2;
  const inPlane = (u(h, 0) - 2 * u(0, 0) + u(-h, 0)) / (2 * h ** 2);
  const c13 = (u(h, h) - u(h, -h) - u(-h, h) + u(-h, -h)) / (8 * h ** 2);
  const bulk = (c33 * inPlane - 2 * c13 ** 2) / (inPlane + 2 * c33 - 4 * c13);
  const rows = [
    near(`${name}: graphene, a`, 1.42 * Math.sqrt(3) * sheet, 2.4595, 'Å', '1.42 Å bonds, what the set was scaled to'),
    near(`${name}: graphite, d002`, rest.cell.matrix[8]! / 2, 3.354, 'Å', 'experiment'),
  ];
  const add = (what: string, ours: number, key: string): void => {
    if (listed[key]) rows.push(near(`${name}: graphite, ${what}`, ours * gigapascal, listed[key], 'GPa', 'listed'));
  };
  add('C33', c33, 'C33_GPa');
  add('C11 + C12', inPlane, 'C11_plus_C12_GPa');
  add('B', bulk, 'B_GPa');
  return rows;
}

/** One section. */
export function crystalSections(): Section[] {
  return [
    {
      title: 'Crystals within 1 % of the published',
      note: 'Static energies, no vibrations; "listed" are the claims of the model file.',
      rows: [...metals(), ...['carbon', 'carbon-kc', 'carbon-ilp'].flatMap(carbon)],
    },
  ];
}
