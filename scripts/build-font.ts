/**
 * Takes the outlines of the letters that pictures are labelled with out of the Inter typeface (SIL Open Font License 1.1, kept as a
 * development dependency) and writes them as src/generated/font.ts, so that text can be drawn without a display or a font.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import opentype from 'opentype.js';

const require = createRequire(import.meta.url);
const root = new URL('../', import.meta.url);
const ascii = Array.from({ length: 95 }, (_, k) => String.fromCharCode(32 + k)).join('');
const wanted = [...new Set(`${ascii}Å°·–—−×±²³⁺⁻µ…→≥≤’é\u202f`)];

const weights = { regular: 400, bold: 600 };
const faces = Object.fromEntries(
  Object.entries(weights).map(([name, weight]) => {
    const fonts = ['latin', 'latin-ext'].map((part) => {
      const path = require.resolve(`@fontsource/inter/files/inter-${part}-${weight}-normal.woff`);
      const bytes = readFileSync(path);
      return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    });
    const glyphs = wanted.flatMap((letter) => {
      const font = fonts.find((one) => one.charToGlyphIndex(letter) > 0);
      if (!font) return [];
      const glyph = font.charToGlyph(letter);
      return [[letter, [Math.round(glyph.advanceWidth ?? 0), glyph.getPath(0, 0, font.unitsPerEm).toPathData(0)]]];
    });
    return [name, { unitsPerEm: fonts[0]!.unitsPerEm, glyphs: Object.fromEntries(glyphs) }];
  }),
);
const folder = new URL('src/generated/', root);
mkdirSync(folder, { recursive: true });
writeFileSync(
  new URL('font.ts', folder),
  `/**
 * Made by scripts/build-font.ts from Inter, Copyright 2016 The Inter Project Authors, under the SIL Open Font License 1.1
 * (https://openfontlicense.org): advance and outline (SVG path, y down) of every letter.
 */
export interface Face { readonly unitsPerEm: number; readonly glyphs: Readonly<Record<string, readonly [number, string]>> }
export const faces: Readonly<Record<'regular' | 'bold', Face>> = ${JSON.stringify(faces)};
`,
);
