/** A carbon built, measured and compared with what was asked; built again with other sizes until the measured ones agree. */
import { type Characterization, characterize, type InstrumentName } from '../analysis/characterize.ts';
import { scherrerOfPerfectStack } from '../analysis/perfect-stack.ts';
import { type Asked, type ResidualRow, residualOf } from '../analysis/residual.ts';
import { SpecError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { HardCarbonRecipe } from '../structure/recipe.ts';
import { askedFor, published } from './asked-for.ts';
import { type BuildOptions, type BuiltCarbon, buildCarbon } from './build-carbon.ts';
import type { CrystalSpec } from './md-spec.ts';
import { crystalOf } from './md-start.ts';
import type { ReferenceValue } from './recipe-fields.ts';

export interface MeasuredBuildOptions extends BuildOptions {
  /** whether sizes are adjusted until the measured ones meet the asked ones */
  readonly refine?: boolean;
  /** published numbers of the carbon */
  readonly reference?: Readonly<Record<string, ReferenceValue>>;
}

export interface MeasuredBuild {
  readonly carbon: BuiltCarbon;
  /** what the builder was given in the end; the recipe asked unless it was refined */
  readonly given: HardCarbonRecipe;
  readonly characterization: Characterization;
  /** what was asked beside what was measured */
  readonly residual: readonly ResidualRow[];
  /** what was published beside what was measured */
  readonly published: readonly ResidualRow[];
  /** builds that were made */
  readonly rounds: number;
  readonly warnings: readonly string[];
}

const mostRounds = 6;
/** Rounds end when no deviation is above this share of its tolerance. */
const goodEnough = 0.9;
/** Sizes stay within this factor of the asked ones: what is farther off has another cause. */
const farthest = 1.4;
/** Sizes whose deviation is below this share of their tolerance are left alone. */
const settled = 0.6;
/** A size changes by no more than this factor in one round. */
const longestStep = 1.35;
/** Of the time of a round, for the progress bar. */
const buildingShare = 0.6;

/**
 * Builds a carbon and measures it.
 *
 * Refining repeats build and measurement with la, lc, d002, pore diameter and pore volume scaled by asked/measured, from the same
 * seed, until all deviations are within 0.9 of their tolerances or six rounds are over; the best round is returned.
 *
 * @returns undefined when stopped
 * @throws SpecError     the recipe cannot be met
 * @throws PhysicsError  the relaxation explodes
 * @oracle test/unit/measured-build.test.ts
 */
export async function measuredBuild(
  recipe: HardCarbonRecipe,
  options: MeasuredBuildOptions = {},
): Promise<MeasuredBuild | undefined> {
  const { refine = false, onProgress, stopped = () => false } = options;
  const asked = askedFor(recipe);
  const rounds = refine ? mostRounds : 1;
  const only: readonly InstrumentName[] | undefined =
    refine && !('hydrogenPerCarbon' in asked) ? ['scattering', 'porosity'] : undefined;
  let given = recipe;
  let last = recipe;
  let best: { round: Round; given: HardCarbonRecipe } | undefined;
  let made = 0;
  const warnings: string[] = [];
  for (let k = 0; k < rounds; k++) {
    const say = (done: number, text: string): void =>
      onProgress?.((k + done) / rounds, refine ? `round ${k + 1}: ${text}` : text);
    let round: Round | undefined;
    try {
      round = await oneRound(given, asked, only, { ...options, onProgress: say });
    } catch (error) {
      if (best === undefined || !(error instanceof SpecError)) throw error;
      // such sizes cannot be built: go half the way from the last that could
      given = between(last, given);
      continue;
    }
    if (round === undefined || stopped()) return undefined;
    made++;
    if (best === undefined || round.misfit < best.round.misfit) best = { round, given };
    if (round.misfit <= goodEnough) break;
    last = given;
    given = adjusted(given, round.residual, recipe);
  }
  const { round } = best!;
  const characterization = only ? await withBonding(round, options) : round.characterization;
  const residual = withPerfectStack(round.residual, recipe);
  for (const { label, asked: wanted, measured, within, tolerance } of residual) {
    if (within) continue;
    const got =
      measured === null ? 'was not measured' : `is ${measured.value.toPrecision(4)} ${measured.unit}`.trimEnd();
    const unit = wanted.unit === '1' ? '' : ` ${wanted.unit}`;
    warnings.push(`${label} ${got}, asked were ${wanted.value}${unit} (± ${+(100 * tolerance).toFixed(2)} %)`);
  }
  return {
    carbon: round.carbon,
    given: best!.given,
    characterization,
    residual,
    published: residualOf(published(options.reference ?? {}), characterization.values),
    rounds: made,
    warnings: [...round.carbon.warnings, ...warnings],
  };
}

/**
 * A crystal measured, beside what is published of it. Its spacing is the number asked.
 *
 * @oracle test/unit/measured-build.test.ts
 */
export async function measuredCrystal(
  crystal: CrystalSpec,
  { reference = {}, onProgress }: Pick<MeasuredBuildOptions, 'reference' | 'onProgress'>,
): Promise<Omit<MeasuredBuild, 'carbon' | 'given'> & { readonly frame: Frame }> {
  const frame = crystalOf(crystal);
  const characterization = await characterize(frame, { ...(onProgress && { onProgress }) });
  const asked: Record<string, Asked> =
    crystal.kind === 'graphite' ? { d002: { value: crystal.spacing, unit: 'Å', tolerance: 0.005 } } : {};
  return {
    frame,
    characterization,
    residual: residualOf(asked, characterization.values),
    published: residualOf(published(reference), characterization.values),
    rounds: 1,
    warnings: [],
  };
}

interface Round {
  readonly carbon: BuiltCarbon;
  readonly characterization: Characterization;
  readonly residual: readonly ResidualRow[];
  /** largest deviation in units of its tolerance */
  readonly misfit: number;
}

async function oneRound(
  recipe: HardCarbonRecipe,
  asked: Readonly<Record<string, Asked>>,
  only: readonly InstrumentName[] | undefined,
  { onProgress, stopped = () => false, ...options }: BuildOptions,
): Promise<Round | undefined> {
  const carbon = await buildCarbon(recipe, {
    ...options,
    stopped,
    onProgress: (done, text) => onProgress?.(buildingShare * done, text),
  });
  if (stopped()) return undefined;
  const characterization = await characterize(carbon.frame, {
    ...(only && { only }),
    onProgress: (done, text) => onProgress?.(buildingShare + (1 - buildingShare) * done, text),
  });
  const residual = residualOf(asked, characterization.values);
  const misfit = residual.reduce(
    (most, { deviation, tolerance }) => Math.max(most, deviation === null ? 10 : Math.abs(deviation) / tolerance),
    0,
  );
  return { carbon, characterization, residual, misfit };
}

async function withBonding(
  { characterization, carbon }: Round,
  { onProgress }: BuildOptions,
): Promise<Characterization> {
  const more = await characterize(carbon.frame, {
    only: ['bonding'],
    ...(onProgress && { onProgress: (_, text) => onProgress(1, text) }),
  });
  return {
    ...characterization,
    instruments: { ...characterization.instruments, ...more.instruments },
    values: { ...characterization.values, ...more.values },
    curves: { ...characterization.curves, ...more.curves },
    notes: [...characterization.notes, ...more.notes.filter(({ from }) => from === 'bonding')],
    settings: { instruments: [...characterization.settings.instruments, ...more.settings.instruments] },
    seconds: { ...characterization.seconds, ...more.seconds },
  };
}

/** The recipe with sizes scaled by asked / measured, never far from those asked. */
function adjusted(
  given: HardCarbonRecipe,
  residual: readonly ResidualRow[],
  asked: HardCarbonRecipe,
): HardCarbonRecipe {
  const scale = (key: string): number => {
    const row = residual.find((one) => one.key === key);
    // what is nearly right stays: chasing its noise would disturb the others
    if (!row?.measured || Math.abs(row.deviation ?? 0) < settled * row.tolerance) return 1;
    return Math.min(longestStep, Math.max(1 / longestStep, row.asked.value / row.measured.value));
  };
  const near = (value: number, wanted: number): number =>
    Math.min(wanted * farthest, Math.max(wanted / farthest, value));
  const { pores } = given;
  const volume = scale('poreVolumeN2');
  return {
    ...given,
    la: near(given.la * scale('laScherrer'), asked.la),
    lc: near(given.lc * scale('lcScherrer'), asked.lc),
    d002: given.d002 * scale('d002'),
    ...(pores && {
      pores: {
        ...pores,
        diameter: near(pores.diameter * scale('poreDiameterMode'), asked.pores!.diameter),
        ...(pores.volume !== undefined && { volume: pores.volume * volume }),
      },
    }),
    // where the pore volume decides the density, more pores are a lower density
    ...(residual.some(({ key }) => key === 'poreVolumeN2') &&
      pores?.volume === undefined && { density: given.density * volume ** -0.5 }),
  };
}

/** Sizes half way between two recipes. */
function between(a: HardCarbonRecipe, b: HardCarbonRecipe): HardCarbonRecipe {
  const half = (x: number, y: number): number => Math.sqrt(x * y);
  const { pores } = a;
  return {
    ...a,
    la: half(a.la, b.la),
    lc: half(a.lc, b.lc),
    d002: half(a.d002, b.d002),
    density: half(a.density, b.density),
    ...(pores && {
      pores: {
        ...pores,
        diameter: half(pores.diameter, b.pores!.diameter),
        ...(pores.volume !== undefined && { volume: half(pores.volume, b.pores!.volume!) }),
      },
    }),
  };
}

/** What a perfect stack of the size asked reads, beside what was measured: the bias of the method, not of the build. */
function withPerfectStack(rows: readonly ResidualRow[], { la, lc, d002 }: HardCarbonRecipe): ResidualRow[] {
  const perfect = scherrerOfPerfectStack(la, lc, d002);
  const reads: Readonly<Record<string, number | undefined>> = { laScherrer: perfect.la, lcScherrer: perfect.lc };
  return rows.map((row) => {
    const value = reads[row.key];
    if (value === undefined) return row;
    const note = `perfect stacks of the asked size read ${value.toFixed(1)} Å on the same instrument`;
    return { ...row, note: row.note === undefined ? note : `${note}; ${row.note}` };
  });
}
