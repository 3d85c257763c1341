// All cached fields and the energy from the positions alone: takes the drift of f32 sums away, after a fixed number of trials.
@compute @workgroup_size(LANES)
fn refresh(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x;
  let parked = (chains[c].status & PARKED) != 0u;
  let n = select(chains[c].count, 0u, parked);
  let cutoff2 = params.pairTo * params.pairTo;
  var sum = vec2f(0.0);
  var overlaps = 0.0;
  for (var i = lane; i < n; i += LANES) {
    let p = place(c, i);
    var phi = 0.0;
    var density = vec2f(0.0);
    for (var j = 0u; j < n; j++) {
      let d = image(place(c, j) - p);
      let r2 = dot(d, d);
      if (j == i || r2 >= cutoff2) { continue; }
      let r = sqrt(r2);
      if (r < params.pairFrom) { overlaps += 1.0; }
      phi += pairAt(max(r, params.pairFrom)).x;
      density += densityAt(max(r, params.pairFrom));
    }
    let share = fieldShare(p, 0u, 1u);
    overlaps += share.overlaps;
    let host = field(share.fields);
    let s = switchOf(density.y);
    let own = ownEnergy(density.x, s, host);
    keep(c, i, density, s, host, own);
    guests[at(c, H, i)] = 0.0;
    sum = plus(sum, own + 0.5 * phi);
  }
  storageBarrier();
  workgroupBarrier();
  if (params.repulsive != 0u) {
    for (var i = lane; i < n; i += LANES) {
      let p = place(c, i);
      var h = 0.0;
      for (var j = 0u; j < n; j++) {
        if (j != i) { h += guests[at(c, S, j)] * repulsionBetween(place(c, j), p); }
      }
      guests[at(c, H, i)] = h;
      sum = plus(sum, 0.5 * guests[at(c, S, i)] * h);
    }
  }
  part[lane] = vec4f(sum, overlaps, 0.0);
  part2[lane] = vec4f(0.0);
  reduce(lane);
  if (lane == 0u && !parked) {
    chains[c].energy = part[0].x + part[0].y;
    chains[c].gained = 0.0;
    chains[c].lost = 0.0;
    if (part[0].z > 0.0) { chains[c].status |= OVERLAPPING; }
  }
}
