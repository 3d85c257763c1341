/** The embedded form in model files: its schema, and its tables. */
import { z } from 'zod';
import { ModelError } from '../core/errors.ts';
import { switchShapes } from './charge-switch.ts';
import {
  byName,
  type Compile,
  endOf,
  named,
  overlapOf,
  type PairSpecies,
  pairIndices,
  radialSpec,
} from './load-radial.ts';
import { type ChargeSwitch, type EmbeddedTerm, emptyPairs } from './model.ts';
import { type LinearTable, type Table, tabulate, tabulateLog } from './table.ts';

export const embeddedTerm = z.strictObject({
  form: z.literal('embedded'),
  pair: byName(radialSpec),
  density: byName(radialSpec),
  embedding: byName(z.strictObject({ xi: z.number(), exponent: z.number().gt(0).lt(1) })),
  chargeSwitch: z
    .strictObject({
      shape: z.enum(switchShapes).default('linear'),
      bulkCoordination: byName(z.number().positive()),
      switchFraction: byName(z.number().positive()),
      switchStart: byName(z.number().nonnegative()).optional(),
      coordination: byName(radialSpec),
      repulsion: byName(radialSpec),
      host: byName(z.strictObject({ ion: radialSpec, metal: radialSpec })),
      strength: byName(byName(z.number().positive())),
      sites: byName(byName(z.strictObject({ ion: radialSpec, metal: radialSpec }))).optional(),
      metallicShare: byName(byName(z.number())).optional(),
      saturation: byName(z.strictObject({ from: z.number().positive(), width: z.number().positive() })).optional(),
      bareIons: z.boolean().default(false),
    })
    .optional(),
});

/**
 * Compiles an embedded term. All functions of one guest pair share their knots, and so do V_ion and V_met of one site.
 *
 * @param where  path of the term, for messages
 * @throws ModelError  a pair of unknown species, a site with both a strength and functions of its own, a table that fails its audit
 */
export function embeddedTermOf(
  file: PairSpecies,
  term: z.infer<typeof embeddedTerm>,
  compile: Compile,
  where: string,
): EmbeddedTerm {
  const n = file.species.length;
  const change = term.chargeSwitch;
  const tables = {
    pair: emptyPairs(n),
    density: emptyPairs(n),
    coordination: emptyPairs(n),
    repulsion: emptyPairs(n),
    ion: emptyPairs(n),
    metal: emptyPairs(n),
  };
  const keys = new Set(
    [term.pair, term.density, change?.coordination ?? {}, change?.repulsion ?? {}].flatMap((group) =>
      Object.keys(group),
    ),
  );
  for (const key of keys) {
    const [a, b] = pairIndices(file, key, `${where}.pair`);
    const parts = (['pair', 'density', 'coordination', 'repulsion'] as const).flatMap((part) => {
      const group = part === 'pair' || part === 'density' ? term[part] : change?.[part];
      const spec = group?.[key];
      const path = `${where}.${part}.${key}`;
      return spec ? [{ part, path, to: endOf(spec, path), made: compile(spec, path) }] : [];
    });
    if (change?.bareIons) takePairFromIons(parts, `${where}.repulsion.${key}`);
    const made = tabulate(
      parts.map((part) => named(part.path, part.made)),
      overlapOf(file, a, b),
      Math.max(...parts.map(({ to }) => to)),
    );
    parts.forEach(({ part }, i) => {
      tables[part][a]![b] = made[i]!;
      if (part !== 'density') tables[part][b]![a] = made[i]!;
    });
  }
  const embedding = file.species.map((species): Table | null => {
    const spec = term.embedding[species];
    if (!spec) return null;
    const { xi, exponent } = spec;
    return tabulateLog({
      what: `${where}.embedding.${species}`,
      value: (rho) => (rho > 0 ? -xi * rho ** exponent : 0),
      slope: (rho) => -xi * exponent * rho ** (exponent - 1),
    });
  });
  let chargeSwitch: ChargeSwitch | null = null;
  if (change) {
    hostTables(file, change, compile, where, tables);
    for (const [guest, start] of Object.entries(change.switchStart ?? {})) {
      const end = change.switchFraction[guest];
      if (end === undefined || start >= end)
        throw new ModelError(
          `${where}.chargeSwitch.switchStart.${guest} must be below switchFraction (${end}), got ${start}`,
        );
    }
    chargeSwitch = {
      shape: change.shape,
      coordination: tables.coordination,
      repulsion: tables.repulsion,
      ion: tables.ion,
      metal: tables.metal,
      saturation: file.species.map((s) => change.saturation?.[s] ?? null),
      bareIons: change.bareIons,
      nSwitch: file.species.map((s) => (change.bulkCoordination[s] ?? 0) * (change.switchFraction[s] ?? 0)),
      nStart: file.species.map((s) => (change.bulkCoordination[s] ?? 0) * (change.switchStart?.[s] ?? 0)),
    };
  }
  return { form: 'embedded', pair: tables.pair, density: tables.density, embedding, chargeSwitch };
}

interface Part {
  part: 'pair' | 'density' | 'coordination' | 'repulsion';
  path: string;
  /** Å, where it ends */
  to: number;
  made: ReturnType<Compile>;
}

/** Bare ions have Y in place of φ: what s_i s_j multiplies is Y − φ. */
function takePairFromIons(parts: Part[], path: string): void {
  const phi = parts.find(({ part }) => part === 'pair');
  if (!phi) return;
  const own = parts.findIndex(({ part }) => part === 'repulsion');
  const y = own < 0 ? null : parts.splice(own, 1)[0]!;
  parts.push({
    part: 'repulsion',
    path,
    to: Math.max(phi.to, y?.to ?? 0),
    made: {
      value: (r) => (y && r < y.to ? y.made.value(r) : 0) - (r < phi.to ? phi.made.value(r) : 0),
      slope: (r) => (y && r < y.to ? y.made.slope(r) : 0) - (r < phi.to ? phi.made.slope(r) : 0),
    },
  });
}

type SwitchSpec = NonNullable<z.infer<typeof embeddedTerm>['chargeSwitch']>;

/** Fills the tables of V_ion and V_met: basal functions times the strength of a site, or the site's own. */
function hostTables(
  file: PairSpecies,
  change: SwitchSpec,
  compile: Compile,
  where: string,
  tables: Record<'ion' | 'metal', (LinearTable | null)[][]>,
): void {
  for (const [guest, host] of Object.entries(change.host)) {
    const path = `${where}.chargeSwitch.host.${guest}`;
    const ion = compile(host.ion, `${path}.ion`);
    const metal = compile(host.metal, `${path}.metal`);
    const to = Math.max(endOf(host.ion, path), endOf(host.metal, path));
    const sites = change.sites?.[guest] ?? {};
    for (const [site, own] of Object.entries(sites)) {
      const at = `${where}.chargeSwitch.sites.${guest}.${site}`;
      const [a, b] = pairIndices(file, `${guest}-${site}`, at);
      const [ionTable, metalTable] = tabulate(
        [named(`${at}.ion`, compile(own.ion, `${at}.ion`)), named(`${at}.metal`, compile(own.metal, `${at}.metal`))],
        overlapOf(file, a, b),
        Math.max(endOf(own.ion, at), endOf(own.metal, at)),
      );
      tables.ion[a]![b] = ionTable!;
      tables.metal[a]![b] = metalTable!;
    }
    for (const [site, strength] of Object.entries(change.strength[guest] ?? {})) {
      if (site in sites)
        throw new ModelError(`${path}: ${site} has functions of its own and a strength; wanted one of them`);
      const [a, b] = pairIndices(file, `${guest}-${site}`, path);
      const share = strength * (change.metallicShare?.[guest]?.[site] ?? 0);
      const [ionTable, metalTable] = tabulate(
        [
          named(`${path}.ion at ${site}`, ion, strength),
          {
            what: `${path}.metal at ${site}`,
            value: (r) => metal.value(r) + share * ion.value(r),
            slope: (r) => metal.slope(r) + share * ion.slope(r),
          },
        ],
        overlapOf(file, a, b),
        to,
      );
      tables.ion[a]![b] = ionTable!;
      tables.metal[a]![b] = metalTable!;
    }
  }
}
