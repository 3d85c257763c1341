// Proposals within a domain. With n guests in the domain, W the sum of the weights of its voxels and v their volume
//
//   insertion  min(1, z W v/(w (n+1)) e^(−βΔU))        deletion  min(1, w n/(z W v) e^(−βΔU))
//
// and a displacement that leaves the domain is rejected: its way back would begin at a guest that is at rest in this round.
// W is a sum of whole numbers, and a voxel is found by all 32 bits of a word.
fn fixedOf(chain: u32) -> u32 { return chains[chain].still; }

fn propose(c: u32, n: u32, trial: vec2u, stream: u32, displacement: f32, accept: ptr<function, f32>) -> Proposal {
  let first = philox(vec4u(trial, 0u, stream), params.key);
  let second = philox(vec4u(trial, 1u, stream), params.key);
  let a = uniform4(first);
  let b = uniform4(second);
  *accept = b.y;
  var r = moveOf(a.x);
  let still = chains[c].still;
  let free = n - still;
  let u = vec3f(a.z, a.w, b.x);
  if (r.kind != 1u) {
    if (free == 0u) { r.possible = false; return r; }
    r.goes = still + mulHigh(first.y, free);
    r.old = place(c, r.goes);
  }
  if (r.kind == 0u) {
    r.p = wrap(r.old + displacement * (2.0 * u - 1.0));
    r.possible = levelOf(voxelOf(r.p)) >= 128u && inDomain(c, r.p);
    return r;
  }
  let columns = columnsOf(c);
  let many = board.width.x * board.width.y;
  let weight = sites[columns + many];
  var leaving = 0u;
  if (r.kind >= 2u) {
    leaving = levelOf(voxelOf(r.old)) & 15u;
    if (leaving == 0u) { r.possible = false; return r; }
    r.bias = log(weightOf(leaving) * f32(free) / (f32(weight) * params.voxelVolume));
    if (r.kind == 2u) { return r; }
  }
  if (weight == 0u) { r.possible = false; return r; }
  // a column, then a voxel of it, in proportion to weights
  var rest = mulHigh(second.z, weight);
  var low = 0u;
  var high = many;
  while (high - low > 1u) {
    let middle = (low + high) / 2u;
    if (sites[columns + middle] <= rest) { low = middle; } else { high = middle; }
  }
  rest -= sites[columns + low];
  let column = cornerOf(c) + vec3u(low / board.width.y, low % board.width.y, 0u);
  var voxel = column % params.voxels;
  var level = 0u;
  for (var k = 0u; k < board.width.z; k++) {
    voxel = (column + vec3u(0u, 0u, k)) % params.voxels;
    level = levelOf((voxel.x * params.voxels.y + voxel.y) * params.voxels.z + voxel.z) & 15u;
    if (level == 0u) { continue; }
    let own = 1u << (level - 1u);
    if (rest < own) { break; }
    rest -= own;
  }
  r.p = wrap((vec3f(voxel) + u) * (params.box / vec3f(params.voxels)));
  // rounding can put a point over the edge
  if (level == 0u || !inDomain(c, r.p)) { r.possible = false; return r; }
  if (r.kind == 1u) {
    r.bias = log(f32(weight) * params.voxelVolume / (weightOf(level) * f32(free + 1u)));
  } else {
    r.bias = log(weightOf(leaving) / weightOf(level));
  }
  return r;
}

// [room, ROWS] guests of the box, as box.wgsl has them
@group(0) @binding(8) var<storage, read_write> newcomers: array<vec4f>;

// The host's field at guests that were given by position alone; `board.reserved` of them.
@compute @workgroup_size(64)
fn feel(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= board.reserved) { return; }
  let p = wrap(newcomers[ROWS * i].xyz);
  let share = fieldShare(p, 0u, 1u);
  newcomers[ROWS * i] = vec4f(p, newcomers[ROWS * i].w);
  newcomers[ROWS * i + 1u] = vec4f(field(share.fields) + OVERLAP * share.overlaps, 0.0, 0.0);
}
