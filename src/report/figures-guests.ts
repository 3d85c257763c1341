/** Figures of what guests are: how metallic, in which pores, and what X-rays see of it. */
import type { TopLevelSpec } from 'vega-lite';
import { linePlot, type Series } from './figures-curves.ts';
import type { Report } from './report.ts';
import { branchColors, speciesColors, stateColors } from './theme.ts';

/** Small pores light, large ones dark. */
const sizeColors = ['#a8d5c9', '#74b3dd', '#2f8f9d', '#1f6fb4', '#6a51a3', '#8e4a9e', '#c8432b'] as const;

/** Metal share along both branches, beside the mapped spectrum of the named states. */
export function metalFigure(report: Report): TopLevelSpec {
  const { points, nmr } = report.guests!.states!;
  const { guest } = report.study;
  const series = (['discharge', 'charge'] as const).flatMap((branch): Series[] => {
    const own = points.filter((p) => p.branch === branch && p.metalShare.value !== null);
    if (own.length === 0) return [];
    return [
      {
        name: branch,
        x: own.map((p) => p.voltage),
        y: own.map((p) => p.metalShare.value!),
        color: branchColors[branch],
      },
    ];
  });
  const left = linePlot({
    x: { title: `Voltage (V vs ${guest})` },
    y: { title: 'Metal share of guests', domain: [0, 1] },
    series,
    width: 245,
    legendColumns: 2,
    height: 220,
  });
  if (!nmr || nmr.spectra.length === 0) return left;
  const label = (name: string): string => report.states.find((s) => s.name === name)?.label ?? name;
  const right = linePlot({
    x: { title: `${nmr.nucleus} shift, mapped (ppm)` },
    y: { title: 'Intensity (1/ppm)', zero: true },
    series: nmr.spectra.map(({ state, shift, intensity }, k) => ({
      name: label(state),
      x: shift,
      y: intensity,
      color: stateColors[k % stateColors.length]!,
    })),
    width: 245,
    legendColumns: 2,
    height: 220,
  });
  return beside(left, right);
}

/** Filling of pores of each size along both branches. */
export function poreFillingFigure(report: Report): TopLevelSpec {
  const { bins, points } = report.guests!.pores!;
  const { guest } = report.study;
  const panel = (branch: 'discharge' | 'charge'): TopLevelSpec => {
    const own = points.filter((p) => p.branch === branch);
    const series = bins.flatMap((bin, k): Series[] => {
      const known = own.filter((p) => p.filling[k]!.value !== null);
      if (known.length === 0) return [];
      return [
        {
          name: binName(bin),
          x: known.map((p) => p.voltage),
          y: known.map((p) => p.filling[k]!.value!),
          color: sizeColors[k % sizeColors.length]!,
        },
      ];
    });
    return linePlot({
      title: branch,
      x: { title: `Voltage (V vs ${guest})` },
      y: { title: branch === 'discharge' ? 'Filling of void' : '', zero: true },
      series,
      width: 245,
      legendColumns: 2,
      height: 230,
    });
  };
  const branches = (['discharge', 'charge'] as const).filter((branch) => points.some((p) => p.branch === branch));
  const [first, second] = branches.map(panel);
  return second ? beside(first!, second) : first!;
}

/** `5–7 Å`, `24 Å and more` */
export function binName({ from, to }: { readonly from: number; readonly to: number | null }): string {
  return to === null ? `≥ ${from} Å` : `${from}–${to} Å`;
}

/** Structure factor and small angles of the host alone and with its guests. */
export function filledHostFigure(report: Report): TopLevelSpec {
  const { curves } = report.guests!.scattering!;
  const lines = (name: string, column: string): Series[] => {
    const curve = curves[name]!;
    return (['host', 'filled'] as const).map((which, k) => ({
      name: which === 'host' ? 'empty host' : 'with guests',
      x: finite(curve['q (1/Å)']!),
      y: finite(curve[`${which}, ${column}`]!),
      color: [speciesColors[0], speciesColors[1]][k]!,
    }));
  };
  const left = linePlot({
    x: { title: 'q (1/Å)', domain: [0.5, 6] },
    y: { title: 'S(q)', zero: true },
    series: lines('structureFactor', 'S(q)'),
    width: 245,
    legendColumns: 2,
    height: 220,
  });
  if (!curves['saxs']) return left;
  const right = linePlot({
    x: { title: 'q (1/Å)', log: true },
    y: { title: 'Intensity (1/cm)', log: true },
    series: lines('saxs', 'intensity (1/cm)'),
    width: 245,
    legendColumns: 2,
    height: 220,
  });
  return beside(left, right);
}

const finite = (values: readonly (number | null)[]): number[] => values.map((x) => x ?? Number.NaN);

/** Two plots side by side, each with colours of its own. */
function beside(left: TopLevelSpec, right: TopLevelSpec): TopLevelSpec {
  return {
    spacing: 40,
    resolve: { scale: { color: 'independent' } },
    hconcat: [left, right],
  } as TopLevelSpec;
}
