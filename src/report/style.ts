/** The look of report.html: one column, light and dark, phone and paper. */
import { branchColors, inks, stateColors } from './theme.ts';

/** Dark counterparts of the inks that figures are drawn in. */
const darkInks: Readonly<Record<keyof typeof inks, string>> = {
  text: '#e8ebef',
  soft: '#a3adba',
  line: '#4a5360',
  faint: '#2b323b',
  paper: '#171b21',
};

/** The darker inks of curves and bars, lifted for a dark page. */
const darkCurves: Readonly<Record<string, string>> = {
  [branchColors.discharge]: '#5aa5e6',
  [branchColors.charge]: '#ef7a63',
  [stateColors[1]]: '#4d94d4',
  [stateColors[3]]: '#dd5a5e',
};

const darkFigures = [
  ...Object.entries(inks).map(([name, ink]) => [ink, darkInks[name as keyof typeof inks]] as const),
  ...Object.entries(darkCurves),
]
  .flatMap(([light, dark]) => ['fill', 'stroke'].map((paint) => `.figure svg [${paint}="${light}"]{${paint}:${dark}}`))
  .join('\n');

const variables = (colors: Readonly<Record<keyof typeof inks, string>>): string =>
  Object.entries(colors)
    .map(([name, color]) => `--${name}:${color};`)
    .join('');

export const pageStyle = `
:root{color-scheme:light;${variables(inks)}--panel:#f6f7f9;--accent:#1f6fb4;--warn:#b46a00;--warn-panel:#fdf5e6}
@media screen and (prefers-color-scheme:dark){
:root{color-scheme:dark;${variables(darkInks)}--panel:#1f252d;--accent:#6cb0ea;--warn:#f0b554;--warn-panel:#2c2517}
${darkFigures}
}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans",sans-serif}
main{max-width:820px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;text-wrap:balance}
h2{font-size:1.2rem;margin:44px 0 10px}
p{margin:6px 0;max-width:46em}
a{color:var(--accent)}
.soft,figcaption,.note{color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:4px 18px;margin:10px 0 0;padding:0;list-style:none;color:var(--soft);font-size:.92rem}
.facts b{color:var(--text);font-weight:500}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(220px,1fr));gap:12px;margin:26px 0 0}
.card{background:var(--panel);border-radius:10px;padding:14px 16px}
.card h3{margin:0;font-size:.85rem;font-weight:500;color:var(--soft)}
.card .value{font-size:1.55rem;font-weight:600;letter-spacing:-.01em;line-height:1.3;font-variant-numeric:tabular-nums}
.card .value small{font-size:.58em;font-weight:400;color:var(--soft);letter-spacing:0;white-space:nowrap}
.card p{margin:2px 0 0;font-size:.83rem;line-height:1.4;color:var(--soft)}
.warnings{margin:22px 0 0;padding:12px 16px;border-left:4px solid var(--warn);border-radius:4px 10px 10px 4px;background:var(--warn-panel)}
.warnings h2{margin:0;font-size:.95rem;color:var(--warn)}
.warnings ul{margin:4px 0 0;padding-left:1.1em}
.warnings li{margin:3px 0;font-size:.92rem}
figure{margin:0}
.figure{overflow-x:auto;margin:0 -4px}
.figure svg{display:block;width:100%;min-width:440px;height:auto}
.figure svg .background{fill:none}
.figure svg>rect:first-child{fill:none}
figcaption,section>p.soft{font-size:.9rem;max-width:50em}
.links{margin:6px 0 0;font-size:.85rem;display:flex;gap:14px;flex-wrap:wrap}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--faint);vertical-align:top}
th{font-weight:500;color:var(--soft);font-size:.85rem;white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
td.text{min-width:16em}
table.dense{font-size:.82rem}table.dense th{font-size:.78rem}table.dense th,table.dense td{padding:3px 10px 3px 0}
details{margin:14px 0 0}
summary{cursor:pointer;color:var(--accent);font-size:.95rem}
#viewer{position:relative;height:min(560px,90vw);border-radius:12px;background:var(--panel);overflow:hidden;touch-action:pan-y}
#viewer canvas{display:block}
#viewer .note{position:absolute;inset:0;display:grid;place-items:center;margin:auto;padding:24px;text-align:center}
.controls{display:flex;flex-wrap:wrap;gap:8px;margin:10px 0}
.controls button{font:inherit;font-size:.9rem;min-height:38px;padding:5px 14px;border-radius:19px;border:1px solid var(--line);background:var(--paper);color:var(--text);cursor:pointer}
.controls button[aria-pressed=true]{background:var(--text);border-color:var(--text);color:var(--paper)}
.controls .gap{flex:1 1 12px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;font-size:.88rem;color:var(--soft);margin:8px 0 0;min-height:1.5em}
.legend i{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.45em;vertical-align:-.06em}
footer{margin-top:52px;padding-top:14px;border-top:1px solid var(--faint);font-size:.85rem;color:var(--soft)}
#viewer-legend i.bond{border-radius:2px;height:.24em;width:1.3em;vertical-align:.22em}
code{font:.9em ui-monospace,Menlo,Consolas,monospace}
@media (max-width:560px){.figure,.scroll{background:linear-gradient(to left,var(--paper) 60%,transparent) 100%/40px 100% no-repeat local,linear-gradient(to left,var(--line),transparent) 100%/8px 100% no-repeat scroll}main{padding:20px 14px 48px}h1{font-size:1.4rem}.cards{grid-template-columns:1fr 1fr;gap:8px}.card{padding:10px 12px}.card .value{font-size:1.2rem}}
@media print{
body{font-size:11pt}main{max-width:none;padding:0}.controls,.links{display:none}
.card,.warnings,figure,table{break-inside:avoid}h2{break-after:avoid}#viewer{height:400px}
}
`;
