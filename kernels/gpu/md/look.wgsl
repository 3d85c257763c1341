// Functions of distance on equal knots: a descriptor is (first knot, 1/step, end, place of the rows); straight on below the first
// knot, zero from the end on, a row more than there are intervals for a distance that is rounded up to the end.
override VIRIAL: bool = false;

@group(0) @binding(3) var<storage, read> positions: array<vec4u>;
@group(0) @binding(4) var<storage, read_write> forces: array<vec4f>;
@group(0) @binding(5) var<storage, read> tables: array<vec4f>;
@group(0) @binding(6) var<storage, read> list: array<u32>;
// two rows an atom: xx yy zz xy, xz yz – –
@group(0) @binding(7) var<storage, read_write> virial: array<vec4f>;

// Value and slope.
fn look(at: u32, r: f32) -> vec2f {
  let head = tables[at];
  if (r >= head.z) { return vec2f(0.0); }
  let s = (r - head.x) * head.y;
  let k = max(floor(s), 0.0);
  let t = s - k;
  let row = tables[u32(head.w) + u32(k)];
  if (s < 0.0) { return vec2f(row.x + s * row.y, row.y * head.y); }
  return vec2f(row.x + t * (row.y + t * (row.z + t * row.w)), (row.y + t * (2.0 * row.z + 3.0 * t * row.w)) * head.y);
}

// −½ g ⊗ d of a pair, g = ∂U/∂d: half from either end.
fn addVirial(sum: ptr<function, array<vec4f, 2>>, g: vec3f, d: vec3f) {
  let w = -0.5 * g;
  (*sum)[0] += vec4f(w * d, 0.5 * (w.x * d.y + w.y * d.x));
  (*sum)[1] += vec4f(0.5 * (w.x * d.z + w.z * d.x), 0.5 * (w.y * d.z + w.z * d.y), 0.0, 0.0);
}

fn keepVirial(i: u32, sum: array<vec4f, 2>) {
  virial[2u * i] += sum[0];
  virial[2u * i + 1u] += sum[1];
}
