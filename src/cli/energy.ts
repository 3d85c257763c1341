/** `cardhouse energy`: one structure under one model. The door for checks from outside. */
import { existsSync } from 'node:fs';
import { atomCount, evaluate, formatStructure, SpecError, speciesAt, structureFormatOf } from '../index.ts';
import { loadFrame, loadModelNamed } from './files.ts';
import type { Flags } from './flags.ts';
import { writeWhole } from './run-directory.ts';
import { columns } from './table.ts';

export async function energy(file: string, flags: Flags): Promise<number> {
  const { out } = flags;
  if (out !== undefined && !flags.force && existsSync(out))
    throw new SpecError(`${out} exists: replace it with --force`);
  // the other formats hold no forces
  if (out !== undefined && structureFormatOf(out) !== 'xyz')
    throw new SpecError(`--out must be extended XYZ, a name that ends in .xyz, got ${out}`);
  const frame = loadFrame(file);
  const model = loadModelNamed(flags.model!);
  const result = evaluate(model, frame, undefined, flags.json === true);
  const atoms = atomCount(frame);
  const periodic = frame.cell.periodic.every(Boolean);
  // at rest and only of a periodic box: elsewhere the volume means nothing
  const pressure = periodic
    ? (result.virial[0]! + result.virial[4]! + result.virial[8]!) / (3 * frame.cell.volume)
    : null;
  if (out !== undefined) {
    const info = { ...frame.info, energy: result.energy, model: model.name };
    writeWhole(out, formatStructure({ ...frame, info, forces: result.forces }, out));
  }
  if (flags.json) {
    const { forces } = result;
    const document = {
      file,
      model: model.name,
      atoms,
      energy: { value: result.energy, error: null, unit: 'eV' },
      pressure: { value: pressure, error: null, unit: 'eV/Å³' },
      virial: { value: [...result.virial], unit: 'eV' },
      species: Array.from({ length: atoms }, (_, i) => speciesAt(frame, i)),
      energies: { value: [...result.energies], unit: 'eV' },
      virials: {
        value: Array.from({ length: atoms }, (_, i) => [...result.virials!.subarray(9 * i, 9 * i + 9)]),
        unit: 'eV',
      },
      forces: { value: Array.from({ length: atoms }, (_, i) => [...forces.subarray(4 * i, 4 * i + 3)]), unit: 'eV/Å' },
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return 0;
  }
  const lines = [
    ['atoms', String(atoms)],
    ['energy', `${result.energy} eV`],
    ['energy per atom', `${result.energy / atoms} eV`],
  ];
  if (pressure !== null) lines.push(['pressure', `${pressure} eV/Å³`]);
  if (model.hostSpecies.length > 0)
    lines.push(['note', `${model.name} leaves out the energy of the host among itself`]);
  if (out !== undefined) lines.push(['forces', out]);
  process.stdout.write(`${file} under ${model.name}\n${columns(lines.map(([name, value]) => [`  ${name}`, value!]))}`);
  return 0;
}
