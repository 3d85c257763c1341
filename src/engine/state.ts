/**
 * The state of one chain: guests, and for each the fields its energy is made of. Mutable, and owned by exactly one chain.
 *
 *   U = ½ Σ φ + Σ F(ρ_i) + Σ [V_met,i + s_i² (V_ion,i − V_met,i)] + ½ Σ s_i h_i,   h_i = Σ_j s_j Y_ij
 *
 * (with bare ions V_met,i + F(ρ_i) in place of V_met,i within the brackets).
 *
 * Because the last part is quadratic in s, a change Δs costs  Σ Δs_i h_i + ½ Σ Δs_i Δs_j Y_ij: with h cached, a trial
 * looks only at pairs among the few guests whose s changes. The cost of a trial does not depend on N.
 */

import type { Frame } from '../core/frame.ts';
import { switchValue } from '../model/charge-switch.ts';
import { embeddingValue } from '../model/embedded.ts';
import { type CellGrid, cellGrid, cellOf, visitNear } from './cells.ts';
import { savedGuest } from './chain.ts';
import type { Change, Guest } from './guest.ts';
import { type GuestTables, twin } from './guest-tables.ts';
import type { HostMap } from './host-map/build.ts';
import { referenceHost } from './reference-host.ts';

type Numbers9 = [number, number, number, number, number, number, number, number, number];

export class GuestState {
  readonly guests: Guest[] = [];
  energy = 0;
  readonly #tables: GuestTables;
  readonly #cells: CellGrid;
  readonly #members: number[][];
  /** (V_ion, V_met) of the host at a wrapped point, eV; null when a host atom overlaps */
  readonly hostField: ReturnType<typeof referenceHost>;

  constructor(tables: GuestTables, host: Frame, map?: HostMap) {
    this.#tables = tables;
    this.hostField = referenceHost(tables, host, map);
    this.#cells = cellGrid(host.cell, tables.pair.to / 2, tables.pair.to);
    this.#members = Array.from(
      { length: this.#cells.shape[0] * this.#cells.shape[1] * this.#cells.shape[2] },
      () => [],
    );
  }

  /** Minimum-image distance squared. */
  #distance2(dx: number, dy: number, dz: number): number {
    const [lx, ly, lz] = this.#cells.lengths;
    dx -= lx * Math.round(dx / lx);
    dy -= ly * Math.round(dy / ly);
    dz -= lz * Math.round(dz / lz);
    return dx * dx + dy * dy + dz * dz;
  }

  /** Visits guests other than `skip` within the cutoff of a point. */
  #near(x: number, y: number, z: number, cell: number, skip: number, visit: (index: number, r: number) => void): void {
    const cut2 = this.#tables.pair.to ** 2;
    visitNear(this.#cells, cell, (near) => {
      for (const index of this.#members[near]!) {
        if (index === skip) continue;
        const g = this.guests[index]!;
        const r2 = this.#distance2(g.x - x, g.y - y, g.z - z);
        if (r2 < cut2) visit(index, Math.sqrt(r2));
      }
    });
  }

  #switch(n: number): number {
    return switchValue(this.#tables.switchShape, n, this.#tables.nSwitch, this.#tables.nStart);
  }

  #embed(rho: number): number {
    return this.#tables.embedding ? embeddingValue(this.#tables.embedding, rho) : 0;
  }

  #own(g: { rho: number; s: number; ion: number; metal: number }): number {
    const f = this.#embed(g.rho);
    return f + g.metal + g.s * g.s * (g.ion - g.metal - (this.#tables.bareIons ? f : 0));
  }

  /**
   * Works out taking guest `out` away (−1: none) and putting one at `at` (null: none), without doing it.
   *
   * @returns null when the new guest would overlap a host atom or another guest
   */
  propose(out: number, at: readonly [number, number, number] | null): Change | null {
    const { pair, density } = this.#tables;
    const before = new Map<number, { rho: number; n: number }>();
    const touch = (index: number, sign: number, r: number): number => {
      const [f, w] = twin(density, r);
      const change = before.get(index) ?? { rho: 0, n: 0 };
      change.rho += sign * f;
      change.n += sign * w;
      before.set(index, change);
      return f;
    };
    let energy = 0;
    const leaving = out >= 0 ? this.guests[out]! : null;
    if (leaving) {
      energy -= this.#own(leaving);
      this.#near(leaving.x, leaving.y, leaving.z, leaving.cell, out, (index, r) => {
        energy -= twin(pair, r)[0];
        touch(index, -1, r);
      });
    }
    let coming: Guest | null = null;
    if (at) {
      const [x, y, z] = at;
      const field = this.hostField(x, y, z);
      if (!field) return null;
      const g: Guest = {
        x,
        y,
        z,
        cell: cellOf(this.#cells, x, y, z),
        rho: 0,
        n: 0,
        s: 0,
        ion: field[0],
        metal: field[1],
        h: 0,
      };
      let overlap = false;
      this.#near(x, y, z, g.cell, out, (index, r) => {
        if (r < pair.from) {
          overlap = true;
          return;
        }
        const [phi, repulsion] = twin(pair, r);
        const [f, w] = twin(density, r);
        energy += phi;
        g.rho += f;
        g.n += w;
        g.h += this.guests[index]!.s * repulsion;
        touch(index, 1, r);
      });
      if (overlap) return null;
      g.s = this.#switch(g.n);
      energy += this.#own(g);
      coming = g;
    }
    const touched: { index: number; rho: number; n: number; s: number }[] = [];
    for (const [index, change] of before) {
      const g = this.guests[index]!;
      const next = { index, rho: g.rho + change.rho, n: g.n + change.n, s: 0 };
      next.s = change.n === 0 ? g.s : this.#switch(next.n);
      energy += this.#own({ ...g, rho: next.rho, s: next.s }) - this.#own(g);
      touched.push(next);
    }
    energy += this.#repulsionChange(leaving, coming, touched);
    return { out, in: coming, energy, touched };
  }

  /** Σ Δs h + ½ Σ Σ Δs Δs Y over the guests whose s changes; the leaving and the coming guest never meet. */
  #repulsionChange(leaving: Guest | null, coming: Guest | null, touched: Change['touched']): number {
    if (!this.#tables.repulsive) return 0;
    const changed = touched
      .map((next) => ({ g: this.guests[next.index]!, ds: next.s - this.guests[next.index]!.s }))
      .filter(({ ds }) => ds !== 0);
    let energy = changed.reduce((sum, { g, ds }) => sum + ds * g.h, 0);
    const pairs = [...changed];
    if (leaving) {
      energy -= leaving.s * leaving.h;
      pairs.push({ g: leaving, ds: -leaving.s });
    }
    if (coming) {
      energy += coming.s * coming.h;
      pairs.push({ g: coming, ds: coming.s });
    }
    const cut = this.#tables.pair.to;
    for (let a = 0; a < pairs.length; a++) {
      for (let b = 0; b < a; b++) {
        const p = pairs[a]!;
        const q = pairs[b]!;
        if (p.g === coming && q.g === leaving) continue;
        const r = Math.sqrt(this.#distance2(p.g.x - q.g.x, p.g.y - q.g.y, p.g.z - q.g.z));
        if (r < cut) energy += p.ds * q.ds * twin(this.#tables.pair, r)[1];
      }
    }
    return energy;
  }

  /** Makes a proposed change. A guest that moves keeps its number; a guest that goes away gives it to the last one. */
  apply(change: Change): void {
    const { out, in: coming, touched } = change;
    const leaving = out >= 0 ? this.guests[out]! : null;
    const moved = new Map<Guest, number>();
    if (leaving) {
      moved.set(leaving, -leaving.s);
      this.#leave(leaving.cell, out);
      this.#spread(leaving, -leaving.s, out);
    }
    for (const { index, rho, n, s } of touched) {
      const g = this.guests[index]!;
      const ds = s - g.s;
      g.rho = rho;
      g.n = n;
      g.s = s;
      if (ds !== 0) moved.set(g, ds);
    }
    if (leaving && !coming) {
      const last = this.guests.pop()!;
      if (last !== leaving) {
        this.guests[out] = last;
        this.#rename(last.cell, this.guests.length, out);
      }
    }
    let index = -1;
    if (coming) {
      index = out >= 0 ? out : this.guests.length;
      this.guests[index] = coming;
    }
    for (const [g, ds] of moved) if (g !== leaving) this.#spread(g, ds, this.guests.indexOf(g));
    if (coming) {
      // its h was summed over the old s of its neighbours
      for (const [g, ds] of moved) {
        if (g === leaving) continue;
        const r = Math.sqrt(this.#distance2(g.x - coming.x, g.y - coming.y, g.z - coming.z));
        if (r < this.#tables.pair.to) coming.h += ds * twin(this.#tables.pair, r)[1];
      }
      this.#spread(coming, coming.s, index);
      this.#members[coming.cell]!.push(index);
    }
    this.energy += change.energy;
  }

  /** A change ds of a guest's s reaches the h of its neighbours. */
  #spread(g: Guest, ds: number, skip: number): void {
    if (ds === 0 || !this.#tables.repulsive) return;
    this.#near(g.x, g.y, g.z, g.cell, skip, (index, r) => {
      this.guests[index]!.h += ds * twin(this.#tables.pair, r)[1];
    });
  }

  #leave(cell: number, index: number): void {
    const members = this.#members[cell]!;
    members[members.indexOf(index)] = members[members.length - 1]!;
    members.pop();
  }

  #rename(cell: number, from: number, to: number): void {
    const members = this.#members[cell]!;
    members[members.indexOf(from)] = to;
  }

  /** Recomputes all fields and the energy from the positions alone; +∞ when particles overlap. */
  refresh(): void {
    const { pair, density } = this.#tables;
    let energy = 0;
    for (const g of this.guests) Object.assign(g, { rho: 0, n: 0, h: 0 });
    this.guests.forEach((g, i) => {
      this.#near(g.x, g.y, g.z, g.cell, i, (_, r) => {
        if (r < pair.from) energy = Number.POSITIVE_INFINITY;
        const [f, w] = twin(density, r);
        g.rho += f;
        g.n += w;
        energy += 0.5 * twin(pair, r)[0];
      });
      const field = this.hostField(g.x, g.y, g.z);
      if (!field) energy = Number.POSITIVE_INFINITY;
      [g.ion, g.metal] = field ?? [0, 0];
      g.s = this.#switch(g.n);
      energy += this.#own(g);
    });
    if (this.#tables.repulsive) {
      this.guests.forEach((g, i) => {
        this.#near(g.x, g.y, g.z, g.cell, i, (j, r) => {
          g.h += this.guests[j]!.s * twin(pair, r)[1];
        });
        energy += 0.5 * g.s * g.h;
      });
    }
    this.energy = energy;
  }

  /** Puts guests in without asking for their energy; call `refresh` afterwards. */
  place(rows: Float64Array): void {
    for (let a = 0; a < rows.length; a += 4) {
      const [x, y, z] = this.wrap(rows[a]!, rows[a + 1]!, rows[a + 2]!);
      const cell = cellOf(this.#cells, x, y, z);
      this.#members[cell]!.push(this.guests.length);
      this.guests.push({ x, y, z, cell, rho: 0, n: 0, s: 0, ion: 0, metal: 0, h: 0 });
    }
  }

  /** Every guest's fields, and the order in which cells hold them. */
  save(): { guests: Float64Array; members: Int32Array } {
    const rows = this.guests.map((g) => [g.x, g.y, g.z, g.rho, g.n, g.s, g.ion, g.metal, g.h, this.#own(g)]);
    return { guests: Float64Array.from(rows.flat()), members: Int32Array.from(this.#members.flat()) };
  }

  /** Goes on from saved fields; the state must be empty. */
  restore(saved: Float64Array, members: Int32Array, energy: number): void {
    for (let a = 0; a < saved.length; a += savedGuest.words) {
      const [x, y, z, rho, n, s, ion, metal, h] = [...saved.subarray(a, a + 9)] as Numbers9;
      this.guests.push({ x, y, z, cell: cellOf(this.#cells, x, y, z), rho, n, s, ion, metal, h });
    }
    for (const index of members) this.#members[this.guests[index]!.cell]!.push(index);
    this.energy = energy;
  }

  /** The point in the box, each coordinate in [0, L). */
  wrap(x: number, y: number, z: number): [number, number, number] {
    return [x, y, z].map((c, k) => {
      const l = this.#cells.lengths[k]!;
      const w = c - l * Math.floor(c / l);
      return w < l ? w : 0;
    }) as [number, number, number];
  }
}
