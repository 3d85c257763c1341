/** What scripts/build-font.ts uses of opentype.js (MIT), which brings no types. */
declare module 'opentype.js' {
  interface Font {
    readonly unitsPerEm: number;
    charToGlyphIndex(letter: string): number;
    charToGlyph(letter: string): {
      readonly advanceWidth?: number;
      getPath(x: number, y: number, size: number): { toPathData(decimals: number): string };
    };
  }
  const opentype: { parse(bytes: ArrayBuffer): Font };
  export default opentype;
}
