/**
 * The shipped embedded models against the properties listed with them: the calibration computes them from the formulas, this test
 * with the engine (`listed` in models/potentials/*.json, docs/models).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orthorhombicCell } from '../../src/core/cell.ts';
import type { Frame } from '../../src/core/frame.ts';
import { cubicCrystal } from '../../src/core/lattice.ts';
import { boltzmann, gigapascal, joulePerM2 } from '../../src/core/units.ts';
import { openGrid } from '../../src/engine/cavity.ts';
import { compileGuest } from '../../src/engine/guest-tables.ts';
import { harmonicLnZ, metalState } from '../../src/engine/reservoir.ts';
import { createWasmChain } from '../../src/engine/wasm.ts';
import { evaluate } from '../../src/model/evaluate.ts';
import { loadModel } from '../../src/model/load.ts';
import type { EmbeddedTerm, Model } from '../../src/model/model.ts';
import { sheetsHost } from '../conformance/hosts.ts';

interface Listed {
  a: number;
  E_coh: number;
  B_GPa: number;
  E_vac_unrelaxed: number;
  gamma110: number;
  dimer: [number, number];
  adatom_eV_A: [number, number];
  barrier: number;
  ln_z0_300K: number;
  ln_z0_harmonic: number;
}

/** digits the list was rounded to */
const half = (digits: number): number => 0.55 * 10 ** -digits;

/** 8 × 5 orthorhombic cells of graphene at z = 0 in a box 40 Å high. */
const flatSheet = (): Frame => sheetsHost(8, 5, [0], 40, { typed: false });

describe.each(['na', 'li', 'k'])('%s-carbon reproduces its listed properties', (name) => {
  const file = JSON.parse(readFileSync(`models/potentials/${name}-carbon.json`, 'utf8'));
  const listed = file.listed as Listed;
  const model = loadModel(file, name);
  const guest = model.species[0]!;
  const metal = metalState(model, guest, 300);
  const energyOf = (frame: Frame): number => evaluate(model, frame).energy;

  it('bcc lattice constant and cohesive energy', () => {
    expect(Math.abs(metal.latticeConstant - listed.a)).toBeLessThan(half(4));
    expect(Math.abs(-metal.latticeEnergy - listed.E_coh)).toBeLessThan(half(3));
  });

  it('bulk modulus', () => {
    const a = metal.latticeConstant;
    const h = 0.003;
    const e = [-1, 0, 1].map((s) => energyOf(cubicCrystal(guest, 'bcc', a * (1 + s * h), 1)) / 2) as [
      number,
      number,
      number,
    ];
    // V d²E/dV² = (1/9V) d²E/dε², ε the linear strain, V the volume per atom
    const b = ((e[0] - 2 * e[1] + e[2]) / h ** 2 / (9 * (a ** 3 / 2))) * gigapascal;
    expect(Math.abs(b - listed.B_GPa)).toBeLessThan(0.01 * listed.B_GPa);
  });

  it('unrelaxed vacancy', () => {
    const crystal = cubicCrystal(guest, 'bcc', metal.latticeConstant, 6);
    const whole = energyOf(crystal);
    const n = crystal.rows.length / 4;
    const without = energyOf({ ...crystal, rows: crystal.rows.slice(4) });
    expect(Math.abs(without - (whole * (n - 1)) / n - listed.E_vac_unrelaxed)).toBeLessThan(2 * half(3));
  });

  it('dimer of the metal form (charge switch off)', () => {
    const [term] = model.terms as [EmbeddedTerm];
    const metallic: Model = { ...model, terms: [{ ...term, chargeSwitch: null }] };
    const pair = (r: number): number =>
      evaluate(metallic, {
        cell: orthorhombicCell(40, 40, 40),
        species: [guest],
        rows: Float64Array.of(5, 5, 5, 0, 5 + r, 5, 5, 0),
      }).energy;
    const scan = Array.from({ length: 401 }, (_, k) => 2 + 0.01 * k).map((r) => [r, pair(r)] as const);
    const best = scan.reduce((p, q) => (q[1] < p[1] ? q : p));
    expect(Math.abs(best[0] - listed.dimer[0])).toBeLessThan(0.03);
    expect(Math.abs(best[1] - listed.dimer[1])).toBeLessThan(half(3));
  });

  it('adatom on graphene: height and energy over the hollow, barrier at the bridge', () => {
    const host = flatSheet();
    const chain = createWasmChain({
      tables: compileGuest(model, guest, host.species),
      host,
      grid: openGrid(host.cell, 2),
      guestCavity: 0,
      temperature: 300,
      moves: { displace: 1, exchange: 1, teleport: 0 },
      key: [0, 0],
      stream: 0,
    });
    const heights = Array.from({ length: 4001 }, (_, k) => 1.4 + 0.0005 * k);
    const lowest = (x: number, y: number): [number, number] =>
      heights.map((z): [number, number] => [z, chain.trialEnergy(-1, x, y, z)]).reduce((p, q) => (q[1] < p[1] ? q : p));
    const a = 1.42 * Math.sqrt(3);
    // at x = 2a stand atoms at y = 0 and 2/3 of the cell, 4.26 Å: the hollow is at 1/3, the middle of the bond at 5/6
    const hollow = lowest(2 * a, 4.26 * (1 + 1 / 3));
    const bridge = lowest(2 * a, 4.26 * (1 + 5 / 6));
    expect(Math.abs(hollow[1] - listed.adatom_eV_A[0])).toBeLessThan(half(3));
    expect(Math.abs(hollow[0] - listed.adatom_eV_A[1])).toBeLessThan(half(2));
    expect(Math.abs(bridge[1] - hollow[1] - listed.barrier)).toBeLessThan(2 * half(3));
  });

  it('harmonic ln z₀, converged, and what runs use', () => {
    const beta = 1 / (boltzmann * 300);
    const [coarse, fine] = [16, 24].map((mesh) =>
      harmonicLnZ(model, guest, 'bcc', metal.latticeConstant, beta, { mesh, shift: 0.5 }),
    );
    expect(Math.abs(coarse! - fine!)).toBeLessThan(1e-3);
    expect(Math.abs(beta * metal.latticeEnergy + fine! - listed.ln_z0_harmonic)).toBeLessThan(2e-3);
    expect(Math.abs(metal.lnActivity - listed.ln_z0_300K)).toBeLessThan(2e-3);
  });

  it('(110) surface energy', () => {
    // slab along [110]: an orthorhombic cell a × a√2 × a√2 with four atoms
    const a = metal.latticeConstant;
    const layers = 12;
    const rows: number[] = [];
    for (let k = 0; k < layers; k++) {
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 4; j++) {
          for (const u of [0, 0.5]) {
            rows.push((i + u + 0.5 * (k % 2)) * a, (j + u) * a * Math.SQRT2, (k * a) / Math.SQRT2, 0);
          }
        }
      }
    }
    const lx = 4 * a;
    const ly = 4 * a * Math.SQRT2;
    const slab = energyOf({
      cell: orthorhombicCell(lx, ly, (layers * a) / Math.SQRT2 + 30),
      species: [guest],
      rows: Float64Array.from(rows),
    });
    const gamma = ((slab - (rows.length / 4) * metal.latticeEnergy) / (2 * lx * ly)) * joulePerM2;
    expect(Math.abs(gamma - listed.gamma110)).toBeLessThan(0.012);
  });
});
