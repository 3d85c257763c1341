/** Tables and cards of report.html. */
import type { Quantity } from '../analysis/replicas.ts';
import { formatTwoDigits, formatValue, formatVoltage, formatWithError } from './format.ts';
import type { Report } from './report.ts';

/** Text as HTML shows it, safe in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A headline number with its title above and a line of text below. */
export function card(title: string, value: string, text: string): string {
  return `<div class="card"><h3>${title}</h3><div class="value">${value}</div><p>${escapeHtml(text)}</p></div>`;
}

/** `268 <small>± 6 mAh/g</small>`, or a dash. */
export function cardValue({ value, error, unit }: Quantity): string {
  if (value === null) return '–';
  const spread = error === null || error === 0 ? '' : `± ${formatValue(error, error)} `;
  return `${formatValue(value, error)} <small>${spread}${escapeHtml(unit)}</small>`;
}

function signed({ value, error }: Quantity): string {
  return `${value! > 0 ? '+' : ''}${formatValue(value, error)}`;
}

/** The numbers a reader looks for first; one that could not be had says why. */
export function headlines({ capacities: c, equilibrium, galvanostatic, study: { guest } }: Report): string {
  const why = (quantity: Quantity, text: string): string => (quantity.value === null ? (quantity.note ?? text) : text);
  const { discharge, charge } = c.plateauBracket;
  const bracket =
    discharge.value === null || charge.value === null
      ? '–'
      : `${signed(discharge)} … ${signed(charge)} <small>V</small>`;
  const note = discharge.note ?? charge.note;
  return [
    card('Total capacity', cardValue(c.total), why(c.total, 'charge branch at 0 V')),
    card('Slope', cardValue(c.slope), why(c.slope, `stored above ${formatVoltage(c.slopeCut)} V, discharge branch`)),
    card('Plateau', cardValue(c.plateau), why(c.plateau, 'total minus slope')),
    card(
      'Plateau voltage, bracket',
      bracket,
      note ?? `discharge … charge branch at half plateau, V vs ${guest}/${guest}⁺`,
    ),
    ...(equilibrium
      ? [
          card(
            'Plateau voltage, equilibrium',
            cardValue(equilibrium.plateauVoltage),
            why(equilibrium.plateauVoltage, `mean over the plateau, free energies of filling, V vs ${guest}/${guest}⁺`),
          ),
          card(
            'Plateau, equilibrium',
            cardValue(equilibrium.plateau),
            `between ${formatVoltage(c.slopeCut)} and 0 V, free energies of filling`,
          ),
        ]
      : []),
    ...(galvanostatic
      ? [
          card(
            'Plateau voltage, galvanostatic',
            cardValue(galvanostatic.plateauVoltage),
            why(galvanostatic.plateauVoltage, `mean of the driven branches, V vs ${guest}/${guest}⁺`),
          ),
          card(
            'Hysteresis, galvanostatic',
            cardValue(galvanostatic.hysteresis),
            why(galvanostatic.hysteresis, 'charge minus discharge, mean over the plateau'),
          ),
        ]
      : []),
    card(
      'First-cycle loss',
      cardValue(c.irreversible),
      why(c.irreversible, `stored above ${formatVoltage(c.irreversibleAbove)} V; part of the slope`),
    ),
    card(
      'Hysteresis',
      cardValue(c.voltageHysteresis),
      why(c.voltageHysteresis, 'widest gap between the branches at equal capacity'),
    ),
  ].join('\n');
}

/** Every quoted number with its definition. */
export function capacityRows({ capacities: c, equilibrium: e, galvanostatic: g }: Report): string {
  const cut = `${formatVoltage(c.slopeCut)} V`;
  const loss = `${formatVoltage(c.irreversibleAbove)} V`;
  const rows: [string, Quantity, string][] = [
    [
      'Total capacity',
      c.total,
      'Capacity of the charge branch at 0 V. Capacity is 26 801.4 · ⟨guests⟩ / mass of host in amu.',
    ],
    ['Slope capacity', c.slope, `Capacity of the discharge branch at ${cut}; includes the first-cycle loss.`],
    ['Plateau capacity', c.plateau, 'Total minus slope.'],
    [
      'First-cycle loss',
      c.irreversible,
      `Capacity of the discharge branch at ${loss}: sites too strong to give their guest back.`,
    ],
    [
      'Plateau bracket, discharge',
      c.plateauBracket.discharge,
      'Voltage at which the discharge branch passes slope + plateau/2.',
    ],
    [
      'Plateau bracket, charge',
      c.plateauBracket.charge,
      'The same on the charge branch. The plateau voltage lies between the two; neither of them is it.',
    ],
    [
      'Voltage hysteresis',
      c.voltageHysteresis,
      'Largest voltage between the branches at equal capacity, within the middle 80 % of the plateau.',
    ],
    ['Capacity hysteresis', c.capacityHysteresis, 'Charge minus discharge branch at 0 V.'],
    ['Mean voltage, discharge', c.meanVoltage.discharge, `∫V dq / ∫dq from ${loss} down to the total capacity.`],
    ['Mean voltage, charge', c.meanVoltage.charge, `∫V dq / ∫dq from 0 V up to ${loss}.`],
    ...(g
      ? ([
          [
            'Plateau voltage, galvanostatic',
            g.plateauVoltage,
            `Mean voltage of both driven branches over the states of charge that lie below ${cut} on both.`,
          ],
          ['Hysteresis, galvanostatic', g.hysteresis, 'Charge minus discharge voltage, mean over the same states.'],
        ] as [string, Quantity, string][])
      : []),
    ...(e
      ? ([
          [
            'Total capacity, equilibrium',
            e.total,
            'At 0 V with every pore as full as its free energy says, independent of the branch.',
          ],
          ['Slope capacity, equilibrium', e.slope, `The same at ${cut}.`],
          ['Plateau capacity, equilibrium', e.plateau, 'Total minus slope, in equilibrium.'],
          ['Plateau voltage, equilibrium', e.plateauVoltage, `∫V dq / ∫dq from ${cut} down to 0 V, in equilibrium.`],
        ] as [string, Quantity, string][])
      : []),
  ];
  return rows
    .map(([name, quantity, definition]) => {
      const note = quantity.note === undefined ? '' : ` <span class="note">(${escapeHtml(quantity.note)})</span>`;
      return `<tr><td>${name}</td><td class="number">${formatWithError(quantity)}</td><td>${quantity.unit}</td><td class="text">${escapeHtml(definition)}${note}</td></tr>`;
    })
    .join('\n');
}

/** One line per ladder point. */
export function curveTable({ curve }: Report): string {
  const points = (['discharge', 'charge'] as const).flatMap((branch) => curve[branch].map((p) => ({ branch, ...p })));
  const moves = [...new Set(points.flatMap((p) => Object.keys(p.acceptance)))];
  const head = [
    'Branch',
    'V',
    'Capacity (mAh/g)',
    'Energy (eV/guest)',
    'Drift (mAh/g)',
    ...moves.map((move) => `Accepted: ${move}`),
  ];
  const rows = points.map(({ branch, voltage, capacity, energy, drift, equilibrated, acceptance }) => [
    branch,
    formatVoltage(voltage),
    formatWithError(capacity),
    formatWithError(energy),
    `${formatWithError(drift)}${equilibrated === false ? ' ⚠' : ''}`,
    ...moves.map((move) => formatTwoDigits(acceptance[move]?.value)),
  ]);
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell, i) => `<${tag}${i > 0 ? ' class="number"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table class="dense"><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('\n')}</tbody></table></div>`;
}

/** One line per pore that was sampled, those that fill first on top. */
export function poreTable({ equilibrium }: Report): string {
  if (!equilibrium || equilibrium.pores.length === 0) return '';
  const head = [
    'Structure',
    'Diameter (Å)',
    'Volume (Å³)',
    'Fills at (V)',
    'Others empty (V)',
    'Others full (V)',
    'Guests at 0 V',
    'Barrier (kT)',
    'Round trips',
  ];
  const rows = [...equilibrium.pores]
    .sort((a, b) => (b.fillingVoltage.value ?? 0) - (a.fillingVoltage.value ?? 0))
    .map(({ replica, diameter, volume, fillingVoltage, othersEmpty, othersFull, guests, barrier, roundTrips }) => [
      String(replica + 1),
      diameter.toFixed(1),
      volume.toFixed(0),
      formatWithError(fillingVoltage),
      formatWithError(othersEmpty),
      formatWithError(othersFull),
      formatWithError(guests),
      formatWithError(barrier),
      String(roundTrips),
    ]);
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag} class="number">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return (
    '<section><h2>Pore by pore</h2><p class="caption">Each pore sampled by itself, when its turn comes: those that fill before it full, those after it ' +
    'empty. The order follows from two shorter samplings, with all others empty and with all others full. Diameters are of the largest sphere, between carbon surfaces.</p>' +
    `<div class="scroll"><table class="dense"><thead>${line(head, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('\n')}</tbody></table></div></section>`
  );
}

/** Records side by side, one row per key. */
export function quantityTable(
  first: string,
  columns: readonly [string, Readonly<Record<string, Quantity | string>>][],
): string {
  const keys = [...new Set(columns.flatMap(([, record]) => Object.keys(record)))];
  if (keys.length === 0) return '<p class="soft">Nothing recorded.</p>';
  const cell = (entry: Quantity | string | undefined): string =>
    entry === undefined ? '–' : typeof entry === 'string' ? entry : formatWithError(entry);
  const rows = keys.map((key) => {
    const entries = columns.map(([, record]) => record[key]);
    const unit = entries.map((e) => (typeof e === 'object' ? e.unit : '')).find((u) => u !== '' && u !== '1') ?? '';
    return `<tr><td>${escapeHtml(keyText(key))}</td>${entries.map((e) => `<td class="number">${escapeHtml(cell(e))}</td>`).join('')}<td>${escapeHtml(unit)}</td></tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th>${first}</th>${columns
    .map(([name]) => `<th class="number">${escapeHtml(name)}</th>`)
    .join('')}<th>Unit</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

const symbols: Readonly<Record<string, string>> = {
  la: 'La',
  lc: 'Lc',
  d002: 'd002',
  lnActivityAtZeroVolt: 'ln activity at 0 V',
};

/** `latticeConstant` → `lattice constant`. */
function keyText(key: string): string {
  return symbols[key] ?? key.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
}

/** What must be known before the numbers are quoted; nothing where there is nothing to say. */
export function warningSection(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  const items = warnings.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
  return `<section class="warnings"><h2>Before you quote these numbers</h2><ul>${items}</ul></section>`;
}
