// State of the chains, what lanes share, and the readers and writers of both.
override LANES: u32 = 32;
override TOUCHED: u32 = 320;
override CHANGED: u32 = 96;

struct Chain {
  count: u32, status: u32, trialLow: u32, trialHigh: u32,
  stream: u32, lnActivity: f32, displacement: f32, most: u32,
  // running energy: gained since the last refresh (a sum and what rounding took from it), and at it, eV
  gained: f32, lost: f32, energy: f32, least: u32,
  // sums over the trials of this dispatch: n, n², energy gained
  sumCount: u32, sumSquare: f32, sumGained: f32,
  // guests at the front that are at rest, of a domain of a box (box-*.wgsl)
  still: u32,
  tried: vec4u,
  accepted: vec4u,
}

@group(0) @binding(4) var<storage, read> map: array<vec2f>;
@group(0) @binding(5) var<storage, read> sites: array<u32>;
@group(0) @binding(6) var<storage, read_write> chains: array<Chain>;
// [chains, 10, capacity] x, y, z, ρ, n, s, V_ion, V_met, h, own energy
@group(0) @binding(7) var<storage, read_write> guests: array<f32>;
// [chains, 8, capacity + 1] driven N: ln z of n → n + 1, then the sums of drive.ts
@group(0) @binding(8) var<storage, read_write> drive: array<f32>;

const X = 0u; const Y = 1u; const Z = 2u; const RHO = 3u; const N = 4u; const S = 5u; const ION = 6u; const METAL = 7u; const H = 8u; const OWN = 9u;
const FIELDS = 10u;
// status
const TOO_MANY_GUESTS = 1u; const TOO_MANY_NEIGHBOURS = 2u; const OVERLAPPING = 4u;
// stands still while others run
const PARKED = 8u;

struct Touched { guest: u32, rho: f32, n: f32, s: f32, own: f32 }

var<workgroup> part: array<vec4f, LANES>;
var<workgroup> part2: array<vec4f, LANES>;
var<workgroup> touched: array<Touched, TOUCHED>;
var<workgroup> touchedCount: atomic<u32>;
var<workgroup> changedGuest: array<u32, CHANGED>;
var<workgroup> changedDs: array<f32, CHANGED>;
// the same by rising guest: x, y, z, Δs
var<workgroup> changed: array<vec4f, CHANGED>;
var<workgroup> changedIndex: array<u32, CHANGED>;
var<workgroup> changedCount: atomic<u32>;
var<workgroup> changes: u32;
var<workgroup> verdict: u32;
var<workgroup> outcome: array<vec2f, 4>;

fn at(chain: u32, field: u32, guest: u32) -> u32 { return (chain * FIELDS + field) * params.capacity + guest; }
fn place(chain: u32, guest: u32) -> vec3f {
  return vec3f(guests[at(chain, X, guest)], guests[at(chain, Y, guest)], guests[at(chain, Z, guest)]);
}

// (ρ, n) of a guest and what follows from it
fn keep(chain: u32, guest: u32, density: vec2f, s: f32, host: vec2f, own: f32) {
  guests[at(chain, RHO, guest)] = density.x;
  guests[at(chain, N, guest)] = density.y;
  guests[at(chain, S, guest)] = s;
  guests[at(chain, ION, guest)] = host.x;
  guests[at(chain, METAL, guest)] = host.y;
  guests[at(chain, OWN, guest)] = own;
}

// a sum and what rounding took from it so far, with one more term (Neumaier, Z. Angew. Math. Mech. 54, 39 (1974))
fn plus(sum: vec2f, term: f32) -> vec2f {
  let next = sum.x + term;
  return vec2f(next, sum.y + select((term - next) + sum.x, (sum.x - next) + term, abs(sum.x) >= abs(term)));
}

// lane's share of the sum over 4 × 4 × 4 coefficients of the map at p
fn mapShare(p: vec3f, lane: u32, lanes: u32) -> vec2f {
  let n = vec3f(params.map);
  let q = p / params.box * n;
  let k = floor(q);
  let t = q - k;
  let t2 = t * t;
  let t3 = t2 * t;
  // weights of the knots k − 1 … k + 2, by axis
  let w0 = (1.0 - t) * (1.0 - t) * (1.0 - t) / 6.0;
  let w1 = (3.0 * t3 - 6.0 * t2 + 4.0) / 6.0;
  let w2 = (-3.0 * t3 + 3.0 * t2 + 3.0 * t + 1.0) / 6.0;
  let w3 = t3 / 6.0;
  let wx = vec4f(w0.x, w1.x, w2.x, w3.x);
  let wy = vec4f(w0.y, w1.y, w2.y, w3.y);
  let wz = vec4f(w0.z, w1.z, w2.z, w3.z);
  let base = vec3i(k) - 1;
  let m = vec3i(params.map);
  var sum = vec2f(0.0);
  for (var o = lane; o < 64u; o += lanes) {
    let d = vec3u(o >> 4u, (o >> 2u) & 3u, o & 3u);
    var g = base + vec3i(d);
    g = g + select(vec3i(0), m, g < vec3i(0)) - select(vec3i(0), m, g >= m);
    sum += wx[d.x] * wy[d.y] * wz[d.z] * map[u32((g.x * m.y + g.y) * m.z + g.z)];
  }
  return sum;
}

// What a lane adds to the host's fields: of the map, of the carbons summed one by one, and overlaps.
struct FieldShare { fields: vec4f, overlaps: f32 }

fn fieldShare(p: vec3f, lane: u32, lanes: u32) -> FieldShare {
  let mapped = params.exactHost == 0u;
  let sum = hostSum(p, lane, lanes, true, !mapped);
  var read = vec2f(0.0);
  if (mapped) { read = mapShare(p, lane, lanes); }
  return FieldShare(vec4f(read, sum.xy), sum.z);
}
// (V_ion, V_met) from the shares of all lanes
fn field(sum: vec4f) -> vec2f {
  return vec2f(saturate1(straight(sum.x) + sum.z), straight(sum.y) + sum.w);
}
// added to an energy: nothing else comes near it
const OVERLAP = 1e9;

fn levelLength(level: u32) -> u32 { return select(params.levelLength1[(level - 1u) & 3u], params.levelLength0[(level - 1u) & 3u], level <= 4u); }
fn levelBase(level: u32) -> u32 { return select(params.levelBase1[(level - 1u) & 3u], params.levelBase0[(level - 1u) & 3u], level <= 4u); }
fn voxelOf(p: vec3f) -> u32 {
  let v = min(vec3u(p / params.box * vec3f(params.voxels)), params.voxels - 1u);
  return (v.x * params.voxels.y + v.y) * params.voxels.z + v.z;
}
// bits 0–3: level of a voxel (0: nothing is inserted); bit 7: guests may be there
fn levelOf(v: u32) -> u32 { return (sites[params.levelsAt + (v >> 2u)] >> (8u * (v & 3u))) & 0xffu; }
fn weightOf(level: u32) -> f32 { return f32(1u << (level - 1u)); }

// sum of `part` and `part2` over the lanes, in a fixed tree; in part[0], part2[0] afterwards
fn reduce(lane: u32) {
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      part[lane] += part[lane + half];
      part2[lane] += part2[lane + half];
    }
    workgroupBarrier();
  }
}

fn repulsionBetween(a: vec3f, b: vec3f) -> f32 {
  let d = image(a - b);
  let r2 = dot(d, d);
  if (r2 >= params.pairTo * params.pairTo) { return 0.0; }
  return pairAt(max(sqrt(r2), params.pairFrom)).y;
}

// What a trial proposes: from the chain's random words, alike in all lanes.
struct Proposal {
  kind: u32, goes: u32, possible: bool, comes: bool,
  p: vec3f, old: vec3f,
  // ln of the bias without activity
  bias: f32,
}
const NOBODY = 0xffffffffu;

// Which move a uniform number chooses: 0 displacement, 1 insertion, 2 deletion, 3 teleport; nothing else of it is settled.
fn moveOf(u: f32) -> Proposal {
  var r: Proposal;
  r.goes = NOBODY;
  r.possible = true;
  r.kind = u32(u >= params.thresholds.x) + u32(u >= params.thresholds.y) + u32(u >= params.thresholds.z);
  r.comes = r.kind != 2u;
  return r;
}
