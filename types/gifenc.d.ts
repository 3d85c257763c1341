/** What is used of gifenc (MIT), which brings no types. */
declare module 'gifenc' {
  interface FrameOptions {
    readonly palette?: readonly (readonly number[])[];
    readonly delay?: number;
    readonly repeat?: number;
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    readonly dispose?: number;
  }
  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  type Bytes = Uint8Array | Uint8ClampedArray;
  type Palette = readonly (readonly number[])[];
  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Bytes, colours: number): number[][];
  export function applyPalette(rgba: Bytes, palette: Palette): Uint8Array;
  const everything: {
    readonly GIFEncoder: () => Encoder;
    readonly quantize: (rgba: Bytes, colours: number) => number[][];
    readonly applyPalette: (rgba: Bytes, palette: Palette) => Uint8Array;
  };
  export default everything;
}
