// A round of a box in domains. `load` hands every domain its guests and those at rest within a cutoff around; chain.wgsl runs its trials;
// `tally`, `scan`, `scatter` and `order` put all guests together again, cell by cell; `fields`, `charges` and `total` work out from
// positions alone what they feel. Whatever atomics do in any order is sorted before it is used.
override HELD: u32 = 1024;

struct Totals {
  count: u32, status: atomic<u32>,
  // U as a sum and what rounding took from it, eV; largest |running − anew| since it was asked for
  energy: vec2f, drift: f32, reserved: f32,
}
// the guests when a round begins, and after it: rows as in box.wgsl
@group(0) @binding(2) var<storage, read_write> before: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> after: array<vec4f>;
// where each cell's guests begin [cells + 1], how many have come [cells], who [room]
@group(0) @binding(4) var<storage, read_write> cells: array<atomic<u32>>;
// levels of all voxels, four a word, then columns of the domains
@group(0) @binding(5) var<storage, read_write> weights: array<u32>;
@group(0) @binding(8) var<storage, read_write> totals: Totals;

const FULL = 16u;
const MOVES = 0x80000000u;

fn cellCount() -> u32 { return board.cells.x * board.cells.y * board.cells.z; }
fn cellOf(p: vec3f) -> u32 {
  let k = min(vec3u(p / params.box * vec3f(board.cells)), board.cells - 1u);
  return (k.x * board.cells.y + k.y) * board.cells.z + k.z;
}

var<workgroup> held: array<u32, HELD>;
var<workgroup> heldCount: atomic<u32>;
var<workgroup> stillCount: atomic<u32>;
var<workgroup> shares: array<u32, LANES>;

fn columnWeight(corner: vec3u, column: u32) -> u32 {
  let past = corner + vec3u(column / board.width.y, column % board.width.y, 0u);
  var sum = 0u;
  for (var k = 0u; k < board.width.z; k++) {
    let at = (past + vec3u(0u, 0u, k)) % params.voxels;
    let v = (at.x * params.voxels.y + at.y) * params.voxels.z + at.z;
    let level = (weights[params.levelsAt + (v >> 2u)] >> (8u * (v & 3u))) & 15u;
    if (level > 0u) { sum += 1u << (level - 1u); }
  }
  return sum;
}

@compute @workgroup_size(LANES)
fn load(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let d = group.x;
  let corner = cornerOf(d);
  // weights up to every column
  let columns = columnsOf(d);
  let many = board.width.x * board.width.y;
  let share = (many + LANES - 1u) / LANES;
  let begin = min(lane * share, many);
  let end = min(begin + share, many);
  var sum = 0u;
  for (var k = begin; k < end; k++) {
    let own = columnWeight(corner, k);
    weights[columns + k + 1u] = own;
    sum += own;
  }
  shares[lane] = sum;
  workgroupBarrier();
  sum = 0u;
  for (var o = 0u; o < lane; o++) { sum += shares[o]; }
  for (var k = begin; k < end; k++) {
    sum += weights[columns + k + 1u];
    weights[columns + k + 1u] = sum;
  }
  if (lane == 0u) { weights[columns] = 0u; }

  // who is in it, and who is near
  let edge = params.box / vec3f(params.voxels);
  let low = vec3f(corner) * edge;
  let span = vec3f(board.width) * edge;
  let around = params.pairTo + 0.01;
  let size = params.box / vec3f(board.cells);
  let shape = vec3i(board.cells);
  let base = vec3i(floor((low - around) / size));
  let n = min(shape, vec3i(floor((low + span + around) / size)) - base + 1);
  for (var o = i32(lane); o < n.x * n.y * n.z; o += i32(LANES)) {
    let k = ((base + vec3i(o / (n.z * n.y), (o / n.z) % n.y, o % n.z)) % shape + shape) % shape;
    let cell = u32((k.x * shape.y + k.y) * shape.z + k.z);
    let stop = atomicLoad(&cells[cell + 1u]);
    for (var i = atomicLoad(&cells[cell]); i < stop; i++) {
      let row = before[ROWS * i];
      let moves = row.w == 0.0 && inDomain(d, row.xyz);
      if (!moves) {
        let past = row.xyz - low - params.box * floor((row.xyz - low) / params.box);
        let apart = max(vec3f(0.0), min(past - span, params.box - past));
        if (dot(apart, apart) >= around * around) { continue; }
        atomicAdd(&stillCount, 1u);
      }
      let slot = atomicAdd(&heldCount, 1u);
      if (slot < HELD) { held[slot] = select(i, i | MOVES, moves); }
    }
  }
  workgroupBarrier();
  let found = atomicLoad(&heldCount);
  let some = min(found, HELD);
  for (var k = lane; k < some; k += LANES) {
    let one = held[k];
    var rank = 0u;
    for (var o = 0u; o < some; o++) { rank += select(0u, 1u, held[o] < one); }
    let i = ROWS * (one & ~MOVES);
    let row = before[i];
    let felt = before[i + 1u];
    let kept = before[i + 2u];
    let charged = before[i + 3u];
    guests[at(d, X, rank)] = row.x;
    guests[at(d, Y, rank)] = row.y;
    guests[at(d, Z, rank)] = row.z;
    keep(d, rank, felt.zw, kept.x, felt.xy, kept.y);
    guests[at(d, H, rank)] = charged.x;
  }
  if (lane == 0u) {
    let first = board.trialLow + d * params.trials;
    chains[d].count = some;
    chains[d].still = min(atomicLoad(&stillCount), some);
    chains[d].trialLow = first;
    chains[d].trialHigh = board.trialHigh + select(0u, 1u, first < board.trialLow);
    chains[d].stream = board.stream;
    chains[d].lnActivity = board.lnActivity;
    chains[d].displacement = board.displacement;
    chains[d].most = params.capacity;
    chains[d].least = 0u;
    chains[d].gained = 0.0;
    chains[d].lost = 0.0;
    if (found > HELD) { chains[d].status |= TOO_MANY_GUESTS; }
  }
}

// A guest before the round, by its place in the list, or after that of a domain, by the domain's place behind all of these.
struct Source { there: bool, row: vec4f, felt: vec2f }

fn sourceOf(id: u32) -> Source {
  var s: Source;
  if (id < board.room) {
    if (id >= totals.count) { return s; }
    s.row = before[ROWS * id];
    s.felt = before[ROWS * id + 1u].xy;
    s.there = s.row.w != 0.0 || !inSome(s.row.xyz);
    return s;
  }
  let d = (id - board.room) / params.capacity;
  let i = (id - board.room) % params.capacity;
  if (board.going == 0u || d >= board.domains.x * board.domains.y * board.domains.z) { return s; }
  if (i < chains[d].still || i >= chains[d].count) { return s; }
  s.there = true;
  s.row = vec4f(place(d, i), 0.0);
  s.felt = vec2f(guests[at(d, ION, i)], guests[at(d, METAL, i)]);
  return s;
}

@compute @workgroup_size(64)
fn tally(@builtin(global_invocation_id) id: vec3u) {
  let s = sourceOf(id.x);
  if (s.there) { atomicAdd(&cells[cellCount() + 1u + cellOf(s.row.xyz)], 1u); }
}

var<workgroup> sums: array<u32, 256>;

// One workgroup: where cells begin, from how many guests each has; counts are empty again afterwards.
@compute @workgroup_size(256)
fn scan(@builtin(local_invocation_index) lane: u32) {
  let many = cellCount();
  let share = (many + 255u) / 256u;
  let begin = min(lane * share, many);
  let end = min(begin + share, many);
  var sum = 0u;
  for (var c = begin; c < end; c++) { sum += atomicLoad(&cells[many + 1u + c]); }
  sums[lane] = sum;
  workgroupBarrier();
  sum = 0u;
  for (var o = 0u; o < lane; o++) { sum += sums[o]; }
  for (var c = begin; c < end; c++) {
    atomicStore(&cells[c], min(sum, board.room));
    sum += atomicExchange(&cells[many + 1u + c], 0u);
  }
  if (lane == 255u) {
    atomicStore(&cells[many], min(sum, board.room));
    if (sum > board.room) { atomicOr(&totals.status, FULL); }
  }
}

@compute @workgroup_size(64)
fn scatter(@builtin(global_invocation_id) id: vec3u) {
  let s = sourceOf(id.x);
  if (!s.there) { return; }
  let cell = cellOf(s.row.xyz);
  let slot = atomicLoad(&cells[cell]) + atomicAdd(&cells[cellCount() + 1u + cell], 1u);
  // those that never move come first in their cell
  if (slot < board.room) { atomicStore(&cells[2u * cellCount() + 1u + slot], select(id.x | MOVES, id.x, s.row.w != 0.0)); }
}

// One invocation a cell: its guests by their place before, and their rows.
@compute @workgroup_size(64)
fn order(@builtin(global_invocation_id) id: vec3u) {
  let cell = id.x;
  if (cell >= cellCount()) { return; }
  atomicStore(&cells[cellCount() + 1u + cell], 0u);
  let who = 2u * cellCount() + 1u;
  let begin = atomicLoad(&cells[cell]);
  let end = atomicLoad(&cells[cell + 1u]);
  for (var i = begin + 1u; i < end; i++) {
    let one = atomicLoad(&cells[who + i]);
    var k = i;
    while (k > begin) {
      let other = atomicLoad(&cells[who + k - 1u]);
      if (other < one) { break; }
      atomicStore(&cells[who + k], other);
      k--;
    }
    atomicStore(&cells[who + k], one);
  }
  for (var i = begin; i < end; i++) {
    let s = sourceOf(atomicLoad(&cells[who + i]) & ~MOVES);
    after[ROWS * i] = s.row;
    after[ROWS * i + 1u] = vec4f(s.felt, 0.0, 0.0);
  }
}
