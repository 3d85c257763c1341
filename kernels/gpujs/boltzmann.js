// Boltzmann factors of the points of one voxel, every second one in the other sum: what the two differ in is the error of the grid.
//
// energies [voxels, points] eV; 1e6 and more: closed
//
// returns (lowest energy m, Σ e^(−β(U − m)) over even points, over odd points, open points)
function boltzmann(energies) {
  let lowest = 1e9;
  let even = 0;
  let odd = 0;
  let open = 0;
  for (let p = 0; p < this.constants.points; p++) {
    const u = energies[this.constants.points * this.thread.x + p];
    if (u < 1e6) {
      open += 1;
      if (u < lowest) {
        const less = Math.exp(Math.max(-87, this.constants.beta * (u - lowest)));
        even *= less;
        odd *= less;
        lowest = u;
      }
      const share = Math.exp(Math.max(-87, -this.constants.beta * (u - lowest)));
      // neighbours along every axis are in different sums
      const row = Math.floor((p + 0.5) / this.constants.across);
      const plane = Math.floor((row + 0.5) / this.constants.across);
      const steps = p - this.constants.across * row + row - this.constants.across * plane + plane;
      if (steps - 2 * Math.floor((steps + 0.5) / 2) < 0.5) {
        even += share;
      } else {
        odd += share;
      }
    }
  }
  return [lowest, even, odd, open];
}
