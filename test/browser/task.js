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
