import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { idealGasTest, selfTest } from '../../src/engine/self-test.ts';
import { loadModel } from '../../src/model/load.ts';
import type { EmbeddedTerm, Model } from '../../src/model/model.ts';

const model = loadModel(JSON.parse(readFileSync('models/potentials/na-carbon.json', 'utf8')));

const findingsOf = async (tested: Model) => {
  const findings = [];
  for await (const finding of selfTest(tested)) findings.push(finding);
  return findings;
};

it('the ideal gas is one', () => {
  expect(idealGasTest().ok).toBe(true);
});

it('a shipped model passes: drift, insert–delete, reference metal', async () => {
  const findings = await findingsOf(model);
  expect(findings.map(({ name }) => name)).toEqual(['Na drift', 'Na insert–delete', 'Na reference metal']);
  expect(findings.filter(({ ok }) => !ok)).toEqual([]);
});

it('a model whose guests never enter is not waved through', async () => {
  const [term] = model.terms as [EmbeddedTerm];
  // carbon without any attraction
  const closed = term.chargeSwitch!.ion.map((row) =>
    row.map((table) => table && { ...table, rows: table.rows.map((c, i) => (i % 4 === 0 ? c + 5 : c)) }),
  );
  const repelled: Model = {
    ...model,
    terms: [{ ...term, chargeSwitch: { ...term.chargeSwitch!, ion: closed, metal: closed } }],
  };
  const drift = (await findingsOf(repelled)).find(({ name }) => name === 'Na drift')!;
  expect(drift.ok).toBe(false);
});
