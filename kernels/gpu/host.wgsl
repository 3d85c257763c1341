// The rigid host: exact sums over carbons, and the map that chains read instead.
//
// The map holds the coefficients of a cubic B-spline through V_ion and V_met at equal knots: twice differentiable, 64
// coefficients a point, error of order h⁴. Both fields are bent over above 0.3 eV, towards 4.3 eV, since a spline
// cannot follow a wall, and bent back after it was read. The bend is a tanh: it leaves no kink, also in curvature.
//
// Carbons whose wells are too narrow for the knots (bare edges, vacancies) stay out of the map; they are few, and a chain
// sums them one by one. They stand first in their cell and carry −1 − kind in place of kind.
@group(0) @binding(2) var<storage, read> atoms: array<vec4f>;
// per cell where its carbons begin and where the narrow ones of them end
@group(0) @binding(3) var<storage, read> atomStart: array<u32>;

const bendFrom = 0.3;
const bendWidth = 4.0;

fn bent(v: f32) -> f32 {
  return select(v, bendFrom + bendWidth * tanh(min(10.0, (v - bendFrom) / bendWidth)), v > bendFrom);
}

// the inverse, as far as 20 eV
fn straight(b: f32) -> f32 {
  let u = clamp((b - bendFrom) / bendWidth, 0.0, 0.9999);
  return select(b, bendFrom + 0.5 * bendWidth * log((1.0 + u) / (1.0 - u)), b > bendFrom);
}

fn saturate1(v: f32) -> f32 {
  let beyond = -v - params.saturationFrom;
  if (beyond <= 0.0) { return v; }
  return -params.saturationFrom - params.saturationWidth * log(1.0 + beyond / params.saturationWidth);
}

fn carbon(atom: vec4f, q: vec3f) -> vec3f {
  let d = atom.xyz - q;
  let r2 = dot(d, d);
  if (r2 >= params.hostTo * params.hostTo) { return vec3f(0.0); }
  let r = sqrt(r2);
  if (r < params.hostFrom) { return vec3f(0.0, 0.0, 1.0); }
  let kind = u32(select(atom.w, -1.0 - atom.w, atom.w < 0.0));
  let rows = params.hostRows + kind * 2u * (params.hostLast + 1u);
  return vec3f(twin(rows, (r - params.hostFrom) * params.hostInverse, params.hostLast), 0.0);
}

// Sum of (V_ion, V_met) over every `lanes`-th cell near p from cell `lane` on; z counts overlaps. Of the narrow carbons alone,
// of the others alone, or of all. V_ion saturates as a whole: `saturate1` is for the sum of all lanes.
fn hostSum(p: vec3f, lane: u32, lanes: u32, narrow: bool, others: bool) -> vec3f {
  let cells = vec3i(params.hostCells);
  let width = params.box / vec3f(params.hostCells);
  let low = vec3i(floor((p - params.hostTo) / width));
  let span = vec3u(vec3i(floor((p + params.hostTo) / width)) - low + 1);
  var sum = vec3f(0.0);
  for (var o = lane; o < span.x * span.y * span.z; o += lanes) {
    let i = low + vec3i(vec3u(o / (span.z * span.y), (o / span.z) % span.y, o % span.z));
    let turns = vec3i(floor(vec3f(i) / vec3f(params.hostCells)));
    let k = i - turns * cells;
    let cell = 2u * u32((k.x * cells.y + k.y) * cells.z + k.z);
    let q = p - vec3f(turns) * params.box;
    let split = atomStart[cell + 1u];
    let stop = select(split, atomStart[cell + 2u], others);
    for (var a = select(split, atomStart[cell], narrow); a < stop; a++) { sum += carbon(atoms[a], q); }
  }
  return sum;
}
