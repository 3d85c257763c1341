// Velocity Verlet:  v += ½Δt f/m,  x += Δt v,  forces,  v += ½Δt f/m, then velocity rescaling (Bussi); or, with a Langevin bath, half a
// drift, v ← c v + √(k_B T (1 − c²)/m) ξ and the other half in place of the drift (BAOAB).
//
// Rows of velocities are (vx, vy, vz, ½Δt/m in Å/fs per eV/Å): a frozen atom has zero there. Energies are summed as whole numbers,
// U in 2⁻²² and K in 2⁻²⁴ eV, in two halves of 16 bits: exactly, in whatever order.
@group(0) @binding(3) var<storage, read_write> positions: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> velocities: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> forces: array<vec4f>;
@group(0) @binding(6) var<storage, read> listed: array<vec4u>;
// one row per 64 atoms: U and K, high and low halves; then one row per 64 atoms: heat from the bath since the host has set it to zero
@group(0) @binding(7) var<storage, read_write> sums: array<vec4i>;
// bits of f32 per step. Rescaling: e^(−Δt/τ), ½ k_B T (1 − e^(−Δt/τ)) in eV, R₁, Σ R_i²; afterwards K before it was rescaled, eV, and the
// factor. Langevin: c = e^(−Δt/τ), 2 k_B T (1 − c²)/Δt in eV/fs; then two words of u32, the step's part of the counter
@group(0) @binding(8) var<storage, read_write> noise: array<vec4u>;
// place of every atom in the input: what its random numbers are counted by
@group(0) @binding(9) var<storage, read> order: array<u32>;
// key of Philox, stream
@group(0) @binding(10) var<uniform> seed: vec4u;

const perPotential = 4194304.0;
const perKinetic = 16777216.0;

// Moves an atom, in steps of the cell, and marks where neighbours must be listed anew.
fn displace(i: u32, v: vec3f) {
  let before = positions[i];
  let step = vec3i(round(v.x * system.stepA + v.y * system.stepB + v.z * system.stepC));
  let after = before.xyz + bitcast<vec3u>(step);
  let up = select(vec3u(0u), vec3u(1u), (step > vec3i(0)) & (after < before.xyz));
  let down = select(vec3u(0u), vec3u(1u), (step < vec3i(0)) & (after > before.xyz));
  var w = before.w;
  for (var k = 0u; k < 3u; k++) {
    let shift = 5u + 9u * k;
    let crossings = ((w >> shift) + up[k] - down[k]) & 511u;
    w = (w & ~(511u << shift)) | (crossings << shift);
  }
  let row = vec4u(after, w);
  positions[i] = row;
  let far = between(listed[i], row);
  if (!(dot(far, far) <= system.halfSkin2)) { atomicStore(&control.rebuild, 1u); }
}

@compute @workgroup_size(64)
fn drift(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (halted() || i >= system.atoms) { return; }
  var v = velocities[i];
  v = vec4f(v.xyz + v.w * forces[i].xyz, v.w);
  velocities[i] = v;
  forces[i] = vec4f(0.0);
  if (!(dot(v.xyz, v.xyz) <= system.fastest2)) {
    raise(RUNAWAY, i);
    return;
  }
  displace(i, v.xyz);
}

var<workgroup> part: array<vec4i, 64>;

// Sum of `part` over the lanes, in part[0].
fn addUp(lane: u32) {
  for (var width = 32u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (lane < width) { part[lane] += part[lane + width]; }
  }
}

// Whole number of units, in halves; what does not fit is raised.
fn halves(x: f32, per: f32, i: u32) -> vec2i {
  let units = round(x * per);
  if (!(abs(units) < 2147483520.0)) {
    raise(NOT_FINITE, i);
    return vec2i(0);
  }
  let whole = i32(units);
  return vec2i(whole >> 16u, whole & 0xffff);
}

// (cos, sin) of so many turns, from a quarter of one: the language promises no more than 2⁻¹¹ for its own.
fn wave(turns: f32) -> vec2f {
  let quarter = round(4.0 * turns);
  let x = 6.283185307179586 * (turns - 0.25 * quarter);
  let q = x * x;
  let c = 1.0 + q * (-0.5 + q * (0.041666667 + q * (-0.0013888889 + q * 2.4801587e-5)));
  let s = x * (1.0 + q * (-0.16666667 + q * (0.0083333333 + q * (-1.9841270e-4 + q * 2.7557319e-6))));
  switch (u32(quarter) & 3u) {
    case 1u: { return vec2f(-s, c); }
    case 2u: { return vec2f(-c, -s); }
    case 3u: { return vec2f(s, -c); }
    default: { return vec2f(c, s); }
  }
}

// Three standard normals from one block, as `Noise.gaussians` makes them. Words rounded to 24 bits keep the tails.
fn gaussians(words: vec4u) -> vec3f {
  let u = min((vec4f(words) + 0.5) * 2.3283064365386963e-10, vec4f(1.0));
  let r = sqrt(-2.0 * log(u.xz));
  return vec3f(r.x * wave(u.y), r.y * wave(u.w).x);
}

@compute @workgroup_size(64)
fn bathe(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  var mine = vec4i(0);
  if (!halted() && i < system.atoms) {
    let row = noise[control.done];
    let before = velocities[i];
    let u = before.xyz + before.w * forces[i].xyz;
    let spread = sqrt(bitcast<f32>(row.y) * before.w);
    let v = bitcast<f32>(row.x) * u + spread * gaussians(philox(vec4u(row.zw, order[i], seed.z), seed.xy));
    velocities[i] = vec4f(v, before.w);
    forces[i] = vec4f(0.0);
    if (before.w != 0.0) {
      mine = vec4i(halves(system.stepScale * (dot(v, v) - dot(u, u)) / before.w, perKinetic, i), 0, 0);
      if (dot(u, u) + dot(v, v) <= 2.0 * system.fastest2) {
        displace(i, 0.5 * (u + v));
      } else {
        raise(RUNAWAY, i);
      }
    }
  }
  part[lane] = mine;
  addUp(lane);
  if (lane == 0u && i < system.atoms) {
    let at = (system.atoms + 63u) / 64u + (i >> 6u);
    let low = sums[at].y + part[0].y;
    sums[at] = vec4i(sums[at].x + part[0].x + (low >> 16u), low & 0xffff, 0, 0);
  }
}

@compute @workgroup_size(64)
fn kick(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (halted() || i >= system.atoms) { return; }
  let v = velocities[i];
  velocities[i] = vec4f(v.xyz + v.w * forces[i].xyz, v.w);
  if (i == 0u) {
    control.done++;
    control.listings += atomicLoad(&control.rebuild);
    atomicStore(&control.rebuild, 0u);
  }
}

@compute @workgroup_size(64)
fn measure(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  var mine = vec4i(0);
  if (i < system.atoms) {
    let v = velocities[i];
    // ½ m v² = ¼ Δt v²/(½Δt/m)
    let kinetic = select(system.stepScale * dot(v.xyz, v.xyz) / v.w, 0.0, v.w == 0.0);
    mine = vec4i(halves(forces[i].w, perPotential, i), halves(kinetic, perKinetic, i));
  }
  part[lane] = mine;
  addUp(lane);
  if (lane == 0u && i < system.atoms) { sums[i >> 6u] = part[0]; }
}

var<workgroup> kinetic: array<f32, 256>;

// α² = c + (g/K)(R₁² + Σ R_i²) + 2 R₁ √(c g/K), g = ½ k_B T (1 − c), from K summed in a fixed tree.
@compute @workgroup_size(256)
fn thermostat(@builtin(local_invocation_index) lane: u32) {
  let rows = (system.atoms + 63u) / 64u;
  var high = 0;
  var low = 0;
  for (var k = lane; k < rows; k += 256u) {
    high += sums[k].z;
    low += sums[k].w;
  }
  kinetic[lane] = (f32(high) * 65536.0 + f32(low)) / perKinetic;
  for (var width = 128u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (lane < width) { kinetic[lane] += kinetic[lane + width]; }
  }
  if (lane > 0u || halted()) { return; }
  let k = kinetic[0];
  let row = bitcast<vec4f>(noise[control.done - 1u]);
  var factor = 1.0;
  if (k > 0.0) {
    let g = row.y / k;
    factor = sqrt(max(0.0, row.x + g * (row.z * row.z + row.w) + 2.0 * row.z * sqrt(row.x * g)));
    if (row.z * sqrt(g) + sqrt(row.x) < 0.0) { factor = -factor; }
  }
  control.factor = factor;
  noise[control.done - 1u] = vec4u(bitcast<u32>(k), bitcast<u32>(factor), 0u, 0u);
}

@compute @workgroup_size(64)
fn scale(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (halted() || i >= system.atoms) { return; }
  let v = velocities[i];
  velocities[i] = vec4f(control.factor * v.xyz, v.w);
}
