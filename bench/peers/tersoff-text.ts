/** Bond-order parameters as a LAMMPS .tersoff file. */
import type { BondOrderTerm } from '../../src/model/model.ts';

/** All entries of a term, in the order of LAMMPS' columns. */
export function tersoffText({ elements, triples }: BondOrderTerm): string {
  const e = elements.length;
  const lines = triples.map((p, t) => {
    const names = [Math.floor(t / (e * e)), Math.floor(t / e) % e, t % e].map((k) => elements[k]);
    const angle = [p.m, p.gamma, p.lambda3, p.c, p.d, p.cosTheta0];
    const bond = [p.n, p.beta, p.lambda2, p.b, p.middle, p.halfWidth, p.lambda1, p.a];
    return [...names, ...angle, ...bond].join(' ');
  });
  return `${lines.join('\n')}\n`;
}
