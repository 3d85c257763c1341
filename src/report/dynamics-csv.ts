/** Curves of a dynamics run as CSV; the first line names each column with its unit. */
import { directions } from '../analysis/msd.ts';
import { mevPerThz, wavenumberPerThz } from '../analysis/velocity.ts';
import { gigapascal } from '../core/units.ts';
import { type Column, csv } from './csv.ts';
import type { DynamicsReportData } from './dynamics-report.ts';

/** Tables by name, without those that have no data. */
export function dynamicsCsv({ motion, analysis }: DynamicsReportData): Map<string, string> {
  const { thermo } = motion;
  const { msd, vacf, vdos, rdf, greenKubo } = analysis;
  const tables = new Map<string, string>();
  const add = <Row>(name: string, rows: readonly Row[], columns: readonly Column<Row>[]): void => {
    if (rows.length > 0) tables.set(name, csv(rows, columns));
  };
  add(
    'thermo',
    [...thermo.time.keys()],
    [
      ['step', (k) => thermo.step[k]],
      ['time (fs)', (k) => thermo.time[k]],
      ['temperature (K)', (k) => finite(thermo.temperature[k])],
      ['pressure (GPa)', (k) => finite(thermo.pressure[k]! * gigapascal)],
      ['potential energy (eV)', (k) => finite(thermo.potential[k])],
      ['kinetic energy (eV)', (k) => finite(thermo.kinetic[k])],
      ['conserved energy (eV)', (k) => finite(thermo.conserved[k])],
      ['volume (Å³)', (k) => finite(thermo.volume[k])],
    ],
  );
  const displacements = msd.flatMap((one) => [...one.lag.keys()].map((l) => ({ one, l })));
  add('msd', displacements, [
    ['species', ({ one }) => one.species],
    ['lag (fs)', ({ one, l }) => one.lag[l]],
    ...directions.flatMap((d): Column<(typeof displacements)[0]>[] => [
      [`msd ${d} (Å²)`, ({ one, l }) => one.value[d][l]],
      [`msd ${d} error (Å²)`, ({ one, l }) => finite(one.error[d][l])],
    ]),
  ]);
  const correlations = vacf.flatMap((one, s) => [...one.lag.keys()].map((l) => ({ one, kubo: greenKubo[s]!, l })));
  add('vacf', correlations, [
    ['species', ({ one }) => one.species],
    ['lag (fs)', ({ one, l }) => one.lag[l]],
    ['vacf (Å²/fs²)', ({ one, l }) => one.raw.value[l]],
    ['vacf error (Å²/fs²)', ({ one, l }) => finite(one.raw.error[l])],
    ['vacf normalised (1)', ({ one, l }) => one.normalised.value[l]],
    ['vacf normalised error (1)', ({ one, l }) => finite(one.normalised.error[l])],
    ['running diffusion coefficient (Å²/fs)', ({ kubo, l }) => kubo.running.value[l]],
    ['running diffusion coefficient error (Å²/fs)', ({ kubo, l }) => finite(kubo.running.error[l])],
  ]);
  if (vdos) {
    const curves = [{ species: 'total', ...vdos.total }, ...vdos.species];
    add(
      'vdos',
      [...vdos.frequency.keys()],
      [
        ['frequency (THz)', (k) => vdos.frequency[k]],
        ['wavenumber (1/cm)', (k) => vdos.frequency[k]! * wavenumberPerThz],
        ['energy (meV)', (k) => vdos.frequency[k]! * mevPerThz],
        ...curves.flatMap(({ species, value, error }): Column<number>[] => [
          [`density ${species} (modes/THz)`, (k) => value[k]],
          [`density ${species} error (modes/THz)`, (k) => finite(error[k])],
        ]),
      ],
    );
  }
  const shells = rdf.flatMap((one) => one.r.map((r, k) => ({ one, r, k })));
  add('rdf', shells, [
    ['pair', ({ one }) => one.pair.join('-')],
    ['r (Å)', ({ r }) => r],
    ['g(r) (1)', ({ one, k }) => one.g[k]],
    ['g(r) error (1)', ({ one, k }) => one.error[k]],
    ['neighbours within shell (1)', ({ one, k }) => one.neighbors[k]],
  ]);
  return tables;
}

function finite(x: number | undefined): number | null {
  return x !== undefined && Number.isFinite(x) ? x : null;
}
