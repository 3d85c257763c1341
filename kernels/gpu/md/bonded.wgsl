// Atoms that up to `flags` bonds join to an atom: what a non-bonded term leaves out. Shell after shell; a handful of atoms in carbon.
const MOST = 64u;

@group(0) @binding(3) var<storage, read> bonds: array<u32>;
@group(0) @binding(4) var<storage, read_write> joined: array<u32>;

@compute @workgroup_size(64)
fn join(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = threadOf(group, groups, lane);
  if (atomicLoad(&control.rebuild) == 0u || halted() || i >= system.atoms) { return; }
  let n = system.atoms;
  var count = 0u;
  var shell = 0u;
  for (var bond = 0u; bond < slice.flags; bond++) {
    let end = count;
    let sources = select(end - shell, 1u, bond == 0u);
    for (var s = 0u; s < sources; s++) {
      var source = i;
      if (bond > 0u) { source = joined[(1u + shell + s) * n + i]; }
      for (var k = 1u; k <= bonds[source]; k++) {
        let j = bonds[k * n + source];
        var known = j == i;
        for (var o = 1u; o <= count && !known; o++) { known = joined[o * n + i] == j; }
        if (known) { continue; }
        count++;
        if (count > MOST) {
          raise(CROWDED, i);
          return;
        }
        joined[count * n + i] = j;
      }
    }
    shell = end;
  }
  joined[i] = count;
}
