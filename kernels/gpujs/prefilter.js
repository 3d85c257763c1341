// Coefficients of a periodic cubic B-spline along the first index of a plane [n, m] of values f:
//
//   c_i = √3 Σ_k z^|k| f_(i+k),   z = √3 − 2;  13 terms a side are 4e-8
function prefilter(plane) {
  const i = Math.floor((this.thread.x + 0.5) / this.constants.m);
  const j = this.thread.x - i * this.constants.m;
  let sum = plane[this.thread.x];
  let weight = 1;
  for (let k = 1; k <= 13; k++) {
    weight *= -0.2679491924311227;
    const left = i - k - this.constants.n * Math.floor((i - k + 0.5) / this.constants.n);
    const right = i + k - this.constants.n * Math.floor((i + k + 0.5) / this.constants.n);
    sum += weight * (plane[left * this.constants.m + j] + plane[right * this.constants.m + j]);
  }
  return 1.7320508075688772 * sum;
}
