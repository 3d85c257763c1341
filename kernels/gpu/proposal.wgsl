// Proposals of a chain that has the whole box: voxels level by level, from lists that all chains share.
fn fixedOf(chain: u32) -> u32 { return params.fixedGuests; }

fn propose(c: u32, n: u32, trial: vec2u, stream: u32, displacement: f32, accept: ptr<function, f32>) -> Proposal {
  let a = uniform4(philox(vec4u(trial, 0u, stream), params.key));
  let b = uniform4(philox(vec4u(trial, 1u, stream), params.key));
  *accept = b.y;
  var r = moveOf(a.x);
  let free = n - params.fixedGuests;
  let u = vec3f(a.z, a.w, b.x);
  let pick = select(a.y, b.z, r.kind == 3u);
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
