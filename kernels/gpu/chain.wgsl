// Grand-canonical chains, one workgroup each: thousands of trials in one dispatch and no message in between.
//
// All lanes work out the proposal alike. Then they share the energy: each takes every LANES-th guest, finds what that guest
// gains and loses with the one that goes and the one that comes, and adds up its part of the host map. Only guests whose
// charge switch changes meet each other (last term of U), in a second round.
//
//   U = ½ Σ φ + Σ F(ρ_i) + Σ [V_met + s² (V_ion − V_met)] + ½ Σ s_i h_i,   h_i = Σ_j s_j Y_ij
//
// Insertions are proposed in voxels with fixed weights w (their sum W, volume v), so that with n guests
//
//   insertion  min(1, z W v/(w (n+1)) e^(−βΔU))        deletion  min(1, w n/(z W v) e^(−βΔU))
//
// and a guest that has diffused where w = 0 cannot be deleted, since nothing would put it back. No list of free voxels is
// kept: finding an overlap costs a lane one distance. Sums never depend on the order in which lanes happen to run.
override LANES: u32 = 32;
override TOUCHED: u32 = 320;
override CHANGED: u32 = 96;

struct Chain {
  count: u32, status: u32, trialLow: u32, trialHigh: u32,
  stream: u32, lnActivity: f32, displacement: f32, most: u32,
  // running energy, since the last dispatch, eV
  gained: f32, lost: f32, energy: f32, least: u32,
  // sums over the trials of this dispatch: n, n², energy gained
  sumCount: u32, sumSquare: f32, sumGained: f32, reserved: u32,
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

struct Proposal {
  kind: u32, goes: u32, possible: bool, comes: bool,
  p: vec3f, old: vec3f,
  // ln of the bias without activity
  bias: f32,
}
const NOBODY = 0xffffffffu;

fn propose(c: u32, n: u32, trial: vec2u, stream: u32, displacement: f32, accept: ptr<function, f32>) -> Proposal {
  let a = uniform4(philox(vec4u(trial, 0u, stream), params.key));
  let b = uniform4(philox(vec4u(trial, 1u, stream), params.key));
  *accept = b.y;
  var r: Proposal;
  r.goes = NOBODY;
  r.comes = true;
  r.possible = true;
  let free = n - params.fixedGuests;
  let u = vec3f(a.z, a.w, b.x);
  var pick = a.y;
  if (a.x < params.thresholds.x) {
    r.kind = 0u;
  } else if (a.x < params.thresholds.y) {
    r.kind = 1u;
  } else if (a.x < params.thresholds.z) {
    r.kind = 2u;
    r.comes = false;
  } else {
    r.kind = 3u;
    pick = b.z;
  }
  if (r.kind != 1u) {
    if (free == 0u) { r.possible = false; return r; }
    r.goes = params.fixedGuests + min(u32(a.y * f32(free)), free - 1u);
    r.old = place(c, r.goes);
  }
  if (r.kind == 0u) {
    r.p = wrap(r.old + displacement * (2.0 * u - 1.0));
    r.possible = levelOf(voxelOf(r.p)) >= 128u;
    return r;
  }
  var leaving = 0u;
  if (r.kind >= 2u) {
    leaving = levelOf(voxelOf(r.old)) & 15u;
    if (leaving == 0u) { r.possible = false; return r; }
    r.bias = log(weightOf(leaving) * f32(free) / (params.siteWeight * params.voxelVolume));
    if (r.kind == 2u) { return r; }
  }
  // a voxel in proportion to its weight
  var rest = pick * params.siteWeight;
  var level = 8u;
  for (; level > 1u; level--) {
    let own = f32(levelLength(level)) * weightOf(level);
    if (rest < own) { break; }
    rest -= own;
  }
  let length = levelLength(level);
  if (length == 0u) { r.possible = false; return r; }
  let v = sites[levelBase(level) + min(u32(rest / weightOf(level)), length - 1u)];
  let corner = vec3u(v / (params.voxels.z * params.voxels.y), (v / params.voxels.z) % params.voxels.y, v % params.voxels.z);
  r.p = wrap((vec3f(corner) + u) * (params.box / vec3f(params.voxels)));
  if (r.kind == 1u) {
    r.bias = log(params.siteWeight * params.voxelVolume / (weightOf(level) * f32(free + 1u)));
  } else {
    r.bias = log(weightOf(leaving) / weightOf(level));
  }
  return r;
}

@compute @workgroup_size(LANES)
fn advance(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x;
  let stream = chains[c].stream;
  let lnActivity = chains[c].lnActivity;
  let displacement = chains[c].displacement;
  let least = chains[c].least;
  let most = chains[c].most;
  let driveRow = c * 8u * (params.capacity + 1u);
  let driveStride = params.capacity + 1u;
  let cutoff2 = params.pairTo * params.pairTo;
  var n = chains[c].count;
  var status = chains[c].status;
  var trial = vec2u(chains[c].trialLow, chains[c].trialHigh);
  var tried = vec4u(0u);
  var accepted = vec4u(0u);
  var gained = 0.0;
  var lost = 0.0;
  var sumCount = 0u;
  var sumSquare = 0.0;
  var sumGained = 0.0;
  var sumLost = 0.0;
  if (lane == 0u) {
    atomicStore(&touchedCount, 0u);
    atomicStore(&changedCount, 0u);
  }
  workgroupBarrier();

  for (var t = 0u; t < params.trials; t++) {
    var accept = 0.0;
    var plan = propose(c, n, trial, stream, displacement, &accept);
    let running = status == 0u;
    if (plan.kind == 1u && n >= params.capacity && plan.possible) {
      // a driven chain at its upper limit only prices the step
      if (params.driven == 0u) { status |= TOO_MANY_GUESTS; }
      if (n - params.fixedGuests < most) { plan.possible = false; }
    }
    let go = plan.possible && running && status == 0u;
    let goes = go && plan.goes != NOBODY;
    let comes = go && plan.comes;

    // first round: every guest on its own
    var sum = vec4f(0.0);
    var fields = vec4f(0.0);
    if (go) {
      if (comes) {
        let share = fieldShare(plan.p, lane, LANES);
        fields = share.fields;
        sum.x += OVERLAP * share.overlaps;
      }
      for (var i = lane; i < n; i += LANES) {
        if (i == plan.goes) { continue; }
        let g = place(c, i);
        let dIn = image(g - plan.p);
        let dOut = image(g - plan.old);
        let in2 = select(cutoff2, dot(dIn, dIn), comes);
        let out2 = select(cutoff2, dot(dOut, dOut), goes);
        if (in2 >= cutoff2 && out2 >= cutoff2) { continue; }
        let oldS = guests[at(c, S, i)];
        var gain = vec2f(0.0);
        if (in2 < cutoff2) {
          let r = sqrt(in2);
          if (r < params.pairFrom) { sum.x += OVERLAP; continue; }
          let phi = pairAt(r);
          let density = densityAt(r);
          sum += vec4f(phi.x, oldS * phi.y, density);
          gain = density;
        }
        if (out2 < cutoff2) {
          let r = max(sqrt(out2), params.pairFrom);
          sum.x -= pairAt(r).x;
          gain -= densityAt(r);
        }
        let rho = guests[at(c, RHO, i)] + gain.x;
        let coordination = guests[at(c, N, i)] + gain.y;
        let s = select(oldS, switchOf(coordination), gain.y != 0.0);
        let own = ownEnergy(rho, s, vec2f(guests[at(c, ION, i)], guests[at(c, METAL, i)]));
        sum.x += own - guests[at(c, OWN, i)];
        let slot = atomicAdd(&touchedCount, 1u);
        if (slot < TOUCHED) { touched[slot] = Touched(i, rho, coordination, s, own); }
        if (s != oldS && params.repulsive != 0u) {
          sum.x += (s - oldS) * guests[at(c, H, i)];
          let k = atomicAdd(&changedCount, 1u);
          if (k < CHANGED) {
            changedGuest[k] = i;
            changedDs[k] = s - oldS;
          }
        }
      }
    }
    part[lane] = sum;
    part2[lane] = fields;
    reduce(lane);
    let total = part[0];
    let whole = part2[0];
    let overlap = total.x > 0.5 * OVERLAP;
    let inField = field(whole);
    let inS = switchOf(total.w);
    let inOwn = ownEnergy(total.z, inS, inField);
    var delta = total.x;
    var goneS = 0.0;
    if (comes) { delta += inOwn + select(0.0, inS * total.y, params.repulsive != 0u); }
    if (goes) {
      delta -= guests[at(c, OWN, plan.goes)];
      if (params.repulsive != 0u) {
        goneS = guests[at(c, S, plan.goes)];
        delta -= goneS * guests[at(c, H, plan.goes)];
      }
    }
    if (lane == 0u) { changes = select(atomicLoad(&changedCount), 0u, overlap); }
    let changing = workgroupUniformLoad(&changes);

    // second round: pairs among the guests whose s changes
    if (changing > 0u) {
      let many = min(changing, CHANGED);
      for (var k = lane; k < many; k += LANES) {
        let i = changedGuest[k];
        var rank = 0u;
        for (var o = 0u; o < many; o++) { rank += select(0u, 1u, changedGuest[o] < i); }
        changed[rank] = vec4f(place(c, i), changedDs[k]);
        changedIndex[rank] = i;
      }
      workgroupBarrier();
      var pairs = 0.0;
      for (var k = lane; k < many; k += LANES) {
        let one = changed[k];
        var felt = 0.0;
        for (var o = 0u; o < k; o++) { felt += changed[o].w * repulsionBetween(one.xyz, changed[o].xyz); }
        if (goes) { felt -= goneS * repulsionBetween(one.xyz, plan.old); }
        if (comes) { felt += inS * repulsionBetween(one.xyz, plan.p); }
        pairs += one.w * felt;
      }
      part[lane] = vec4f(pairs, 0.0, 0.0, 0.0);
      part2[lane] = vec4f(0.0);
      reduce(lane);
      delta += part[0].x;
    }

    // acceptance
    let movable = n - params.fixedGuests;
    let cost = params.beta * delta;
    var bias = plan.bias;
    if (plan.kind == 1u) { bias += lnActivity; }
    if (plan.kind == 2u) { bias -= lnActivity; }
    if (params.driven != 0u && running && lane == 0u && (plan.kind == 1u || plan.kind == 2u) && !(plan.kind == 2u && movable == 0u)) {
      let k = movable - least;
      let probability = select(0.0, min(1.0, exp(min(0.0, bias - cost))), go && !overlap);
      let column = select(4u, 3u, plan.kind == 1u);
      drive[driveRow + column * driveStride + k] += 1.0;
      drive[driveRow + (column - 2u) * driveStride + k] += probability;
    }
    var barred = false;
    if (params.driven != 0u) {
      if (plan.kind == 1u) {
        barred = movable >= most;
        if (!barred) { bias += drive[driveRow + movable - least] - lnActivity; }
      }
      if (plan.kind == 2u) {
        barred = movable <= least;
        if (!barred) { bias += lnActivity - drive[driveRow + movable - 1u - least]; }
      }
    }
    if (lane == 0u) { verdict = select(0u, 1u, go && !overlap && !barred && log(accept) < bias - cost); }
    let accepting = workgroupUniformLoad(&verdict);
    let touchedNow = atomicLoad(&touchedCount);
    if (touchedNow > TOUCHED || changing > CHANGED) { status |= TOO_MANY_NEIGHBOURS; }
    tried[plan.kind] += select(0u, 1u, running);

    if (accepting != 0u && status == 0u) {
      accepted[plan.kind] += 1u;
      // compensated sum of the energy
      let next = gained + delta;
      lost += select((delta - next) + gained, (gained - next) + delta, abs(gained) >= abs(delta));
      gained = next;
      for (var k = lane; k < touchedNow; k += LANES) {
        let one = touched[k];
        guests[at(c, RHO, one.guest)] = one.rho;
        guests[at(c, N, one.guest)] = one.n;
        guests[at(c, S, one.guest)] = one.s;
        guests[at(c, OWN, one.guest)] = one.own;
      }
      if (params.repulsive != 0u && (changing > 0u || goneS != 0.0 || (comes && inS != 0.0))) {
        for (var i = lane; i < n; i += LANES) {
          if (i == plan.goes) { continue; }
          let g = place(c, i);
          var h = 0.0;
          for (var k = 0u; k < changing; k++) {
            if (changedIndex[k] != i) { h += changed[k].w * repulsionBetween(g, changed[k].xyz); }
          }
          if (goneS != 0.0) { h -= goneS * repulsionBetween(g, plan.old); }
          if (comes && inS != 0.0) { h += inS * repulsionBetween(g, plan.p); }
          if (h != 0.0) { guests[at(c, H, i)] += h; }
        }
      }
    }
    workgroupBarrier();
    storageBarrier();
    if (accepting != 0u && status == 0u) {
      let slot = select(n, plan.goes, goes);
      if (comes && lane == 0u) {
        var h = total.y;
        for (var k = 0u; k < changing; k++) { h += changed[k].w * repulsionBetween(plan.p, changed[k].xyz); }
        guests[at(c, X, slot)] = plan.p.x;
        guests[at(c, Y, slot)] = plan.p.y;
        guests[at(c, Z, slot)] = plan.p.z;
        guests[at(c, RHO, slot)] = total.z;
        guests[at(c, N, slot)] = total.w;
        guests[at(c, S, slot)] = inS;
        guests[at(c, ION, slot)] = inField.x;
        guests[at(c, METAL, slot)] = inField.y;
        guests[at(c, H, slot)] = h;
        guests[at(c, OWN, slot)] = inOwn;
      }
      if (!comes && lane < FIELDS) { guests[at(c, lane, slot)] = guests[at(c, lane, n - 1u)]; }
      if (plan.kind == 1u) { n++; }
      if (plan.kind == 2u) { n--; }
    }
    if (status == 0u) {
      trial.x++;
      if (trial.x == 0u) { trial.y++; }
      let m = n - params.fixedGuests;
      let energy = gained + lost;
      sumCount += m;
      sumSquare += f32(m) * f32(m);
      let next = sumGained + energy;
      sumLost += (sumGained - next) + energy;
      sumGained = next;
      if (params.driven != 0u && lane == 0u) {
        drive[driveRow + 5u * driveStride + m - least] += 1.0;
        drive[driveRow + 6u * driveStride + m - least] += energy;
        drive[driveRow + 7u * driveStride + m - least] += energy * energy;
      }
    }
    if (lane == 0u) {
      atomicStore(&touchedCount, 0u);
      atomicStore(&changedCount, 0u);
    }
    storageBarrier();
    workgroupBarrier();
  }
  if (lane == 0u) {
    chains[c].count = n;
    chains[c].status = status;
    chains[c].trialLow = trial.x;
    chains[c].trialHigh = trial.y;
    chains[c].gained = gained;
    chains[c].lost = lost;
    chains[c].sumCount = sumCount;
    chains[c].sumSquare = sumSquare;
    chains[c].sumGained = sumGained + sumLost;
    chains[c].tried += tried;
    chains[c].accepted += accepted;
  }
}

// All cached fields and the energy from the positions alone: takes the drift of f32 sums away before every dispatch.
@compute @workgroup_size(LANES)
fn refresh(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x;
  let n = chains[c].count;
  let cutoff2 = params.pairTo * params.pairTo;
  var sum = 0.0;
  var lost = 0.0;
  var overlaps = 0.0;
  for (var i = lane; i < n; i += LANES) {
    let p = place(c, i);
    var phi = 0.0;
    var density = vec2f(0.0);
    for (var j = 0u; j < n; j++) {
      let d = image(place(c, j) - p);
      let r2 = dot(d, d);
      if (j == i || r2 >= cutoff2) { continue; }
      let r = sqrt(r2);
      if (r < params.pairFrom) { overlaps += 1.0; }
      phi += pairAt(max(r, params.pairFrom)).x;
      density += densityAt(max(r, params.pairFrom));
    }
    let share = fieldShare(p, 0u, 1u);
    overlaps += share.overlaps;
    let host = field(share.fields);
    let s = switchOf(density.y);
    let own = ownEnergy(density.x, s, host);
    guests[at(c, RHO, i)] = density.x;
    guests[at(c, N, i)] = density.y;
    guests[at(c, S, i)] = s;
    guests[at(c, ION, i)] = host.x;
    guests[at(c, METAL, i)] = host.y;
    guests[at(c, OWN, i)] = own;
    guests[at(c, H, i)] = 0.0;
    let term = own + 0.5 * phi;
    let next = sum + term;
    lost += select((term - next) + sum, (sum - next) + term, abs(sum) >= abs(term));
    sum = next;
  }
  storageBarrier();
  workgroupBarrier();
  if (params.repulsive != 0u) {
    for (var i = lane; i < n; i += LANES) {
      let p = place(c, i);
      var h = 0.0;
      for (var j = 0u; j < n; j++) {
        if (j != i) { h += guests[at(c, S, j)] * repulsionBetween(place(c, j), p); }
      }
      guests[at(c, H, i)] = h;
      let term = 0.5 * guests[at(c, S, i)] * h;
      let next = sum + term;
      lost += select((term - next) + sum, (sum - next) + term, abs(sum) >= abs(term));
      sum = next;
    }
  }
  part[lane] = vec4f(sum, lost, overlaps, 0.0);
  part2[lane] = vec4f(0.0);
  reduce(lane);
  if (lane == 0u) {
    chains[c].energy = part[0].x + part[0].y;
    chains[c].gained = 0.0;
    chains[c].lost = 0.0;
    if (part[0].z > 0.0) { chains[c].status |= OVERLAPPING; }
  }
}
