/** Trial insertions of a lone guest all over an empty host: one random point a voxel. */
import type { RandomStream } from '../core/random.ts';
import type { InsertionField } from '../trajectory/series.ts';
import { accessibleGrid } from './cavity.ts';
import type { ChainSetup } from './chain.ts';
import { hostProbe } from './host-map/audit.ts';

/**
 * Energy of a lone guest at one random point of every voxel: as an ion where the model has a charge switch, for nothing is near that could
 * give it an electron. Means over voxels are means over the box, without bias from where the grid lies.
 *
 * Voxels all nearer to a host atom than `cavity` are not looked at: the model says that no guest is there.
 *
 * @param setup   host in an orthorhombic periodic box, its tables, and a map of it where there is one
 * @param cavity  Å
 * @param edge    of a voxel, Å
 * @param open    points where guests may be; all when not given
 * @oracle test/statistical/insertion.test.ts (⟨N⟩ of a chain at low activity)
 */
export function insertionEnergies(
  setup: Pick<ChainSetup, 'tables' | 'host' | 'map'>,
  cavity: number,
  edge: number,
  random: RandomStream,
  open: (x: number, y: number, z: number) => boolean = () => true,
): InsertionField {
  const { matrix } = setup.host.cell;
  const lengths = [matrix[0]!, matrix[4]!, matrix[8]!] as const;
  // a voxel is left out only when its farthest corner is too near as well
  const { shape, levels } = accessibleGrid(setup.host, Math.max(0, cavity - 0.5 * Math.sqrt(3) * edge * 1.05), edge);
  const [nx, ny, nz] = shape;
  const [hx, hy, hz] = lengths.map((length, k) => length / shape[k]!) as [number, number, number];
  const field = hostProbe(setup);
  const energies = new Float64Array(levels.length).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, v = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      for (let k = 0; k < nz; k++, v++) {
        if (levels[v] === 0) continue;
        const x = (i + random.uniform()) * hx;
        const y = (j + random.uniform()) * hy;
        const z = (k + random.uniform()) * hz;
        const here = open(x, y, z) ? field(x, y, z) : null;
        if (here) energies[v] = here[0];
      }
    }
  }
  return { lengths, shape, energies };
}
