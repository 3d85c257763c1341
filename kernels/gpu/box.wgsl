// One box in many domains that are sampled at the same time: where they are. Why that is right: src/engine/domains/checkerboard.ts.
struct Board {
  // domains along x, y, z; going 0: nobody moves in this round
  domains: vec3u, going: u32,
  // first voxel of domain 0, voxels from one domain to the next, voxels of a domain
  first: vec3u, columnsAt: u32,
  period: vec3u, stream: u32,
  width: vec3u, room: u32,
  // of the guests, at least a cutoff wide
  cells: vec3u, reserved: u32,
  // counter of the first trial of domain 0
  trialLow: u32, trialHigh: u32, lnActivity: f32, displacement: f32,
}
// A guest of the box: (x, y, z, 1 where it never moves), (V_ion, V_met, ρ, n), (s, own energy, that and half its pairs, 0) and, in a row of
// its own since others read s meanwhile, (h, share of U, 0, 0).
const ROWS = 4u;

@group(0) @binding(9) var<uniform> board: Board;

fn voxelAt(p: vec3f) -> vec3u { return min(vec3u(p / params.box * vec3f(params.voxels)), params.voxels - 1u); }

// first voxel of a domain
fn cornerOf(domain: u32) -> vec3u {
  let n = board.domains;
  return (board.first + vec3u(domain / (n.z * n.y), (domain / n.z) % n.y, domain % n.z) * board.period) % params.voxels;
}
fn inDomain(domain: u32, p: vec3f) -> bool {
  return all((voxelAt(p) + params.voxels - cornerOf(domain)) % params.voxels < board.width);
}
// whether a point is in any domain
fn inSome(p: vec3f) -> bool {
  let past = (voxelAt(p) + params.voxels - board.first) % params.voxels;
  let k = past / board.period;
  return board.going != 0u && all(k < board.domains) && all(past - k * board.period < board.width);
}
// where the weights of a domain's columns of voxels begin: sums up to each column, [width.x · width.y + 1]
fn columnsOf(domain: u32) -> u32 { return board.columnsAt + domain * (board.width.x * board.width.y + 1u); }
