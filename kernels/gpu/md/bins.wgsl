// Atoms into bins, when lists are to be made. Slots within a bin are given out in any order and sorted afterwards: lists, and
// sums over them, depend on positions only.
@group(0) @binding(3) var<storage, read> positions: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> listed: array<vec4u>;
@group(0) @binding(5) var<storage, read_write> binCount: array<atomic<u32>>;
@group(0) @binding(6) var<storage, read_write> binAtoms: array<u32>;

fn idle() -> bool { return atomicLoad(&control.rebuild) == 0u || halted(); }

// Whether an atom has moved half the skin since neighbours were listed: asked before forces of positions that the host has set.
@compute @workgroup_size(64)
fn check(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (i >= system.atoms) { return; }
  let d = between(listed[i], positions[i]);
  if (!(dot(d, d) <= system.halfSkin2)) { atomicStore(&control.rebuild, 1u); }
}

@compute @workgroup_size(64)
fn clear(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let bin = threadOf(group, groups, lane);
  if (idle() || bin >= system.bins.x * system.bins.y * system.bins.z) { return; }
  atomicStore(&binCount[bin], 0u);
}

@compute @workgroup_size(64)
fn place(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (idle() || i >= system.atoms) { return; }
  let row = positions[i];
  listed[i] = row;
  let at = binOf(row);
  let bin = (at.x * system.bins.y + at.y) * system.bins.z + at.z;
  let slot = atomicAdd(&binCount[bin], 1u);
  if (slot < system.binCapacity) {
    binAtoms[bin * system.binCapacity + slot] = i;
    return;
  }
  atomicMax(&control.needed[0], slot + 1u);
  raise(BIN_FULL, i);
}

@compute @workgroup_size(64)
fn sort(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let bin = threadOf(group, groups, lane);
  if (idle() || bin >= system.bins.x * system.bins.y * system.bins.z) { return; }
  let first = bin * system.binCapacity;
  let count = min(atomicLoad(&binCount[bin]), system.binCapacity);
  for (var k = 1u; k < count; k++) {
    let atom = binAtoms[first + k];
    var to = k;
    while (to > 0u && binAtoms[first + to - 1u] > atom) {
      binAtoms[first + to] = binAtoms[first + to - 1u];
      to--;
    }
    binAtoms[first + to] = atom;
  }
}
