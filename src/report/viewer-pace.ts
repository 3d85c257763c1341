/** How finely the three-dimensional view is drawn while it moves, and when it has come to rest. Browser code, part of the viewer. */

/** What is drawn of everything. */
export interface Fineness {
  /** points drawn for a point of the screen, both ways; below 1: coarser than the screen, above: averaged by it */
  readonly points: number;
  /** of the atoms, 0 … 1 */
  readonly atoms: number;
}

/** From the best to what is still a picture. */
const levels: readonly Fineness[] = [
  { points: 1, atoms: 1 },
  { points: 0.7, atoms: 0.6 },
  { points: 0.6, atoms: 0.4 },
  { points: 0.5, atoms: 0.25 },
];

/** ms without a move after which the view rests and is drawn in full */
const rest = 220;
/** ms of rest after which it is drawn smoothly: twice as fine as the screen */
const longRest = 450;
/** Where a full picture takes longer than this, ms, there is no smooth one. */
const tooLong = 1000;
/** A picture on the move should take no longer, ms. */
const slow = 120;
/** One that takes less may be finer, ms. */
const quick = 14;
/** Quick pictures in a row before it gets finer. */
const patience = 6;

/** Draws at most once a frame: in full where nothing moves, else as finely as the machine keeps up with. */
export class Pace {
  readonly #draw: (fineness: Fineness) => void;
  readonly #wait: () => void;
  readonly #smooths: boolean;
  #queued = false;
  #moving = false;
  #smooth = false;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #level = 0;
  #quick = 0;

  /**
   * @param draw     draws everything
   * @param wait     returns when what was drawn is finished
   * @param smooths  whether edges are smoothed by drawing more finely than the screen
   */
  constructor(draw: (fineness: Fineness) => void, wait: () => void, smooths: boolean) {
    this.#draw = draw;
    this.#wait = wait;
    this.#smooths = smooths;
  }

  /** Draws in full with the next frame. */
  still(): void {
    this.#begin(false, false);
  }

  /** Draws with the next frame, and in full when nothing has moved for a while. */
  move(): void {
    this.#begin(true, false);
  }

  #begin(moving: boolean, smooth: boolean): void {
    this.#moving = moving;
    this.#smooth = smooth;
    clearTimeout(this.#resting);
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#frame();
    });
  }

  #frame(): void {
    const begun = performance.now();
    this.#draw(this.#moving ? levels[this.#level]! : this.#smooth ? { points: 2, atoms: 1 } : levels[0]!);
    this.#wait();
    const ms = performance.now() - begun;
    // counted from when a picture is there: a slow one must not take all of the time until the next move
    if (this.#moving) this.#resting = setTimeout(() => this.still(), rest);
    else if (this.#smooths && !this.#smooth && ms < tooLong)
      this.#resting = setTimeout(() => this.#begin(false, true), longRest);
    if (!this.#smooth) this.#learn(ms);
  }

  /** Takes the level from what a picture has cost. */
  #learn(ms: number): void {
    const [best, worst] = [0, levels.length - 1];
    if (!this.#moving) {
      // nothing was moved yet, or all of it was quick: begin where this picture would have been quick enough
      if (this.#level === best && ms > slow) this.#level = ms > 4 * slow ? worst : ms > 2 * slow ? 2 : 1;
      return;
    }
    this.#quick = ms < quick ? this.#quick + 1 : 0;
    if (ms > slow && this.#level < worst) this.#level++;
    if (this.#quick < patience || this.#level === best) return;
    this.#quick = 0;
    this.#level--;
  }
}
