// Builds the host map: exact sums at the knots, then the cubic B-spline's prefilter along each axis.
@group(0) @binding(4) var<storage, read> mapIn: array<vec2f>;
@group(0) @binding(5) var<storage, read_write> mapOut: array<vec2f>;

fn knotOf(id: u32) -> vec3u {
  return vec3u(id / (params.map.z * params.map.y), (id / params.map.z) % params.map.y, id % params.map.z);
}

@compute @workgroup_size(64)
fn sample(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = (group.y * groups.x + group.x) * 64u + lane;
  if (id >= params.map.x * params.map.y * params.map.z) { return; }
  let p = vec3f(knotOf(id)) * (params.box / vec3f(params.map));
  let sum = hostSum(p, 0u, 1u, false, true);
  mapOut[id] = select(vec2f(bent(sum.x), bent(sum.y)), vec2f(bendFrom + bendWidth), sum.z > 0.0);
}

// Coefficients c of a periodic cubic B-spline through f: c_i = √3 Σ_k z^|k| f_(i+k), z = √3 − 2; 13 terms a side are 4e-8.
@compute @workgroup_size(64)
fn prefilter(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let id = (group.y * groups.x + group.x) * 64u + lane;
  if (id >= params.map.x * params.map.y * params.map.z) { return; }
  let at = knotOf(id);
  let strides = vec3u(params.map.y * params.map.z, params.map.z, 1u);
  let n = i32(params.map[params.mapAxis]);
  let stride = strides[params.mapAxis];
  let i = i32(at[params.mapAxis]);
  let line = id - u32(i) * stride;
  var sum = mapIn[id];
  var weight = 1.0;
  for (var k = 1; k <= 13; k++) {
    weight *= -0.2679491924311227;
    let left = u32(((i - k) % n + n) % n);
    let right = u32((i + k) % n);
    sum += weight * (mapIn[line + left * stride] + mapIn[line + right * stride]);
  }
  mapOut[id] = 1.7320508075688772 * sum;
}
