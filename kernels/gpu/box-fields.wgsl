// What all guests of a box feel, from their positions alone, by cells at least a cutoff wide; and the energy of all.
fn guestCount() -> u32 { return atomicLoad(&cells[cellCount()]); }

// Cells around that of p, each once: the first, and how many along each axis.
struct Near { base: vec3i, n: vec3i }
fn nearOf(p: vec3f) -> Near {
  let shape = vec3i(board.cells);
  let k = min(vec3i(p / params.box * vec3f(board.cells)), shape - 1);
  let all3 = shape >= vec3i(3);
  return Near(select(vec3i(0), k - 1, all3), select(shape, vec3i(3), all3));
}
fn nearCell(near: Near, o: i32) -> u32 {
  let shape = vec3i(board.cells);
  let k = (near.base + vec3i(o / (near.n.z * near.n.y), (o / near.n.z) % near.n.y, o % near.n.z) + shape) % shape;
  return u32((k.x * shape.y + k.y) * shape.z + k.z);
}

@compute @workgroup_size(64)
fn fields(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= guestCount()) { return; }
  let p = after[ROWS * i].xyz;
  let near = nearOf(p);
  var phi = 0.0;
  var density = vec2f(0.0);
  var overlaps = 0u;
  for (var o = 0; o < near.n.x * near.n.y * near.n.z; o++) {
    let cell = nearCell(near, o);
    let stop = atomicLoad(&cells[cell + 1u]);
    for (var j = atomicLoad(&cells[cell]); j < stop; j++) {
      let d = image(after[ROWS * j].xyz - p);
      let r2 = dot(d, d);
      if (j == i || r2 >= params.pairTo * params.pairTo) { continue; }
      let r = sqrt(r2);
      if (r < params.pairFrom) { overlaps++; }
      phi += pairAt(max(r, params.pairFrom)).x;
      density += densityAt(max(r, params.pairFrom));
    }
  }
  if (overlaps > 0u) { atomicOr(&totals.status, OVERLAPPING); }
  let felt = after[ROWS * i + 1u].xy;
  let s = switchOf(density.y);
  let own = ownEnergy(density.x, s, felt);
  after[ROWS * i + 1u] = vec4f(felt, density);
  after[ROWS * i + 2u] = vec4f(s, own, own + 0.5 * phi, 0.0);
  after[ROWS * i + 3u] = vec4f(0.0, own + 0.5 * phi, 0.0, 0.0);
}

@compute @workgroup_size(64)
fn charges(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (params.repulsive == 0u || i >= guestCount()) { return; }
  let p = after[ROWS * i].xyz;
  let near = nearOf(p);
  var h = 0.0;
  for (var o = 0; o < near.n.x * near.n.y * near.n.z; o++) {
    let cell = nearCell(near, o);
    let stop = atomicLoad(&cells[cell + 1u]);
    for (var j = atomicLoad(&cells[cell]); j < stop; j++) {
      if (j != i) { h += after[ROWS * j + 2u].x * repulsionBetween(after[ROWS * j].xyz, p); }
    }
  }
  let kept = after[ROWS * i + 2u];
  after[ROWS * i + 3u] = vec4f(h, kept.z + 0.5 * kept.x * h, 0.0, 0.0);
}

var<workgroup> parts: array<vec2f, 256>;

// One workgroup: U anew, how far the sums of the domains were from it, and how many guests there are now.
@compute @workgroup_size(256)
fn total(@builtin(local_invocation_index) lane: u32) {
  let n = guestCount();
  var sum = vec2f(0.0);
  for (var i = lane; i < n; i += 256u) { sum = plus(sum, after[ROWS * i + 3u].y); }
  parts[lane] = sum;
  workgroupBarrier();
  for (var half = 128u; half > 0u; half /= 2u) {
    if (lane < half) {
      let other = parts[lane + half];
      var joined = plus(parts[lane], other.x);
      joined.y += other.y;
      parts[lane] = joined;
    }
    workgroupBarrier();
  }
  if (lane != 0u) { return; }
  let energy = parts[0];
  if (board.going != 0u) {
    var gained = vec2f(0.0);
    for (var d = 0u; d < board.domains.x * board.domains.y * board.domains.z; d++) {
      gained = plus(gained, chains[d].gained);
      gained.y += chains[d].lost;
    }
    let change = (energy.x - totals.energy.x) + (energy.y - totals.energy.y);
    totals.drift = max(totals.drift, abs(change - (gained.x + gained.y)));
  }
  totals.energy = energy;
  totals.count = n;
}
