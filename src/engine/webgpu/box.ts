/**
 * One grand-canonical chain in a large box on a GPU: the box is cut into domains, a workgroup each, that are sampled at the same time with all other
 * guests at rest (domains/checkerboard.ts says why that is right). A round is the same number of trials in every domain of a colour; a round begins from
 * the guests' positions alone, with all that they feel and the energy worked out anew, so the chain's state is positions, the host's field at them and a
 * counter. Energies are f32. The same bytes on the same device, however many rounds are submitted before anyone looks.
 */
import { concatenate } from '../../core/arrays.ts';
import { SpecError } from '../../core/errors.ts';
import { wrapped } from '../../core/frame.ts';
import {
  type ChainSetup,
  type ChainState,
  type LadderChain,
  moveNames,
  requireConsistent,
  savedGuest,
} from '../chain.ts';
import { BoxState } from '../domains/box-state.ts';
import { boardAt, type Checkerboard, checkerboardOf, domainCount } from '../domains/checkerboard.ts';
import { type BoxDevice, type BoxTotals, boxGuestWords, openBox } from './box-device.ts';
import type { Gpu } from './device.ts';

export interface BoxOptions {
  /** guests the box has room for; default from the host's atoms and the start */
  readonly capacity?: number;
  /** guests a domain has room for, those within a cutoff around it included; default from its volume */
  readonly domainCapacity?: number;
  /** distance of the knots of the host map, Å; null: exact sums. Default 0.2 where such a map is at most a GiB and a kernel may see it, else exact sums */
  readonly spacing?: number | null;
  /** lanes that share a domain, a power of two up to 256 */
  readonly lanes?: number;
  /** trials of every domain in a round, 64 by default */
  readonly trialsPerRound?: number;
  /** Å, width that domains have at least, 5 by default; fewer and wider ones keep guests that take long steps */
  readonly narrowest?: number;
}

/** A chain in a box of domains. Its trials come in whole rounds: `advance` does as many as hold what is asked. */
export interface GpuBox extends LadderChain {
  advance(n: number): Promise<void>;
  /** Puts other guests in the place of all that move: [N, 4] rows, Å. The random stream goes on. */
  setGuests(rows: Float64Array): Promise<void>;
  readonly board: Checkerboard;
  /** domains that are sampled at the same time */
  readonly domains: number;
  /** trials of a round, all domains together */
  readonly roundTrials: number;
  /** whether the host is read from a map; else its atoms are summed */
  readonly mapped: boolean;
  destroy(): void;
}

const mapSpacing = 0.2;
/** bytes of a map that is made without being asked for */
const largestMap = 2 ** 30;
/** seconds of work submitted before anyone looks */
const patience = 0.25;
/** guests per Å³ that a domain has room for by default: twice lithium metal */
const densest = 0.09;
/** words of workgroup memory that list a domain's guests */
const mostHeld = 3500;
/** energies above this are of guests on top of one another, eV */
const overlapping = 1e8;

/**
 * @throws SpecError     the box has no room for two domains, guests overlap, more than there is room for
 * @throws BackendError  the device cannot hold it, the model has functions the kernels do not know, or the state is another backend's
 */
export async function createGpuBox(gpu: Gpu, setup: ChainSetup, options: BoxOptions = {}): Promise<GpuBox> {
  requireConsistent(setup, 'webgpu-box');
  const { lanes = 64, trialsPerRound = 64, narrowest = 5 } = options;
  const board = checkerboardOf(setup, narrowest);
  const { state } = setup;
  const fixed = (setup.fixed?.length ?? 0) / 4;
  const start = state ? state.guests.length / savedGuest.words : fixed + (setup.guests?.length ?? 0) / 4;
  const capacity = options.capacity ?? 1024 + Math.ceil(Math.max(1.5 * start, 0.6 * (setup.host.rows.length / 4)));
  if (start > capacity) throw new SpecError(`a box with room for ${capacity} guests was given ${start}`);
  const lengths = [0, 4, 8].map((k) => setup.host.cell.matrix[k]!);
  const knots = lengths.reduce((n, l) => n * Math.ceil(l / mapSpacing), 1);
  const fits = setup.host.rows.length > 0 && 8 * knots <= Math.min(gpu.largestBinding, largestMap);
  const spacing = options.spacing === undefined ? (fits ? mapSpacing : null) : options.spacing;
  const reached = lengths.map((l, k) => {
    const width = (board.width[k]! * l) / board.voxels[k]!;
    return Math.min(l, width + 2 * setup.tables.pair.to);
  });
  const room = 64 + Math.ceil(densest * reached.reduce((v, l) => v * l, 1));
  const domainCapacity = options.domainCapacity ?? Math.min(room, mostHeld, capacity);
  const device = await openBox(gpu, setup, board, { capacity, domainCapacity, spacing, lanes, trialsPerRound });
  const box = new GpuBoxObject(setup, board, device, trialsPerRound, spacing !== null);
  try {
    if (state) await box.restore(state);
    else await box.setGuests(setup.guests ?? new Float64Array());
  } catch (error) {
    device.destroy();
    throw error;
  }
  return box;
}

class GpuBoxObject extends BoxState implements GpuBox {
  readonly board: Checkerboard;
  readonly domains: number;
  readonly roundTrials: number;
  readonly mapped: boolean;
  readonly #setup: ChainSetup;
  readonly #device: BoxDevice;
  #counted = new Uint32Array(2 * moveNames.length);
  /** rounds before the next look */
  #ahead = 1;

  constructor(setup: ChainSetup, board: Checkerboard, device: BoxDevice, trialsPerRound: number, mapped: boolean) {
    super(setup, 'webgpu-box');
    this.#setup = setup;
    this.board = board;
    this.domains = domainCount(board);
    this.roundTrials = this.domains * trialsPerRound;
    this.mapped = mapped;
    this.#device = device;
  }

  async advance(n: number): Promise<void> {
    const { key, stream } = this.#setup;
    let last: BoxTotals | undefined;
    for (let left = Math.ceil(n / this.roundTrials); left > 0; ) {
      const now = Math.min(left, this.#ahead);
      const started = performance.now();
      for (let k = 0; k < now; k++) {
        const { trial, lnActivity, displacement } = this;
        const first = boardAt(this.board, trial / this.roundTrials, key, stream);
        this.#device.round({ first, trial, lnActivity, displacement });
        this.trial += this.roundTrials;
      }
      left -= now;
      last = await this.#look();
      const seconds = Math.max(1e-4, (performance.now() - started) / 1000);
      if (now === this.#ahead) this.#ahead = Math.max(1, Math.min(256, Math.round((now * patience) / seconds)));
    }
    if (last) await this.#read(last);
  }

  /** Waits for what was submitted. */
  async #look(): Promise<BoxTotals> {
    const totals = await this.#device.totals();
    const { energy, drift } = totals;
    if (!(Math.abs(energy) < overlapping)) {
      throw new SpecError('guests given to start from overlap one another or the host');
    }
    this.energy = energy;
    this.drift = Math.max(this.drift, drift);
    return totals;
  }

  /** Fetches all guests. */
  async #read({ count, counts }: BoxTotals): Promise<void> {
    const rows = await this.#device.guests(count);
    const words = new Float64Array(savedGuest.words * count);
    let [atRest, moving] = [0, this.fixed];
    for (let i = 0; i < count; i++) {
      const [x, y, z, still, ion, metal, rho, n, s, own, , , h] = rows.subarray(boxGuestWords * i);
      const place = still === 0 ? moving++ : atRest++;
      words.set([x!, y!, z!, rho!, n!, s!, ion!, metal!, h!, own!], savedGuest.words * place);
    }
    this.words = words;
    counts.forEach((total, k) => {
      this.counts[k]! += (total - this.#counted[k]!) >>> 0;
    });
    this.#counted = counts;
  }

  async setGuests(guests: Float64Array): Promise<void> {
    const given = concatenate([this.#setup.fixed ?? new Float64Array(), guests]);
    const { rows } = wrapped({ ...this.#setup.host, rows: given });
    const list = new Float32Array((boxGuestWords * rows.length) / 4);
    for (let i = 0; i < rows.length / 4; i++) {
      list.set([...rows.subarray(4 * i, 4 * i + 3), i < this.fixed ? 1 : 0], boxGuestWords * i);
    }
    this.#device.place(list, false);
    await this.#read(await this.#look());
  }

  /** Guests exactly where they were left, and what they feel of the host as it was. */
  async restore(state: ChainState): Promise<void> {
    const { words } = savedGuest;
    const list = new Float32Array((boxGuestWords * state.guests.length) / words);
    for (let i = 0; i < state.guests.length / words; i++) {
      const [x, y, z, , , , ion, metal] = state.guests.subarray(words * i);
      list.set([x!, y!, z!, i < this.fixed ? 1 : 0, ion!, metal!], boxGuestWords * i);
    }
    this.resume(state);
    this.#device.place(list, true);
    await this.#read(await this.#look());
    this.counts = state.counts.slice();
  }

  destroy(): void {
    this.#device.destroy();
  }
}
