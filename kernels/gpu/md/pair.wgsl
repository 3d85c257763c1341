// The pair form: U = ½ Σ φ(r_ij) over a full list, an atom a lane.
@compute @workgroup_size(64)
fn pair(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let local = threadOf(group, groups, lane);
  if (halted() || local >= slice.count) { return; }
  let i = slice.begin + local;
  let here = positions[i];
  let mine = slice.at.x + kindOf(here) * system.kinds;
  let stop = (1u + list[local]) * slice.count;
  var force = vec4f(0.0);
  var stress = array<vec4f, 2>();
  for (var at = slice.count + local; at < stop; at += slice.count) {
    let there = positions[list[at]];
    let d = between(here, there);
    let r = sqrt(dot(d, d));
    let phi = look(mine + kindOf(there), r);
    let g = (phi.y / r) * d;
    force += vec4f(g, 0.5 * phi.x);
    if (VIRIAL) { addVirial(&stress, g, d); }
  }
  forces[i] += force;
  if (VIRIAL) { keepVirial(i, stress); }
}
