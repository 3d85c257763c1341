/**
 * Lennard-Jones energies, forces, virial and insertions against LAMMPS (29 Sep 2021, `lj/cut` without shift or tail), and
 * one grand-canonical average on which LAMMPS, RASPA2, GOMC and an independent program agree.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Frame, selectAtoms, speciesAt } from '../../src/core/frame.ts';
import { blockAverage } from '../../src/core/statistics.ts';
import { accessibleGrid, openGrid } from '../../src/engine/cavity.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { createReferenceChain } from '../../src/engine/reference.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { parseExtxyz } from '../../src/io/extxyz.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { fineTables } from '../../src/model/load.ts';
import { lennardJonesModel } from '../conformance/models.ts';
import { compareWithLammps, frameOf, type LammpsRecord } from './lammps.ts';

const folder = '../shared/oracles';
const chainBasics = {
  guestCavity: 0,
  temperature: 300,
  moves: { displace: 1, exchange: 1, teleport: 0 },
  key: [1, 2],
  stream: 0,
} as const;

interface PairRecord extends LammpsRecord {
  readonly potential: { readonly cutoff: number; readonly pairs: Readonly<Record<string, readonly [number, number]>> };
}

describe.each(['lj_carbon5k', 'lj_mix216'])('%s', (name) => {
  const path = `${folder}/${name}.json`;
  const load = (): PairRecord => JSON.parse(readFileSync(path, 'utf8'));
  const modelOf = ({ potential }: PairRecord) =>
    lennardJonesModel(potential.pairs, { kind: 'truncate', to: potential.cutoff }, 1.7, fineTables);

  it('energy, atom energies, forces and pressure', ({ skip }) => {
    if (!existsSync(path)) skip(`${path} is not there`);
    const record = load();
    compareWithLammps(evaluate(modelOf(record), frameOf(record)), record, 1e-10);
  });

  it('insertion energies, by evaluate and by both chains with the other species as rigid host', ({ skip }) => {
    if (!existsSync(path)) skip(`${path} is not there`);
    const record = load();
    const model = modelOf(record);
    const frame = frameOf(record);
    const { species: guest, positions, energy_with_insertion: after } = record.insertions;
    const isGuest = (i: number): boolean => speciesAt(frame, i) === guest;
    const host = selectAtoms(frame, (i) => !isGuest(i));
    const hostSpecies = host.species.filter((one) => one !== guest);
    const renamed: Frame = { ...host, species: hostSpecies, rows: host.rows.map((x, k) => (k % 4 === 3 ? 0 : x)) };
    const setup = {
      ...chainBasics,
      host: renamed,
      tables: compileGuest(model, guest, hostSpecies),
      grid: openGrid(host.cell, 5),
      guests: selectAtoms(frame, isGuest).rows,
    };
    const chains = [createReferenceChain(setup), createWasmChain(setup)];
    positions.forEach((p, k) => {
      const expected = after[k]! - record.energy;
      for (const chain of chains) {
        expect(Math.abs(chain.trialEnergy(-1, p[0]!, p[1]!, p[2]!) - expected)).toBeLessThan(1e-7);
      }
      if (k > 1) return;
      const merged = Float64Array.of(...frame.rows, ...p, frame.species.indexOf(guest));
      expect(Math.abs(evaluate(model, { ...frame, rows: merged }).energy - after[k]!)).toBeLessThan(1e-7);
    });
  });
});

interface Average {
  readonly N: readonly [number, number];
  readonly U_per_N: readonly [number, number];
}

it('grand-canonical ⟨N⟩ and U/N in a disordered carbon, z = 0.003 Å⁻³', ({ skip }) => {
  const path = `${folder}/gcmc_lj_carbon5k.json`;
  const carbon = `${folder}/carbon5k.xyz`;
  if (!existsSync(path) || !existsSync(carbon)) skip(`${path} or ${carbon} is not there`);
  const { ref } = JSON.parse(readFileSync(path, 'utf8')).states['0.003'] as { ref: Average };
  const model = lennardJonesModel({ 'Na-Na': [0.01, 3.3], 'Na-C': [0.003, 3.2] }, { kind: 'truncate', to: 10 }, 1.7);
  const [host] = parseExtxyz(readFileSync(carbon, 'utf8')) as [Frame];
  expect(host.rows.length).toBe(4 * 5000);
  const chain = createWasmChain({
    ...chainBasics,
    host,
    tables: compileGuest(model, 'Na', host.species),
    grid: accessibleGrid(host, 2.2),
    guestCavity: 2.2,
    moves: { displace: 1, exchange: 3, teleport: 0 },
  });
  chain.lnActivity = Math.log(0.003);
  chain.displacement = 1;
  chain.advance(60_000);
  const samples = 4096;
  const n = new Float64Array(samples);
  const u = new Float64Array(samples);
  for (let k = 0; k < samples; k++) {
    chain.advance(200);
    n[k] = chain.count;
    u[k] = chain.energy;
  }
  const count = blockAverage(n);
  expect(Math.abs(count.mean - ref.N[0]) / Math.hypot(count.error, ref.N[1])).toBeLessThan(4);
  // a ratio, by its linear form: U − R N has mean zero when R is the ratio of the means
  const ratio = blockAverage(u).mean / count.mean;
  const error = blockAverage(u.map((x, k) => x - ratio * n[k]!)).error / count.mean;
  expect(Math.abs(ratio - ref.U_per_N[0]) / Math.hypot(error, ref.U_per_N[1])).toBeLessThan(4);
  expect(error).toBeLessThan(2e-4);
  expect(count.error).toBeLessThan(1.5);
});
