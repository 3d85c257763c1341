// The force field of molecular dynamics: what src/engine/wasm-forces.ts calls.
import { all, forces } from './system';

export { system } from './system';
export { grid, list } from './list';
export { fold, gather, step } from './step';
export { pair } from './pair';
export { densities, embed, embedded } from './embedded';

export { switchCharges, switched, switchFields, switchRepulsion, switchSlopes } from './switch';
export { bondOrder } from './bond-order';
export { interlayer } from './interlayer';
export { neural } from './neural';

// this worker's force rows to zero
export function clear(): void {
  memory.fill(forces, 0, (<usize>all) << 5);
}
