// Grand-canonical chains, one workgroup each: thousands of trials in one dispatch and no message in between.
//
// All lanes work out the proposal alike. Then they share the energy: each takes every LANES-th guest, finds what that guest
// gains and loses with the one that goes and the one that comes, and adds up its part of the host map. Only guests whose
// charge switch changes meet each other (last term of U), in a second round.
//
//   U = ½ Σ φ + Σ F(ρ_i) + Σ [V_met + s² (V_ion − V_met)] + ½ Σ s_i h_i,   h_i = Σ_j s_j Y_ij
//
// Insertions are proposed in voxels with fixed weights w (their sum W, volume v), so that with n guests
//
//   insertion  min(1, z W v/(w (n+1)) e^(−βΔU))        deletion  min(1, w n/(z W v) e^(−βΔU))
//
// and a guest that has diffused where w = 0 cannot be deleted, since nothing would put it back. No list of free voxels is
// kept: finding an overlap costs a lane one distance. Sums never depend on the order in which lanes happen to run.
@compute @workgroup_size(LANES)
fn advance(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = group.x;
  let stream = chains[c].stream;
  let lnActivity = chains[c].lnActivity;
  let displacement = chains[c].displacement;
  let least = chains[c].least;
  let most = chains[c].most;
  let driveRow = c * 8u * (params.capacity + 1u);
  let driveStride = params.capacity + 1u;
  let cutoff2 = params.pairTo * params.pairTo;
  let fixed = fixedOf(c);
  var n = chains[c].count;
  var status = chains[c].status;
  var trial = vec2u(chains[c].trialLow, chains[c].trialHigh);
  var tried = vec4u(0u);
  var accepted = vec4u(0u);
  // what earlier dispatches since the last refresh have gained
  var gained = vec2f(chains[c].gained, chains[c].lost);
  var sumCount = 0u;
  var sumSquare = 0.0;
  var sumGained = vec2f(0.0);
  if (lane == 0u) {
    atomicStore(&touchedCount, 0u);
    atomicStore(&changedCount, 0u);
  }
  workgroupBarrier();

  for (var t = 0u; t < params.trials; t++) {
    var accept = 0.0;
    var plan = propose(c, n, trial, stream, displacement, &accept);
    let running = status == 0u;
    if (plan.kind == 1u && n >= params.capacity && plan.possible) {
      // a driven chain at its upper limit only prices the step
      if (params.driven == 0u) { status |= TOO_MANY_GUESTS; }
      if (n - fixed < most) { plan.possible = false; }
    }
    let go = plan.possible && running && status == 0u;
    let goes = go && plan.goes != NOBODY;
    let comes = go && plan.comes;

    // first round: every guest on its own
    var sum = vec4f(0.0);
    var fields = vec4f(0.0);
    if (go) {
      if (comes) {
        let share = fieldShare(plan.p, lane, LANES);
        fields = share.fields;
        sum.x += OVERLAP * share.overlaps;
      }
      for (var i = lane; i < n; i += LANES) {
        if (i == plan.goes) { continue; }
        let g = place(c, i);
        let dIn = image(g - plan.p);
        let dOut = image(g - plan.old);
        let in2 = select(cutoff2, dot(dIn, dIn), comes);
        let out2 = select(cutoff2, dot(dOut, dOut), goes);
        if (in2 >= cutoff2 && out2 >= cutoff2) { continue; }
        let oldS = guests[at(c, S, i)];
        var gain = vec2f(0.0);
        if (in2 < cutoff2) {
          let r = sqrt(in2);
          if (r < params.pairFrom) { sum.x += OVERLAP; continue; }
          let phi = pairAt(r);
          let density = densityAt(r);
          sum += vec4f(phi.x, oldS * phi.y, density);
          gain = density;
        }
        if (out2 < cutoff2) {
          let r = max(sqrt(out2), params.pairFrom);
          sum.x -= pairAt(r).x;
          gain -= densityAt(r);
        }
        let rho = guests[at(c, RHO, i)] + gain.x;
        let coordination = guests[at(c, N, i)] + gain.y;
        let s = select(oldS, switchOf(coordination), gain.y != 0.0);
        let own = ownEnergy(rho, s, vec2f(guests[at(c, ION, i)], guests[at(c, METAL, i)]));
        sum.x += own - guests[at(c, OWN, i)];
        let slot = atomicAdd(&touchedCount, 1u);
        if (slot < TOUCHED) { touched[slot] = Touched(i, rho, coordination, s, own); }
        if (s != oldS && params.repulsive != 0u) {
          sum.x += (s - oldS) * guests[at(c, H, i)];
          let k = atomicAdd(&changedCount, 1u);
          if (k < CHANGED) {
            changedGuest[k] = i;
            changedDs[k] = s - oldS;
          }
        }
      }
    }
    part[lane] = sum;
    part2[lane] = fields;
    reduce(lane);
    let total = part[0];
    let whole = part2[0];
    let overlap = total.x > 0.5 * OVERLAP;
    let inField = field(whole);
    let inS = switchOf(total.w);
    let inOwn = ownEnergy(total.z, inS, inField);
    var delta = total.x;
    var goneS = 0.0;
    if (comes) { delta += inOwn + select(0.0, inS * total.y, params.repulsive != 0u); }
    if (goes) {
      delta -= guests[at(c, OWN, plan.goes)];
      if (params.repulsive != 0u) {
        goneS = guests[at(c, S, plan.goes)];
        delta -= goneS * guests[at(c, H, plan.goes)];
      }
    }
    if (lane == 0u) { changes = select(atomicLoad(&changedCount), 0u, overlap); }
    let changing = workgroupUniformLoad(&changes);

    // second round: pairs among the guests whose s changes
    if (changing > 0u) {
      let many = min(changing, CHANGED);
      for (var k = lane; k < many; k += LANES) {
        let i = changedGuest[k];
        var rank = 0u;
        for (var o = 0u; o < many; o++) { rank += select(0u, 1u, changedGuest[o] < i); }
        changed[rank] = vec4f(place(c, i), changedDs[k]);
        changedIndex[rank] = i;
      }
      workgroupBarrier();
      var pairs = 0.0;
      for (var k = lane; k < many; k += LANES) {
        let one = changed[k];
        var felt = 0.0;
        for (var o = 0u; o < k; o++) { felt += changed[o].w * repulsionBetween(one.xyz, changed[o].xyz); }
        if (goes) { felt -= goneS * repulsionBetween(one.xyz, plan.old); }
        if (comes) { felt += inS * repulsionBetween(one.xyz, plan.p); }
        pairs += one.w * felt;
      }
      part[lane] = vec4f(pairs, 0.0, 0.0, 0.0);
      part2[lane] = vec4f(0.0);
      reduce(lane);
      delta += part[0].x;
    }

    // acceptance
    let movable = n - fixed;
    let cost = params.beta * delta;
    var bias = plan.bias;
    if (plan.kind == 1u) { bias += lnActivity; }
    if (plan.kind == 2u) { bias -= lnActivity; }
    if (params.driven != 0u && running && lane == 0u && (plan.kind == 1u || plan.kind == 2u) && !(plan.kind == 2u && movable == 0u)) {
      let k = movable - least;
      let probability = select(0.0, min(1.0, exp(min(0.0, bias - cost))), go && !overlap);
      let column = select(4u, 3u, plan.kind == 1u);
      drive[driveRow + column * driveStride + k] += 1.0;
      drive[driveRow + (column - 2u) * driveStride + k] += probability;
    }
    var barred = false;
    if (params.driven != 0u) {
      if (plan.kind == 1u) {
        barred = movable >= most;
        if (!barred) { bias += drive[driveRow + movable - least] - lnActivity; }
      }
      if (plan.kind == 2u) {
        barred = movable <= least;
        if (!barred) { bias += lnActivity - drive[driveRow + movable - 1u - least]; }
      }
    }
    if (lane == 0u) { verdict = select(0u, 1u, go && !overlap && !barred && log(accept) < bias - cost); }
    let accepting = workgroupUniformLoad(&verdict);
    let touchedNow = atomicLoad(&touchedCount);
    if (touchedNow > TOUCHED || changing > CHANGED) { status |= TOO_MANY_NEIGHBOURS; }
    tried[plan.kind] += select(0u, 1u, running);

    if (accepting != 0u && status == 0u) {
      accepted[plan.kind] += 1u;
      gained = plus(gained, delta);
      for (var k = lane; k < touchedNow; k += LANES) {
        let one = touched[k];
        guests[at(c, RHO, one.guest)] = one.rho;
        guests[at(c, N, one.guest)] = one.n;
        guests[at(c, S, one.guest)] = one.s;
        guests[at(c, OWN, one.guest)] = one.own;
      }
      if (params.repulsive != 0u && (changing > 0u || goneS != 0.0 || (comes && inS != 0.0))) {
        for (var i = lane; i < n; i += LANES) {
          if (i == plan.goes) { continue; }
          let g = place(c, i);
          var h = 0.0;
          for (var k = 0u; k < changing; k++) {
            if (changedIndex[k] != i) { h += changed[k].w * repulsionBetween(g, changed[k].xyz); }
          }
          if (goneS != 0.0) { h -= goneS * repulsionBetween(g, plan.old); }
          if (comes && inS != 0.0) { h += inS * repulsionBetween(g, plan.p); }
          if (h != 0.0) { guests[at(c, H, i)] += h; }
        }
      }
    }
    workgroupBarrier();
    storageBarrier();
    if (accepting != 0u && status == 0u) {
      let slot = select(n, plan.goes, goes);
      if (comes && lane == 0u) {
        var h = total.y;
        for (var k = 0u; k < changing; k++) { h += changed[k].w * repulsionBetween(plan.p, changed[k].xyz); }
        guests[at(c, X, slot)] = plan.p.x;
        guests[at(c, Y, slot)] = plan.p.y;
        guests[at(c, Z, slot)] = plan.p.z;
        keep(c, slot, total.zw, inS, inField, inOwn);
        guests[at(c, H, slot)] = h;
      }
      if (!comes) {
        for (var k = lane; k < FIELDS; k += LANES) { guests[at(c, k, slot)] = guests[at(c, k, n - 1u)]; }
      }
      if (plan.kind == 1u) { n++; }
      if (plan.kind == 2u) { n--; }
    }
    if (status == 0u) {
      trial.x++;
      if (trial.x == 0u) { trial.y++; }
      let m = n - fixed;
      let energy = gained.x + gained.y;
      sumCount += m;
      sumSquare += f32(m) * f32(m);
      sumGained = plus(sumGained, energy);
      if (params.driven != 0u && lane == 0u) {
        drive[driveRow + 5u * driveStride + m - least] += 1.0;
        drive[driveRow + 6u * driveStride + m - least] += energy;
        drive[driveRow + 7u * driveStride + m - least] += energy * energy;
      }
    }
    if (lane == 0u) {
      atomicStore(&touchedCount, 0u);
      atomicStore(&changedCount, 0u);
    }
    storageBarrier();
    workgroupBarrier();
  }
  if (lane == 0u) {
    chains[c].count = n;
    chains[c].status = status;
    chains[c].trialLow = trial.x;
    chains[c].trialHigh = trial.y;
    chains[c].gained = gained.x;
    chains[c].lost = gained.y;
    chains[c].sumCount = sumCount;
    chains[c].sumSquare = sumSquare;
    chains[c].sumGained = sumGained.x + sumGained.y;
    chains[c].tried += tried;
    chains[c].accepted += accepted;
  }
}
