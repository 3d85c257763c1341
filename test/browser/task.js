/**
 * What the browser test runs on both sides: 500 carbons, 10⁵ trials of sodium at −0.1 V.
 *
 * @param {typeof import('cardhouse')} cardhouse
 * @param {unknown} data  parsed na-carbon.json
 */
export function chainCount(cardhouse, data) {
  const { buildHardCarbon, createWasmChain, lnActivityAt, loadModel, metalState, prepareChain } = cardhouse;
  const recipe = { la: 15, lc: 7.5, d002: 3.75, density: 1.2, atoms: 500, seed: 'browser', edges: { strong: 0.15 } };
  const { frame: host } = buildHardCarbon(recipe);
  const model = loadModel(data, 'na-carbon');
  const moves = { displace: 0.4, exchange: 0.4, teleport: 0.2 };
  const chain = createWasmChain(
    prepareChain({ model, guest: 'Na', host, temperature: 300, moves, seed: 'browser', stream: 0 }),
  );
  chain.lnActivity = lnActivityAt(metalState(model, 'Na', 300), -0.1);
  chain.advance(100_000);
  return { carbons: host.rows.length / 4, count: chain.count, energy: chain.energy };
}

/**
 * The same chain on its way to 0 V, timed by its own clock (bench/curve/browser.ts).
 *
 * @param {typeof import('cardhouse')} cardhouse
 * @param {{ model: unknown, atoms: number, warmUp: number, trials: number }} what
 */
export function chainRate(cardhouse, { model: data, atoms, warmUp, trials }) {
  const { buildHardCarbon, createWasmChain, lnActivityAt, loadModel, metalState, prepareChain } = cardhouse;
  const recipe = { la: 15, lc: 7.5, d002: 3.75, density: 1.2, atoms, seed: 'browser', edges: { strong: 0.15 } };
  const { frame: host } = buildHardCarbon(recipe);
  const model = loadModel(data, 'na-carbon');
  const moves = { displace: 0.5, exchange: 0.5, teleport: 0 };
  const chain = createWasmChain(
    prepareChain({ model, guest: 'Na', host, temperature: 300, moves, seed: 'browser', stream: 0 }),
  );
  chain.lnActivity = lnActivityAt(metalState(model, 'Na', 300), 0);
  chain.advance(warmUp);
  const began = performance.now();
  chain.advance(trials);
  return { seconds: (performance.now() - began) / 1000, count: chain.count };
}

/**
 * And 40 steps of graphite over two workers.
 *
 * @param {typeof import('cardhouse')} cardhouse
 * @param {unknown} data  parsed carbon.json
 */
export async function dynamicsOf(cardhouse, data) {
  const { createDynamics, graphite, keyFromSeed, loadModel, thermalVelocities, wasmForceField } = cardhouse;
  const frame = graphite(4, 3, 2);
  const atoms = frame.rows.length / 4;
  const forceField = await wasmForceField(loadModel(data, 'carbon'), frame, { workers: 2 });
  try {
    const masses = new Float64Array(atoms).fill(12.011);
    const key = keyFromSeed('browser');
    const dynamics = createDynamics({
      forceField,
      cell: frame.cell,
      masses,
      timestep: 0.5,
      thermostat: { kind: 'none' },
      velocities: thermalVelocities(masses, 300, key, 0),
      key,
      stream: 0,
    });
    dynamics.advance(40);
    return { atoms, steps: dynamics.step, energy: forceField.energy, temperature: dynamics.temperature() };
  } finally {
    forceField.dispose();
  }
}

/**
 * And two chains on the page's GPU, begun where a WebAssembly chain stands.
 *
 * @param {typeof import('cardhouse')} cardhouse
 * @param {unknown} data  parsed na-carbon.json
 */
export async function gpuChains(cardhouse, data) {
  const { buildHardCarbon, createGpuEnsemble, createWasmChain, lnActivityAt, loadModel, metalState, openGpu } =
    cardhouse;
  const recipe = { la: 15, lc: 7.5, d002: 3.75, density: 1.2, atoms: 500, seed: 'browser', edges: { strong: 0.15 } };
  const { frame: host } = buildHardCarbon(recipe);
  const model = loadModel(data, 'na-carbon');
  const moves = { displace: 0.6, exchange: 0.3, teleport: 0.1 };
  const setup = cardhouse.prepareChain({ model, guest: 'Na', host, temperature: 300, moves, seed: 'gpu', stream: 0 });
  const chain = createWasmChain(setup);
  const lnActivity = lnActivityAt(metalState(model, 'Na', 300), -0.1);
  chain.lnActivity = lnActivity;
  chain.advance(50_000);
  chain.refresh();
  const guests = chain.guestRows();
  const gpu = await openGpu();
  const starts = [0, 1].map((stream) => ({ stream, lnActivity, guests, displacement: 0.3 }));
  const ensemble = await createGpuEnsemble(gpu, setup, starts, { spacing: null });
  const begun = [...(await ensemble.refresh())];
  const samples = await ensemble.advance(200);
  const anew = [...(await ensemble.refresh())];
  const accepted = (await ensemble.takeCounts()).map(({ displace }) => displace.accepted);
  gpu.close();
  return { name: gpu.name, energy: chain.energy, begun, running: samples.map(({ energy }) => energy), anew, accepted };
}

/**
 * And graphite on the page's GPU beside WebAssembly: forces, and a picosecond's part in a Langevin bath.
 *
 * @param {typeof import('cardhouse')} cardhouse
 * @param {unknown} data  parsed carbon-tersoff-1989.json
 */
export async function gpuDynamics(cardhouse, data) {
  const { createDynamics, createGpuDynamics, createGpuForceField, graphite, keyFromSeed, loadModel, openGpu } =
    cardhouse;
  const model = loadModel(data, 'carbon-tersoff-1989');
  const frame = graphite(4, 3, 2);
  const atoms = frame.rows.length / 4;
  const masses = new Float64Array(atoms).fill(12.011);
  const key = keyFromSeed('browser');
  const setup = {
    cell: frame.cell,
    masses,
    timestep: 0.5,
    thermostat: { kind: 'langevin', temperature: 300, time: 50 },
    velocities: cardhouse.thermalVelocities(masses, 600, key, 0),
    key,
    stream: 0,
  };
  const wasm = createDynamics({ ...setup, forceField: await cardhouse.wasmForceField(model, frame) });
  const gpu = await openGpu();
  const forceField = await createGpuForceField(gpu, model, frame);
  const dynamics = await createGpuDynamics({ ...setup, forceField });
  await dynamics.advance(40);
  wasm.advance(40);
  await forceField.read();
  const apart = (a, b) => a.reduce((most, x, k) => Math.max(most, Math.abs(x - b[k])), 0);
  const positions = apart(forceField.positions, wasm.forceField.positions);
  const forces = apart(forceField.forces, wasm.forceField.forces);
  const temperatures = [dynamics.temperature(), wasm.temperature()];
  const heats = [dynamics.heat, wasm.heat];
  gpu.close();
  return { atoms, positions, forces, temperatures, heats };
}

/**
 * And points of a slit through gpu.js in WebGL, beside the WebAssembly chain.
 *
 * @param {typeof import('cardhouse')} cardhouse
 * @param {unknown} data  parsed na-carbon.json
 */
export async function gpuJsPoints(cardhouse, data) {
  const { createWasmChain, gpuJsHost, loadModel, openGpuJs, prepareChain, slitHost } = cardhouse;
  const model = loadModel(data, 'na-carbon');
  const host = slitHost('C:basal', model.cutoff);
  const moves = { displace: 1, exchange: 1, teleport: 0 };
  const chain = createWasmChain(
    prepareChain({ model, guest: 'Na', host, temperature: 300, moves, seed: 1, stream: 0 }),
  );
  // a script that makes a global of itself, as the package is built for browsers
  await import('/gpu.js');
  const gpujs = openGpuJs({ GPU: globalThis.GPU.GPU ?? globalThis.GPU });
  const n = 256;
  const points = Float64Array.from({ length: 4 * n }, (_, k) => {
    const turn = ((k + 1) * 0.6180339887) % 1;
    return k % 4 === 3 ? 0 : turn * host.cell.matrix[4 * (k % 4)];
  });
  const found = await gpuJsHost(gpujs, model, 'Na', host).energies(points);
  let worst = 0;
  let compared = 0;
  found.forEach((u, i) => {
    const wanted = chain.trialEnergy(-1, points[4 * i], points[4 * i + 1], points[4 * i + 2]);
    if (!(wanted < 3) && !(u < 3)) return;
    worst = Math.max(worst, Math.abs(u - wanted));
    compared++;
  });
  return { mode: gpujs.mode, worst, compared };
}
