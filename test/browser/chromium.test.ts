/**
 * The built library in headless Chromium, with the same results as in Node: a carbon and a chain in a worker; dynamics over two
 * workers that share their memory.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inBrowser, missing, serve } from './page.ts';
import { chainCount, dynamicsOf, type gpuChains, type gpuDynamics, type gpuJsPoints } from './task.js';

if (missing) console.warn(`browser test skipped: ${missing}`);

const model = (name: string): unknown => JSON.parse(readFileSync(`models/potentials/${name}.json`, 'utf8'));

describe.skipIf(missing !== '')('in Chromium', () => {
  let server: Server;
  let origin = '';
  beforeAll(async () => {
    ({ server, origin } = await serve());
  });
  afterAll(() => server?.close());

  it('builds 500 carbons in a worker and runs 10⁵ trials as Node does', async () => {
    const found = await inBrowser<ReturnType<typeof chainCount>>(origin, 'chainCount', model('na-carbon'));
    const cardhouse = await import('cardhouse');
    const inNode = chainCount(cardhouse, model('na-carbon'));
    expect(inNode.count).toBeGreaterThan(10);
    expect(found).toMatchObject({ carbons: inNode.carbons, count: inNode.count });
    // Math.exp of another JavaScript engine may differ in the last bit of a table entry
    expect(Math.abs(found.energy - inNode.energy)).toBeLessThan(1e-9);
  });

  it('moves graphite over two workers as Node does', async () => {
    const found = await inBrowser<Awaited<ReturnType<typeof dynamicsOf>>>(origin, 'dynamicsOf', model('carbon'));
    const cardhouse = await import('cardhouse');
    const inNode = await dynamicsOf(cardhouse, model('carbon'));
    expect(inNode.steps).toBe(40);
    expect(found).toMatchObject({ atoms: inNode.atoms, steps: 40 });
    expect(Math.abs(found.energy - inNode.energy)).toBeLessThan(1e-9);
    expect(Math.abs(found.temperature - inNode.temperature)).toBeLessThan(1e-8);
    // and it did move
    expect(inNode.temperature).toBeGreaterThan(100);
    expect(inNode.temperature).toBeLessThan(290);
  });

  it('runs chains on the software GPU from the same WGSL', async () => {
    const found = await inBrowser<Awaited<ReturnType<typeof gpuChains>>>(origin, 'gpuChains', model('na-carbon'));
    expect(found).not.toHaveProperty('error');
    for (const energy of found.begun) expect(Math.abs(energy / found.energy - 1)).toBeLessThan(1e-6);
    found.running.forEach((energy, c) => {
      expect(Math.abs(energy - found.anew[c]!)).toBeLessThan(1e-4);
      expect(found.accepted[c]).toBeGreaterThan(3);
    });
  });

  it('moves graphite on the software GPU as WebAssembly does', async () => {
    const tersoff = model('carbon-tersoff-1989');
    const found = await inBrowser<Awaited<ReturnType<typeof gpuDynamics>>>(origin, 'gpuDynamics', tersoff);
    expect(found).not.toHaveProperty('error');
    expect(found.atoms).toBe(96);
    expect(found.positions).toBeLessThan(1e-5);
    expect(found.forces).toBeLessThan(1e-3);
    expect(found.temperatures[0]! / found.temperatures[1]!).toBeCloseTo(1, 5);
    expect(found.heats[0]! / found.heats[1]!).toBeCloseTo(1, 4);
    expect(Math.abs(found.heats[1]!)).toBeGreaterThan(0.1);
  });

  it('sums points of a host through gpu.js in WebGL', async () => {
    const found = await inBrowser<Awaited<ReturnType<typeof gpuJsPoints>>>(origin, 'gpuJsPoints', model('na-carbon'));
    expect(found).not.toHaveProperty('error');
    expect(found.mode).toMatch(/webgl/);
    expect(found.compared).toBeGreaterThan(60);
    expect(found.worst).toBeLessThan(1e-4);
  });
});
