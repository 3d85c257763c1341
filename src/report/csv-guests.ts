/** Tables of what guests are. */
import { classNumbers } from '../analysis/class-windows.ts';
import { shiftParts } from '../analysis/nmr.ts';
import { csv, pair } from './csv-text.ts';
import { binName } from './figures-guests.ts';
import type { Report } from './report.ts';

/** Tables of the `guests` part of a report. */
export const guestTables = {
  classes: ({ guests }: Report): string => {
    const rows = (guests?.classes ?? []).flatMap(({ site, values }) =>
      classNumbers.flatMap((key) => (values[key] ? [{ site, key, ...values[key] }] : [])),
    );
    return csv(rows, [
      ['class', (row) => row.site],
      ['quantity', (row) => row.key],
      ['value', (row) => row.value],
      ['error', (row) => row.error],
      ['unit', (row) => row.unit],
      ['definition', (row) => row.definition],
    ]);
  },
  'metal-share': ({ guests }: Report): string => {
    const rows = guests?.states?.points ?? [];
    type Row = (typeof rows)[0];
    return csv(rows, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ...pair<Row>('charge switch', '1', (row) => row.charge),
      ...pair<Row>('metal share', '1', (row) => row.metalShare),
      ...pair<Row>('host density over bulk metal', '1', (row) => row.hostDensity),
      ...shiftParts.flatMap((name) => pair<Row>(`share ${name}`, '1', (row) => row.parts[name])),
      ...pair<Row>('mapped shift', 'ppm', (row) => row.shift),
    ]);
  },
  nmr: ({ guests }: Report): string => {
    const rows = (guests?.states?.nmr?.spectra ?? []).flatMap(({ state, shift, intensity }) =>
      shift.map((x, k) => ({ state, shift: x, intensity: intensity[k] })),
    );
    return csv(rows, [
      ['state', (row) => row.state],
      ['mapped shift (ppm)', (row) => row.shift],
      ['intensity (1/ppm)', (row) => row.intensity],
    ]);
  },
  'pore-filling': ({ guests }: Report): string => {
    const rows = guests?.pores?.points ?? [];
    type Row = (typeof rows)[0];
    return csv(rows, [
      ['branch', (row) => row.branch],
      ['voltage (V)', (row) => row.voltage],
      ...(guests?.pores?.bins ?? []).flatMap((bin, k) =>
        pair<Row>(`filling ${binName(bin)}`, '1', (row) => row.filling[k]),
      ),
    ]);
  },
  'filled-host': ({ guests }: Report): string => {
    const rows = Object.entries(guests?.scattering?.curves ?? {}).flatMap(([name, curve]) => {
      const columns = Object.keys(curve);
      return curve[columns[0]!]!.map((q, k) => ({
        name,
        q,
        host: curve[columns[1]!]![k],
        filled: curve[columns[2]!]![k],
      }));
    });
    return csv(rows, [
      ['curve', (row) => row.name],
      ['q (1/Å)', (row) => row.q],
      ['host', (row) => row.host],
      ['with guests', (row) => row.filled],
    ]);
  },
} as const;
