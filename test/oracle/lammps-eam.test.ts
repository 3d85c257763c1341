/**
 * eam/alloy and eam/fs against LAMMPS (29 Sep 2021): the potential files are those of Debian's package lammps-data. They are
 * looked for where that package puts them and in $LAMMPS_POTENTIALS, the variable LAMMPS itself uses.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseSetfl, type SetflFlavour } from '../../src/io/setfl.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { modelFromSetfl } from '../../src/model/load-setfl.ts';
import { compareWithLammps, frameOf, type LammpsRecord } from './lammps.ts';

interface EamRecord extends LammpsRecord {
  readonly potential: { readonly style: string; readonly file: string };
}

const folders = [process.env['LAMMPS_POTENTIALS'], '/usr/share/lammps/potentials'].filter((one) => one !== undefined);

describe.each(['eamfs_AlFe', 'eamalloy_NiAlH'])('%s', (name) => {
  it('energy, atom energies, forces, pressure and insertions', ({ skip }) => {
    const path = `../shared/oracles/${name}.json`;
    if (!existsSync(path)) skip(`${path} is not there`);
    const record = JSON.parse(readFileSync(path, 'utf8')) as EamRecord;
    const { file, style } = record.potential;
    const found = folders.map((folder) => `${folder}/${file}`).find(existsSync);
    if (found === undefined) skip(`${file} is not there (Debian package lammps-data, or set LAMMPS_POTENTIALS)`);
    const flavour = style.slice('eam/'.length) as SetflFlavour;
    const model = modelFromSetfl(parseSetfl(readFileSync(found!, 'utf8'), file, flavour), file);
    const frame = frameOf(record);
    compareWithLammps(evaluate(model, frame), record, 1e-8);
    const { species, positions, energy_with_insertion: after } = record.insertions;
    const names = frame.species.includes(species) ? frame.species : [...frame.species, species];
    positions.forEach((p, k) => {
      const rows = Float64Array.of(...frame.rows, ...p, names.indexOf(species));
      expect(Math.abs(evaluate(model, { ...frame, species: names, rows }).energy - after[k]!)).toBeLessThan(1e-7);
    });
  });
});
