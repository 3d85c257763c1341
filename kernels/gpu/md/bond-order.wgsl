// The bond-order form (Tersoff): U = ½ Σ_ij f_C(r_ij) [f_R(r_ij) − b(ζ_ij) f_A(r_ij)], ζ_ij = Σ_k f_C(r_ik) g(cos θ_jik) e(r_ij − r_ik),
//   g(cos θ) = γ (1 + (c²/d²) u²/(d² + u²)),  u = h − cos θ
//
// First every atom finds ∂U_i/∂d of the bonds on its own list, then it takes them together with those its neighbours found for it: no
// atom adds to another's forces. `mirror` tells where in the neighbour's list an atom stands.
//
// Descriptors of an ordered pair of kinds: (reach², –, –, –), f_C f_R, f_C f_A, b (lowest and highest ζ, bits, place; no table: b = 1);
// of a triple: (γ, c²/d², d², h), (λ3, m, R − D, R + D), f_C from R − D on. A list of one slice.
// MOST, how many neighbours within reach an atom may have, stands before this text.
@group(0) @binding(8) var<storage, read_write> mirror: array<u32>;
// [rows, N] ∂U_i/∂d_ij, eV/Å, and a quarter of what the bond adds as seen from i
@group(0) @binding(9) var<storage, read_write> pulls: array<vec4f>;

@compute @workgroup_size(64)
fn mirrors(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (halted() || atomicLoad(&control.rebuild) == 0u || i >= slice.count) { return; }
  for (var k = 0u; k < list[i]; k++) {
    let j = list[(k + 1u) * slice.count + i];
    var o = 0u;
    while (o < list[j] && list[(o + 1u) * slice.count + j] != i) { o++; }
    mirror[k * slice.count + i] = o * slice.count + j;
  }
}

// f_C and its slope.
fn cutoff(triple: u32, r: f32) -> vec2f {
  if (r <= tables[triple + 1u].z) { return vec2f(1.0, 0.0); }
  return look(triple + 2u, r);
}

// g(cos θ) and its slope.
fn angular(triple: u32, cosine: f32) -> vec2f {
  let p = tables[triple];
  let u = p.w - cosine;
  let below = p.z + u * u;
  if (p.y == 0.0) { return vec2f(p.x, 0.0); }
  // dg/dcos = −2 γ c² u/(d² + u²)²
  return vec2f(p.x * (1.0 + p.y * (u * u / below)), -2.0 * p.x * p.y * (p.z / below) * (u / below));
}

// exp[(λ3 Δ)^m], bounded as in LAMMPS, and the slope of its logarithm.
fn lengthening(triple: u32, delta: f32) -> vec2f {
  let p = tables[triple + 1u];
  let x = p.x * delta;
  let cubic = p.y == 3.0;
  let power = select(x, x * x * x, cubic);
  let e = select(select(exp(power), 1e30, power > 69.0776), 0.0, power < -69.0776);
  return vec2f(e, select(p.x, 3.0 * p.x * x * x, cubic));
}

// b(ζ) and its slope: the top bits of the number are the row, the rest of the mantissa is t.
fn order(at: u32, zeta: f32) -> vec2f {
  let head = tables[at];
  if (zeta < head.x) { return vec2f(1.0, 0.0); }
  let segment = u32(head.z);
  let shift = 23u - segment;
  let bits = bitcast<u32>(min(zeta, head.y));
  let row = tables[u32(head.w) + (bits >> shift) - (bitcast<u32>(head.x) >> shift)];
  let t = bitcast<f32>(((bits << segment) & 0x007fffffu) | 0x3f800000u) - 1.0;
  let inverse = bitcast<f32>((254u + segment - (bits >> 23u)) << 23u);
  return vec2f(row.x + t * (row.y + t * (row.z + t * row.w)), (row.y + t * (2.0 * row.z + 3.0 * t * row.w)) * inverse);
}

@compute @workgroup_size(64)
fn bonds(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (halted() || i >= slice.count) { return; }
  let here = positions[i];
  let mine = kindOf(here);
  let rows = list[i];
  // unit vector and length, kind and row of the list
  var near: array<vec4f, MOST>;
  var which: array<vec2u, MOST>;
  var pull: array<vec4f, MOST>;
  var m = 0u;
  for (var k = 0u; k < rows; k++) {
    let there = positions[list[(k + 1u) * slice.count + i]];
    let d = between(here, there);
    let r2 = dot(d, d);
    if (r2 >= tables[slice.at.x + 4u * (mine * system.kinds + kindOf(there))].x) {
      pulls[k * slice.count + i] = vec4f(0.0);
      continue;
    }
    if (m == MOST) {
      raise(CROWDED, i);
      return;
    }
    let r = sqrt(r2);
    near[m] = vec4f(d / r, r);
    which[m] = vec2u(kindOf(there), k);
    pull[m] = vec4f(0.0);
    m++;
  }
  for (var j = 0u; j < m; j++) {
    let u = near[j];
    let pair = slice.at.x + 4u * (mine * system.kinds + which[j].x);
    if (u.w >= tables[pair + 1u].z) { continue; }
    let triples = slice.at.y + 3u * ((mine * system.kinds + which[j].x) * system.kinds);
    var zeta = 0.0;
    for (var k = 0u; k < m; k++) {
      if (k == j) { continue; }
      let v = near[k];
      let triple = triples + 3u * which[k].x;
      var part = cutoff(triple, v.w).x * angular(triple, dot(u.xyz, v.xyz)).x;
      if (tables[triple + 1u].x != 0.0) { part *= lengthening(triple, u.w - v.w).x; }
      zeta += part;
    }
    let repulsive = look(pair + 1u, u.w);
    let attractive = look(pair + 2u, u.w);
    let b = order(pair + 3u, zeta);
    let slope = 0.5 * (repulsive.y - b.x * attractive.y);
    pull[j] += vec4f(slope * u.xyz, 0.25 * (repulsive.x - b.x * attractive.x));
    // ∂U/∂ζ
    let pre = -0.5 * attractive.x * b.y;
    if (pre == 0.0) { continue; }
    var ofJ = vec3f(0.0);
    for (var k = 0u; k < m; k++) {
      if (k == j) { continue; }
      let v = near[k];
      let triple = triples + 3u * which[k].x;
      let fc = cutoff(triple, v.w);
      let cosine = dot(u.xyz, v.xyz);
      let g = angular(triple, cosine);
      var e = vec2f(1.0, 0.0);
      if (tables[triple + 1u].x != 0.0) { e = lengthening(triple, u.w - v.w); }
      let perCosine = pre * fc.x * g.y * e.x;
      let along = pre * fc.x * g.x * e.x * e.y;
      // ∂cos θ/∂d_ij = (k̂ − cos θ ĵ)/r_ij
      let a = perCosine / u.w;
      let c = perCosine / v.w;
      ofJ += a * v.xyz + (along - a * cosine) * u.xyz;
      pull[k] += vec4f(c * u.xyz + (pre * fc.y * g.x * e.x - along - c * cosine) * v.xyz, 0.0);
    }
    pull[j] += vec4f(ofJ, 0.0);
  }
  var stress = array<vec4f, 2>();
  for (var j = 0u; j < m; j++) {
    let p = pull[j];
    pulls[which[j].y * slice.count + i] = p;
    // all of it from this end: the other has a pull of its own
    if (VIRIAL) { addVirial(&stress, 2.0 * p.xyz, near[j].w * near[j].xyz); }
  }
  if (VIRIAL) { keepVirial(i, stress); }
}

@compute @workgroup_size(64)
fn gather(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (halted() || i >= slice.count) { return; }
  var force = vec4f(0.0);
  for (var k = 0u; k < list[i]; k++) {
    let at = k * slice.count + i;
    let own = pulls[at];
    let other = pulls[mirror[at]];
    force += vec4f(own.xyz - other.xyz, own.w + other.w);
  }
  forces[i] += force;
}
