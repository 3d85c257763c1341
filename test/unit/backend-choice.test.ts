/** What a report says of the backend: what was asked, what ran, and a warning where they differ; reference and WebAssembly run the same study alike. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { BackendChoice } from '../../src/study/backend.ts';
import { parseStudySpec } from '../../src/study/spec.ts';
import { runStudy, runToEnd, type StudyEvent } from '../../src/study/study.ts';
import { sheetsHost } from '../conformance/hosts.ts';

const model = JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')) as unknown;
const host = sheetsHost(7, 4, [1, 5.2], 17.1);

async function study(backend: string, choice?: BackendChoice) {
  const spec = parseStudySpec({
    ...{ host: { file: 'slit.xyz' }, guest: { species: 'Na', model: 'na-carbon' }, backend, replicas: 1 },
    ladder: { discharge: [0.3, -0.1], charge: [0.1], equilibration: 200, production: 300, samples: 10, snapshots: 1 },
  });
  const events: StudyEvent[] = [];
  const { report } = await runToEnd(runStudy(spec, { model, host, workers: 0, backend: choice }), (event) => {
    events.push(event);
  });
  return { report, events };
}

it('falling back is said at the start and stands in the report', async () => {
  const fallback = 'webgpu: no adapter; is a driver installed?';
  const choice = { asked: 'webgpu', used: 'wasm', reason: fallback, fallback, device: null, gpu: null } as const;
  const { report, events } = await study('webgpu', choice);
  const said = `Backend webgpu was asked for, wasm ran: ${fallback}.`;
  expect(events.find(({ type }) => type === 'warning')).toEqual({ type: 'warning', text: said });
  expect(events.findIndex(({ type }) => type === 'warning')).toBeLessThan(4);
  expect(report.warnings).toContain(said);
  expect(report.provenance.backend).toEqual({ asked: 'webgpu', used: 'wasm', device: null });
});

it('reference and wasm come to the same guests', async () => {
  const [a, b] = [await study('reference'), await study('wasm')];
  expect(a.report.provenance.backend.used).toBe('reference');
  expect(a.report.warnings).toEqual(b.report.warnings);
  const guests = ({ report }: typeof a) => report.curve.discharge.map((point) => point.guests.value);
  expect(guests(a)).toEqual(guests(b));
  expect(guests(a).at(-1)).toBeGreaterThan(2);
});
