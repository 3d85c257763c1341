/** Where the fits begin: the feasibility fit of 2026-11 ("model D" with a linear switch), and what is held while the rest is fitted. */
import type { GuestParameters } from './guest-energy.ts';

export type Free = Omit<GuestParameters, 'bulkCoordination'>;

export const start: Readonly<Record<string, Free>> = {
  Na: {
    species: 'Na',
    radii: [2.928, 3.7332, 4.209, 4.6848, 5.307, 6.039, 6.771, 7.503, 8.0],
    coefficients: [43.510884, 7.626224, 2.630245, -4.675623, 10.613683, -7.236571, 2.1205, 1.431824, -1.205272],
    xi: 0.3929387,
    exponent: 0.4,
    q: 1.244402,
    r0: 3.66,
    densityTaper: [6.2, 8.0],
    ion: [0.0636, 1.7179457, 2.8251586],
    metal: [0.016307, 1.2305318, 3.4768525],
    switchStart: 0.1,
    switchFraction: 0.716103,
    repulsion: 0.6,
    ionReach: 8,
    bareIons: true,
    saturation: null,
  },
  Li: {
    species: 'Li',
    radii: [2.408, 3.0702, 3.4615, 3.8528, 4.3645, 4.9665, 5.5685, 6.1705, 6.622],
    coefficients: [56.610928, 14.649431, -0.148826, -2.376471, 6.481631, -4.109336, 6.375233, -4.567916, 0.908382],
    xi: 0.5580637,
    exponent: 0.4,
    q: 0.974888,
    r0: 3.01,
    densityTaper: [5.2, 6.8],
    ion: [0.1385841, 2.1936309, 2.3152921],
    metal: [0.0494044, 2.1857063, 2.6054357],
    switchStart: 0.1,
    switchFraction: 0.595288,
    repulsion: 0.12,
    ionReach: 7,
    bareIons: true,
    // an adatom is not touched, a guest between two sheets is bound by less than two of them
    saturation: { from: 1.1, width: 1.3 },
  },
  K: {
    species: 'K',
    radii: [3.62, 4.6155, 5.20375, 5.792, 6.335, 6.878, 7.421, 7.964, 8.49795],
    coefficients: [35.003936, -0.742691, 3.008528, -0.173927, 3.189701, -3.65534, 23.142135, -37.36543, 16.694013],
    xi: 0.2519514,
    exponent: 0.5,
    q: 0.452969,
    r0: 4.525,
    densityTaper: [6.9, 8.5],
    ion: [0.088814, 2.0462484, 3.0333947],
    metal: [0.0434288, 3.4799113, 3.0366917],
    switchStart: 0.1,
    switchFraction: 0.705802,
    repulsion: 0.0,
    ionReach: 8,
    // KC8 opens to 4.87 Å with bare ions, 4.91 without: a cost of 28.2 against 25.4
    bareIons: false,
    saturation: null,
  },
};
