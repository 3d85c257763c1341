/** Sodium in slits of six widths and in a sphere: two routes to the equilibrium voltage, against the capillary law and what it leaves out. */
import { type ChainSetup, cubicCell, type Frame, prepareChain, slit } from 'cardhouse';
import { agreement, measurePore, metal, model, moves, poreRow, temperature } from './pore-equilibrium.ts';
import type { Row, Section } from './validate-table.ts';

const cells = [8, 5] as const;
/** Å, between opposite carbon nuclei: 2 nm between their surfaces */
const diameter = 23.4;
/** Å, between shells of the wall */
const spacing = 3.35;
/** atoms of graphene on so much area, Å² */
const areaPerCarbon = 2.62;
/** Å³, of bulk sodium */
const atomicVolume = 37.8;

const how = `Guests cooled at fixed N from 1200 K, four times, upwards and downwards in turn; errors of at most 3 mV. Gauge cell: N driven up and down through eighteen fillings; compared is the mean voltage from ⅛ to 19/20 full, the work of filling per guest (the first guests, hundreds of mV below, would hang on the steps). The error is half of what lies between the branches, and cooling must lie within it or 5 mV. States where both branches are within ${1000 * agreement} mV count as stable; there gauge cell and cooling must be within 5 mV or twice their error at the same N.`;

export async function slitSections(): Promise<Section[]> {
  const rows: Row[] = [];
  for (const width of [7, 9, 11, 13.5, 16.5, 20]) {
    const host = slit(width, ...cells, 2);
    const area = 2 * host.cell.matrix[0]! * host.cell.matrix[4]!;
    rows.push(poreRow(`${width} Å`, await measurePore(setupOf(host, Math.round(10 * width)), () => area)));
  }
  return [
    {
      title: 'Sodium in slits at 300 K',
      note: `Equilibrium voltage (half as full as at 0 V) in a slit between graphene sheets, box ${(cells[0] * 2.46).toFixed(0)} × ${(cells[1] * 4.26).toFixed(0)} Å, width between carbon nuclei. ${how} The capillary law is eV = 2(W − γ)A/N for the guests that are there.`,
      rows,
    },
  ];
}

export async function sphereSections(): Promise<Section[]> {
  const host = sphere(diameter / 2);
  const whole = setupOf(host, 234);
  const edge = host.cell.matrix[0]!;
  const region = insideOf(whole, edge / 2, diameter / 2);
  const setup = {
    ...whole,
    region,
    grid: { ...whole.grid, levels: whole.grid.levels.map((level, v) => level * region[v]!) },
  };
  // sphere of as much bulk metal
  const areaOf = (guests: number): number => (36 * Math.PI * (guests * atomicVolume) ** 2) ** (1 / 3);
  return [
    {
      title: 'Sodium in a sphere at 300 K',
      note: `Equilibrium voltage (half as full as at 0 V) inside two spherical shells of carbon as dense as graphene, ${diameter} Å between opposite nuclei of the inner one. ${how} The capillary law is eV = (W − γ)A/N, A the surface of a sphere of as much bulk metal.`,
      rows: [poreRow(`${diameter} Å`, await measurePore(setup, areaOf))],
    },
  ];
}

function setupOf(host: Frame, stream: number): ChainSetup {
  return prepareChain({
    ...{ model, guest: 'Na', host, temperature, moves, seed: 'slits', stream },
    metalEnergy: metal.latticeEnergy,
  });
}

/** Two shells with the areal density of graphene, atoms on a Fibonacci lattice each, in a cube that keeps them apart. */
function sphere(radius: number): Frame {
  const edge = 2 * (radius + spacing) + 10;
  const rows: number[] = [];
  for (const r of [radius, radius + spacing]) {
    const n = Math.round((4 * Math.PI * r * r) / areaPerCarbon);
    for (let k = 0; k < n; k++) {
      const z = 1 - (2 * k + 1) / n;
      const phi = k * Math.PI * (3 - Math.sqrt(5));
      const across = Math.sqrt(1 - z * z);
      rows.push(edge / 2 + r * across * Math.cos(phi), edge / 2 + r * across * Math.sin(phi), edge / 2 + r * z, 0);
    }
  }
  return { cell: cubicCell(edge), species: ['C:basal'], rows: Float64Array.from(rows) };
}

/** [voxels] 1 within a sphere in the middle of the box. */
function insideOf({ grid }: ChainSetup, centre: number, radius: number): Uint8Array {
  const [nx, ny, nz] = grid.shape;
  const h = (2 * centre) / nx;
  const region = new Uint8Array(nx * ny * nz);
  for (let i = 0, v = 0; i < nx; i++) {
    for (let j = 0; j < ny; j++) {
      for (let k = 0; k < nz; k++, v++) {
        const r = Math.hypot((i + 0.5) * h - centre, (j + 0.5) * h - centre, (k + 0.5) * h - centre);
        region[v] = r < radius ? 1 : 0;
      }
    }
  }
  return region;
}
