// Philox4x32-10 (Salmon et al., SC11 2011): ten rounds on a 128-bit counter. Words of the last call stand in w0 … w3.

export let w0: u32 = 0;
export let w1: u32 = 0;
export let w2: u32 = 0;
export let w3: u32 = 0;

export function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; ++round) {
    const p0 = <u64>0xd2511f53 * <u64>c0;
    const p1 = <u64>0xcd9e8d57 * <u64>c2;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
    c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
    c3 = <u32>p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  w0 = c0;
  w1 = c1;
  w2 = c2;
  w3 = c3;
}

// uniform in (0, 1): (w + ½)·2⁻³²
// @ts-ignore: decorator
@inline
export function uniform(word: u32): f64 {
  return (<f64>word + 0.5) * 2.3283064365386963e-10;
}

// uniform in [0, 1) from two words, for choices among more than 2³² chances: k·2⁻⁵³
// @ts-ignore: decorator
@inline
export function uniform53(high: u32, low: u32): f64 {
  return (<f64>(high >> 5) * 67108864.0 + <f64>(low >> 6)) * 1.1102230246251565e-16;
}
