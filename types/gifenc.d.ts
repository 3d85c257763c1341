/** What is used of gifenc (MIT), which brings no types; its CommonJS build has everything on the default import. */
declare module 'gifenc' {
  interface FrameOptions {
    readonly palette?: readonly (readonly number[])[];
    readonly delay?: number;
    readonly repeat?: number;
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    readonly dispose?: number;
  }
  const gifenc: {
    GIFEncoder(): {
      writeFrame(index: Uint8Array, width: number, height: number, options: FrameOptions): void;
      finish(): void;
      bytes(): Uint8Array;
    };
    quantize(rgba: Uint8Array | Uint8ClampedArray, colours: number): number[][];
    applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: readonly (readonly number[])[]): Uint8Array;
  };
  export default gifenc;
}
