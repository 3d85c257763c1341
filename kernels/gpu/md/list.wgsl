// The neighbours of every atom within a cutoff (and the skin) that depends on both kinds, from both ends of a pair, bin by bin in a
// fixed order. All are counted also where there is no room, so that the host knows how much to make.
override EXCLUDING: bool = false;

@group(0) @binding(3) var<storage, read> positions: array<vec4u>;
@group(0) @binding(4) var<storage, read> binCount: array<u32>;
@group(0) @binding(5) var<storage, read> binAtoms: array<u32>;
// [kinds · kinds] squared, Å²
@group(0) @binding(6) var<storage, read> cutoffs: array<f32>;
@group(0) @binding(7) var<storage, read_write> list: array<u32>;
// atoms to leave out, laid out like a list of all atoms
@group(0) @binding(8) var<storage, read> excluded: array<u32>;

fn isExcluded(i: u32, j: u32) -> bool {
  let count = excluded[i];
  for (var k = 1u; k <= count; k++) {
    if (excluded[k * system.atoms + i] == j) { return true; }
  }
  return false;
}

@compute @workgroup_size(64)
fn neighbours(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let local = threadOf(group, groups, lane);
  if (atomicLoad(&control.rebuild) == 0u || (atomicLoad(&control.raised) & ~LIST_FULL) != 0u || local >= slice.count) { return; }
  let i = slice.begin + local;
  let here = positions[i];
  let mine = kindOf(here) * system.kinds;
  let span = min(2u * slice.stencil + 1u, system.bins);
  let first = (binOf(here) + system.bins - slice.stencil % system.bins) % system.bins;
  var m = 0u;
  for (var x = 0u; x < span.x; x++) {
    let bx = ((first.x + x) % system.bins.x) * system.bins.y;
    for (var y = 0u; y < span.y; y++) {
      let by = (bx + (first.y + y) % system.bins.y) * system.bins.z;
      for (var z = 0u; z < span.z; z++) {
        let bin = by + (first.z + z) % system.bins.z;
        let start = bin * system.binCapacity;
        let stop = start + binCount[bin];
        for (var at = start; at < stop; at++) {
          let j = binAtoms[at];
          let there = positions[j];
          let d = between(here, there);
          if (j == i || dot(d, d) >= cutoffs[mine + kindOf(there)]) { continue; }
          if (EXCLUDING) {
            if (isExcluded(i, j)) { continue; }
          }
          m++;
          if (m <= slice.capacity) { list[m * slice.count + local] = j; }
        }
      }
    }
  }
  list[local] = min(m, slice.capacity);
  if (m > slice.capacity) {
    atomicMax(&control.needed[slice.which], m);
    raise(LIST_FULL, i);
  }
}
