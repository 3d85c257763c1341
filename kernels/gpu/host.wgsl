// The rigid host: exact sums over carbons, and the map that chains read instead.
//
// The map holds the coefficients of a cubic B-spline through V_ion and V_met at equal knots: twice differentiable, 64
// coefficients a point, error of order h⁴. Both fields are bent over above 0.3 eV, towards 4.3 eV: a guest there is 12 kT and
// more too dear whatever it is exactly, and a spline cannot follow a wall. The bend is wide, so that it adds little curvature.
@group(0) @binding(2) var<storage, read> atoms: array<vec4f>;
@group(0) @binding(3) var<storage, read> atomStart: array<u32>;

const bendFrom = 0.3;
const bendWidth = 4.0;

fn bent(v: f32) -> f32 { return select(v, bendFrom + bendWidth * (1.0 - exp(min(0.0, bendFrom - v) / bendWidth)), v > bendFrom); }

fn saturate1(v: f32) -> f32 {
  let beyond = -v - params.saturationFrom;
  if (beyond <= 0.0) { return v; }
  return -params.saturationFrom - params.saturationWidth * log(1.0 + beyond / params.saturationWidth);
}

// Sum of (V_ion, V_met) over every `lanes`-th column of cells from column `lane` on; z counts overlaps.
// V_ion saturates as a whole: apply `saturate1` to the sum of all lanes.
fn hostSum(p: vec3f, lane: u32, lanes: u32) -> vec3f {
  let cells = vec3i(params.hostCells);
  let width = params.box / vec3f(params.hostCells);
  let low = vec3i(floor((p - params.hostTo) / width));
  let high = vec3i(floor((p + params.hostTo) / width));
  let spanY = high.y - low.y + 1;
  let columns = u32((high.x - low.x + 1) * spanY);
  let cutoff2 = params.hostTo * params.hostTo;
  var sum = vec3f(0.0);
  for (var c = lane; c < columns; c += lanes) {
    let i = low.x + i32(c) / spanY;
    let j = low.y + i32(c) % spanY;
    let mi = i32(floor(f32(i) / f32(cells.x)));
    let mj = i32(floor(f32(j) / f32(cells.y)));
    let column = ((i - mi * cells.x) * cells.y + (j - mj * cells.y)) * cells.z;
    var k = low.z;
    while (k <= high.z) {
      let mk = i32(floor(f32(k) / f32(cells.z)));
      let end = min(high.z, mk * cells.z + cells.z - 1);
      let q = p - vec3f(vec3i(mi, mj, mk)) * params.box;
      let stop = atomStart[column + end - mk * cells.z + 1];
      for (var a = atomStart[column + k - mk * cells.z]; a < stop; a++) {
        let atom = atoms[a];
        let d = atom.xyz - q;
        let r2 = dot(d, d);
        if (r2 >= cutoff2) { continue; }
        let r = sqrt(r2);
        if (r < params.hostFrom) { sum.z += 1.0; continue; }
        let rows = params.hostRows + u32(atom.w) * 2u * (params.hostLast + 1u);
        sum += vec3f(twin(rows, (r - params.hostFrom) * params.hostInverse, params.hostLast), 0.0);
      }
      k = end + 1;
    }
  }
  return sum;
}
