// Atoms that move, as every kernel of dynamics sees them.
//
// A coordinate is a fraction of the cell in 2⁻³² of it: u32, so that a difference taken as i32 is that to the nearest image
// without a branch, in any cell whose faces are farther apart than two list cutoffs, and sums of steps round to L/2³² whatever
// the distance from the origin. Rows of positions are (a, b, c, kind | crossings of a, b, c in 9 bits each << 5).
struct System {
  // lattice vectors over 2³², Å
  a: vec3f, atoms: u32,
  b: vec3f, kinds: u32,
  c: vec3f, binCapacity: u32,
  // rows of the inverse cell times 2³² Δt: from Å/fs to steps
  stepA: vec3f, fastest2: f32,
  stepB: vec3f, halfSkin2: f32,
  // ¼ Δt, fs
  stepC: vec3f, stepScale: f32,
  bins: vec3u, spare1: u32,
}

// Atoms begin … begin + count − 1 with their part of a list: row k of it is list[(1 + k) count + local], row 0 the number of rows.
struct Slice {
  begin: u32, count: u32, capacity: u32, which: u32,
  // bins to either side that a list cutoff reaches
  stencil: vec3u, flags: u32,
  // places in the tables
  at: vec4u,
}

// What kernels tell the host and each other. Once something is raised nothing moves any more.
struct Control {
  raised: atomic<u32>,
  // neighbours must be listed
  rebuild: atomic<u32>,
  // steps done since the host has set this to zero, and lists made
  done: u32,
  listings: u32,
  // 1 + the last atom that something was raised for
  culprit: atomic<u32>,
  factor: f32,
  spare: vec2u,
  // most atoms in a bin; most rows of each list
  needed: array<atomic<u32>, 16>,
}

const BIN_FULL = 1u;
const LIST_FULL = 2u;
const RUNAWAY = 4u;
const NOT_FINITE = 8u;
const CROWDED = 16u;

@group(0) @binding(0) var<uniform> system: System;
@group(0) @binding(1) var<uniform> slice: Slice;
@group(0) @binding(2) var<storage, read_write> control: Control;

fn halted() -> bool { return atomicLoad(&control.raised) != 0u; }

fn raise(what: u32, atom: u32) {
  atomicOr(&control.raised, what);
  atomicMax(&control.culprit, atom + 1u);
}

fn threadOf(group: vec3u, groups: vec3u, lane: u32) -> u32 { return (group.y * groups.x + group.x) * 64u + lane; }

fn kindOf(row: vec4u) -> u32 { return row.w & 31u; }

// From one atom to the nearest image of another, Å.
fn between(here: vec4u, there: vec4u) -> vec3f {
  let d = vec3f(bitcast<vec3i>(there.xyz - here.xyz));
  return d.x * system.a + d.y * system.b + d.z * system.c;
}

// Bin along each axis: 16 bits of the fraction, whole numbers only.
fn binOf(row: vec4u) -> vec3u { return ((row.xyz >> vec3u(16u)) * system.bins) >> vec3u(16u); }
