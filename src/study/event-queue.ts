/** Turns callbacks into an async iterable: what is pushed can be awaited, in order. */
export class EventQueue<Event> implements AsyncIterable<Event> {
  readonly #events: Event[] = [];
  #closed = false;
  #wake: () => void = () => {};

  readonly push = (event: Event): void => {
    this.#events.push(event);
    this.#wake();
  };

  /** No more events will come; those pushed before are still delivered. */
  readonly close = (): void => {
    this.#closed = true;
    this.#wake();
  };

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    for (;;) {
      while (this.#events.length > 0) yield this.#events.shift()!;
      if (this.#closed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
