/** Chemical symbols in the order of atomic number: what the repulsion of a potential file needs to know of an element. */
const symbols = (
  'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo ' +
  'Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl ' +
  'Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu'
).split(' ');

/** Atomic number of a chemical symbol; 0 where it is none up to plutonium. */
export function atomicNumber(symbol: string): number {
  return symbols.indexOf(symbol) + 1;
}
