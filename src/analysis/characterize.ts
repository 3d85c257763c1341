/**
 * A structure through every virtual instrument: what is in it, how it scatters, its pores, its bonds.
 */
import { elementOf } from '../core/elements.ts';
import { CardhouseError, SpecError } from '../core/errors.ts';
import { atomCount, type Frame, selectAtoms, speciesAt } from '../core/frame.ts';
import { measureBonding } from './bonding.ts';
import { type Composition, compositionOf } from './composition.ts';
import type { Curve, Described, Instrument } from './described.ts';
import { measurePorosity } from './porosity.ts';
import { measureScattering } from './scattering.ts';

/** Names of the instruments, in the order they are used and reported. */
export const instrumentNames = ['scattering', 'porosity', 'bonding'] as const;
export type InstrumentName = (typeof instrumentNames)[number];

/** Called with the share done (0 … 1) and, by some, what is being done. */
export type InstrumentProgress = (done: number, text?: string) => void;

const instruments: Readonly<
  Record<InstrumentName, (frame: Frame, options: { onProgress?: InstrumentProgress }) => Instrument>
> = {
  scattering: measureScattering,
  porosity: measureEmptyHost,
  bonding: measureBonding,
};

/** Metals that a host stores: taken out before its pores are measured. */
const guests: ReadonlySet<string> = new Set(['Li', 'Na', 'K']);

/** Share of the time that each takes, about. */
const effort: Readonly<Record<InstrumentName, number>> = { scattering: 10, porosity: 10, bonding: 1 };

export interface CharacterizeOptions {
  /** instruments to use; all when not given */
  readonly only?: readonly InstrumentName[];
  readonly onProgress?: (done: number, text: string) => void;
  /** looked at between two instruments: the promise is rejected with its reason */
  readonly signal?: AbortSignal;
}

/** All that is known of a structure. */
export interface Characterization {
  readonly composition: Composition;
  /** what each instrument said, those that were used */
  readonly instruments: Readonly<Partial<Record<InstrumentName, Instrument>>>;
  /** every value by its key: of the composition and of all instruments */
  readonly values: Readonly<Record<string, Described>>;
  readonly curves: Readonly<Record<string, Curve>>;
  /** what a reader must know, with the instrument it comes from */
  readonly notes: readonly { readonly from: 'composition' | InstrumentName; readonly text: string }[];
  readonly settings: { readonly instruments: readonly InstrumentName[] };
  /** wall time of each instrument, s */
  readonly seconds: Readonly<Partial<Record<InstrumentName, number>>>;
}

/**
 * Uses the instruments one after the other. One that refuses the structure leaves a note instead of values; the others go on.
 *
 * @throws SpecError  there is no atom, or no instrument was chosen
 * @throws the reason of `signal`, when it aborts
 * @oracle test/unit/analysis-characterize.test.ts
 */
export async function characterize(frame: Frame, options: CharacterizeOptions = {}): Promise<Characterization> {
  const { only = instrumentNames, onProgress, signal } = options;
  if (atomCount(frame) === 0) throw new SpecError('there is no atom in the structure: nothing to characterize');
  const chosen = instrumentNames.filter((name) => only.includes(name));
  if (chosen.length === 0) {
    throw new SpecError(`no instrument was chosen: wanted at least one of ${instrumentNames.join(', ')}`);
  }
  const composition = compositionOf(frame);
  const found: Partial<Record<InstrumentName, Instrument>> = {};
  const seconds: Partial<Record<InstrumentName, number>> = {};
  const total = chosen.reduce((sum, name) => sum + effort[name], 0);
  let before = 0;
  for (const name of chosen) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal?.throwIfAborted();
    onProgress?.(before / total, name);
    const started = performance.now();
    found[name] = attempt(name, frame, (done, text) => {
      onProgress?.(
        (before + effort[name] * done) / total,
        text === undefined || text === '' ? name : `${name}: ${text}`,
      );
    });
    seconds[name] = (performance.now() - started) / 1000;
    before += effort[name];
  }
  onProgress?.(1, 'measured');
  const used = Object.entries(found) as [InstrumentName, Instrument][];
  return {
    composition,
    instruments: found,
    values: Object.assign({}, composition.values, ...used.map(([, { values }]) => values)),
    curves: Object.assign({}, ...used.map(([, { curves }]) => curves)),
    notes: [
      ...composition.notes.map((text) => ({ from: 'composition' as const, text })),
      ...used.flatMap(([from, { notes }]) => notes.map((text) => ({ from, text }))),
    ],
    settings: { instruments: chosen },
    seconds,
  };
}

/** What an instrument says; a refusal is a note. A fault of the program is no refusal. */
function attempt(name: InstrumentName, frame: Frame, onProgress: InstrumentProgress): Instrument {
  try {
    return instruments[name](frame, { onProgress });
  } catch (error) {
    if (!(error instanceof CardhouseError)) throw error;
    return { values: {}, curves: {}, notes: [`Not measured: ${error.message}`] };
  }
}

/** Pores of a carbon without the alkali metal in it; a salt keeps its own. */
function measureEmptyHost(frame: Frame, options: { onProgress?: InstrumentProgress }): Instrument {
  const hasCarbon = Object.hasOwn(compositionOf(frame).elements, 'C');
  const isGuest = (i: number): boolean => hasCarbon && guests.has(elementOf(speciesAt(frame, i)));
  const host = selectAtoms(frame, (i) => !isGuest(i));
  const taken = atomCount(frame) - atomCount(host);
  if (taken === 0 || atomCount(host) === 0) return measurePorosity(frame, options);
  const empty = measurePorosity(host, options);
  return {
    ...empty,
    notes: [
      `Pores are those of the host: ${taken} ${taken === 1 ? 'atom of Li, Na or K was' : 'atoms of Li, Na or K were'} taken out first.`,
      ...empty.notes,
    ],
  };
}
