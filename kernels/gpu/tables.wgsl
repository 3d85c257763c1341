// Parameters, tables and the host's fields, shared by every GPU kernel. Equations: src/engine/state.ts.
struct Params {
  box: vec3f, beta: f32,
  // guest pair tables: rows of (φ, Y) and (f, w) on the same knots
  pairRows: u32, densityRows: u32, pairLast: u32, capacity: u32,
  pairFrom: f32, pairTo: f32, pairInverse: f32, repulsive: u32,
  // F(ρ) on a logarithmic axis; kind 0: none
  embedKind: u32, embedRows: u32, embedBits: u32, bareIons: u32,
  embedLowest: f32, embedHighest: f32, nStart: f32, nSwitch: f32,
  // carbons, in cells
  hostCells: vec3u, hostRows: u32,
  hostFrom: f32, hostTo: f32, hostInverse: f32, hostLast: u32,
  saturationFrom: f32, saturationWidth: f32, smoothSwitch: u32, exactHost: u32,
  // host map: knots along x, y, z
  map: vec3u, mapAxis: u32,
  // voxels where insertions are proposed
  voxels: vec3u, levelsAt: u32,
  siteWeight: f32, voxelVolume: f32, fixedGuests: u32, trials: u32,
  thresholds: vec3f, spare: u32,
  key: vec2u, driven: u32, reserved: u32,
  levelLength0: vec4u, levelLength1: vec4u, levelBase0: vec4u, levelBase1: vec4u,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> tables: array<vec4f>;

// Two functions of distance: a row is (a0, b0, a1, b1), (a2, b2, a3, b3).
fn twin(rows: u32, s: f32, last: u32) -> vec2f {
  let k = min(u32(s), last);
  let t = s - f32(k);
  let low = tables[rows + 2u * k];
  let high = tables[rows + 2u * k + 1u];
  return low.xy + t * (low.zw + t * (high.xy + t * high.zw));
}

fn pairAt(r: f32) -> vec2f { return twin(params.pairRows, (r - params.pairFrom) * params.pairInverse, params.pairLast); }
fn densityAt(r: f32) -> vec2f { return twin(params.densityRows, (r - params.pairFrom) * params.pairInverse, params.pairLast); }

// F(ρ): the top bits of the number are the row, the rest of the mantissa is t.
fn embed(rho: f32) -> f32 {
  if (params.embedKind == 0u || rho < params.embedLowest) { return 0.0; }
  let bits = bitcast<u32>(min(rho, params.embedHighest));
  let shift = 23u - params.embedBits;
  let row = tables[params.embedRows + (bits >> shift) - (bitcast<u32>(params.embedLowest) >> shift)];
  let t = bitcast<f32>(((bits << params.embedBits) & 0x007fffffu) | 0x3f800000u) - 1.0;
  return row.x + t * (row.y + t * (row.z + t * row.w));
}

fn switchOf(n: f32) -> f32 {
  if (n <= params.nStart) { return 1.0; }
  let u = max(0.0, (params.nSwitch - n) / (params.nSwitch - params.nStart));
  return select(u, u * u * (3.0 - 2.0 * u), params.smoothSwitch != 0u);
}

fn ownEnergy(rho: f32, s: f32, field: vec2f) -> f32 {
  let f = embed(rho);
  return f + field.y + s * s * (field.x - field.y - select(0.0, f, params.bareIons != 0u));
}

// Shortest image of a difference of wrapped points.
fn image(d: vec3f) -> vec3f { return d - params.box * round(d / params.box); }

fn wrap(p: vec3f) -> vec3f {
  let q = p - params.box * floor(p / params.box);
  return select(q, vec3f(0.0), q >= params.box);
}
