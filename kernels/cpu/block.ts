// The parameter block: what the host program tells the kernel, as f64 words in a fixed order (pointers too). The order is
// that of `words` in src/engine/wasm-layout.ts.

let base: usize = 0;
let next: i32 = 0;

export function open(pointer: usize): void {
  base = pointer;
  next = 0;
}

// @ts-ignore: decorator
@inline
export function takeF(): f64 {
  const at = base + (<usize>next << 3);
  ++next;
  return load<f64>(at);
}

// @ts-ignore: decorator
@inline
export function takeI(): i32 {
  return <i32>takeF();
}

// @ts-ignore: decorator
@inline
export function takeP(): usize {
  return <usize>takeF();
}
