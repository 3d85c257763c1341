// The embedded form and its charge switch (equations in src/model/model.ts), an atom a lane over a full list, in three rounds:
//   fields     ρ_i, n_i, V_ion,i, V_met,i and what follows from them: F', s, S dg/dV_ion; energies but the last term
//   repulsion  h_i = Σ s_j Y_ij, dU/dn_i = s'(n_i) [2 s G + h], ½ s h            (only with a switch)
//   embedded   forces with φ' + F'_i f'_ij + F'_j f'_ji + dU/dn_i w'_ij + … of either end
//
// Descriptors of an ordered pair of kinds: (reach², –, –, –), φ, f, and with a switch w, Y, V_ion, V_met; of a kind: two rows of F, then
// (n at which s is zero, n at which it begins to fall, E and W of the saturation); a kind without switch has zero there.
// [N] F' (its share where ions are bare), s, S dg/dV_ion, –
@group(0) @binding(8) var<storage, read_write> states: array<vec4f>;
// [N] dU/dn, and before it is known ds/dn and G
@group(0) @binding(9) var<storage, read_write> slopes: array<vec2f>;

const SWITCHED = 1u;
const SMOOTH = 2u;
const BARE = 4u;

fn has(flag: u32) -> bool { return (slice.flags & flag) != 0u; }

fn pairAt(a: u32, b: u32) -> u32 { return slice.at.x + (a * system.kinds + b) * slice.at.z; }

// F(ρ) and F'(ρ).
fn embed(kind: u32, rho: f32) -> vec2f {
  let head = tables[slice.at.y + 3u * kind];
  let more = tables[slice.at.y + 3u * kind + 1u];
  if (head.x == 0.0) { return vec2f(0.0); }
  if (head.x == 2.0) {
    let s = min(rho, head.z) * head.y;
    let k = clamp(floor(s), 0.0, more.x);
    let t = s - k;
    let row = tables[u32(head.w) + u32(k)];
    let slope = (row.y + t * (2.0 * row.z + 3.0 * t * row.w)) * head.y;
    // published functions go on straight
    return vec2f(row.x + t * (row.y + t * (row.z + t * row.w)) + max(0.0, rho - head.z) * slope, slope);
  }
  if (rho < more.x) { return vec2f(0.0); }
  let segment = u32(head.y);
  let shift = 23u - segment;
  let bits = bitcast<u32>(min(rho, more.y));
  let row = tables[u32(head.w) + (bits >> shift) - (bitcast<u32>(more.x) >> shift)];
  let t = bitcast<f32>(((bits << segment) & 0x007fffffu) | 0x3f800000u) - 1.0;
  // 1/width of the row, a power of two made from its exponent
  let inverse = bitcast<f32>((254u + segment - (bits >> 23u)) << 23u);
  let slope = (row.y + t * (2.0 * row.z + 3.0 * t * row.w)) * inverse;
  return vec2f(row.x + t * (row.y + t * (row.z + t * row.w)), select(slope, 0.0, rho > more.y));
}

@compute @workgroup_size(64)
fn fields(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let local = threadOf(group, groups, lane);
  if (halted() || local >= slice.count) { return; }
  let i = slice.begin + local;
  let here = positions[i];
  let mine = kindOf(here);
  let stop = (1u + list[local]) * slice.count;
  var energy = 0.0;
  var rho = 0.0;
  var n = 0.0;
  var ion = 0.0;
  var metal = 0.0;
  for (var at = slice.count + local; at < stop; at += slice.count) {
    let there = positions[list[at]];
    let d = between(here, there);
    let r2 = dot(d, d);
    let pair = pairAt(mine, kindOf(there));
    if (r2 >= tables[pair].x) { continue; }
    let r = sqrt(r2);
    energy += 0.5 * look(pair + 1u, r).x;
    rho += look(pair + 2u, r).x;
    if (has(SWITCHED)) {
      n += look(pair + 3u, r).x;
      ion += look(pair + 5u, r).x;
      metal += look(pair + 6u, r).x;
    }
  }
  let f = embed(mine, rho);
  energy += f.x;
  var state = vec4f(select(0.0, f.y, rho > 0.0), 0.0, 0.0, 0.0);
  let limit = tables[slice.at.y + 3u * mine + 2u];
  if (has(SWITCHED) && limit.x > 0.0) {
    let width = limit.x - limit.y;
    let u = clamp((limit.x - n) / width, 0.0, 1.0);
    let s = select(u, u * u * (3.0 - 2.0 * u), has(SMOOTH));
    let bend = select(select(-1.0, 6.0 * u * (u - 1.0), has(SMOOTH)) / width, 0.0, n < limit.y || n >= limit.x);
    let beyond = max(0.0, -ion - limit.z) / limit.w;
    // −E − W ln(1 + u), and the plain sum up to E
    let bound = select(ion, -limit.z - limit.w * log(1.0 + beyond), beyond > 0.0);
    let gain = bound - metal - select(0.0, f.x, has(BARE));
    energy += metal + s * s * gain;
    state = vec4f(state.x * select(1.0, 1.0 - s * s, has(BARE)), s, s * s / (1.0 + beyond), 0.0);
    slopes[i] = vec2f(bend, gain);
  }
  states[i] = state;
  forces[i] += vec4f(0.0, 0.0, 0.0, energy);
}

@compute @workgroup_size(64)
fn repulsion(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let local = threadOf(group, groups, lane);
  if (halted() || local >= slice.count) { return; }
  let i = slice.begin + local;
  let s = states[i].y;
  if (s <= 0.0) {
    slopes[i] = vec2f(0.0);
    return;
  }
  let here = positions[i];
  let mine = kindOf(here);
  let stop = (1u + list[local]) * slice.count;
  var h = 0.0;
  for (var at = slice.count + local; at < stop; at += slice.count) {
    let j = list[at];
    let other = states[j].y;
    if (other <= 0.0) { continue; }
    let there = positions[j];
    let d = between(here, there);
    h += other * look(pairAt(mine, kindOf(there)) + 4u, length(d)).x;
  }
  let known = slopes[i];
  slopes[i] = vec2f(known.x * (2.0 * s * known.y + h), 0.0);
  forces[i] += vec4f(0.0, 0.0, 0.0, 0.5 * s * h);
}

@compute @workgroup_size(64)
fn embedded(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let local = threadOf(group, groups, lane);
  if (halted() || local >= slice.count) { return; }
  let i = slice.begin + local;
  let here = positions[i];
  let mine = kindOf(here);
  let own = states[i];
  let ownN = slopes[i].x;
  let stop = (1u + list[local]) * slice.count;
  var force = vec3f(0.0);
  var stress = array<vec4f, 2>();
  for (var at = slice.count + local; at < stop; at += slice.count) {
    let j = list[at];
    let there = positions[j];
    let d = between(here, there);
    let r2 = dot(d, d);
    let pair = pairAt(mine, kindOf(there));
    if (r2 >= tables[pair].x) { continue; }
    let back = pairAt(kindOf(there), mine);
    let r = sqrt(r2);
    let other = states[j];
    var slope = look(pair + 1u, r).y + own.x * look(pair + 2u, r).y + other.x * look(back + 2u, r).y;
    if (has(SWITCHED)) {
      let otherN = slopes[j].x;
      if (ownN != 0.0) { slope += ownN * look(pair + 3u, r).y; }
      if (otherN != 0.0) { slope += otherN * look(back + 3u, r).y; }
      let both = own.y * other.y;
      if (both > 0.0) { slope += both * look(pair + 4u, r).y; }
      slope += own.z * look(pair + 5u, r).y + (1.0 - own.y * own.y) * look(pair + 6u, r).y;
      slope += other.z * look(back + 5u, r).y + (1.0 - other.y * other.y) * look(back + 6u, r).y;
    }
    let g = (slope / r) * d;
    force += g;
    if (VIRIAL) { addVirial(&stress, g, d); }
  }
  forces[i] += vec4f(force, 0.0);
  if (VIRIAL) { keepVirial(i, stress); }
}
