// Driven N (src/engine/drive.ts): an activity for every step N → N + 1, limits of N, and what is learnt of every N on the way.
import { takeI, takeP } from './block';

// columns of (capacity + 1) f64, by N: ln z of N → N + 1; then sums over trials
let columns: usize = 0;
let width: usize = 0;
const UP = 1;
const DOWN = 2;
const TRIED_UP = 3;
const TRIED_DOWN = 4;
const VISITS = 5;
const ENERGY = 6;
const SQUARE = 7;

export let driven: bool = false;
export let least: i32 = 0;
export let most: i32 = 0;

export function setupDrive(): void {
  columns = takeP();
  width = <usize>(takeI() + 1) << 3;
  driven = false;
}

export function setDrive(from: i32, to: i32): void {
  driven = from <= to;
  least = from;
  most = to;
}

// @ts-ignore: decorator
@inline
function add(column: i32, n: i32, what: f64): void {
  const at = columns + <usize>column * width + (<usize>n << 3);
  store<f64>(at, load<f64>(at) + what);
}

/** ln z of the step N → N + 1. */
export function activity(n: i32): f64 {
  return load<f64>(columns + (<usize>n << 3));
}

/** An insertion tried at N, with the probability that it had been accepted undriven. */
export function triedUp(n: i32, probability: f64): void {
  add(TRIED_UP, n, 1);
  add(UP, n, probability);
}

/** A deletion tried at N. */
export function triedDown(n: i32, probability: f64): void {
  add(TRIED_DOWN, n, 1);
  add(DOWN, n, probability);
}

/** The state after a trial. */
export function visit(n: i32, energy: f64): void {
  add(VISITS, n, 1);
  add(ENERGY, n, energy);
  add(SQUARE, n, energy * energy);
}
