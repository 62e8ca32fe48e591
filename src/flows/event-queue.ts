/** Hands values from callbacks to one `for await`. `push` resolves once the reader has caught up to `capacity`. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(value: T): Promise<void>;
  /** Ends the iteration after what was pushed. */
  end(): void;
}

export function createEventQueue<T>(capacity: number): EventQueue<T> {
  const values: T[] = [];
  let ended = false;
  let wakeReader = () => {};
  let wakeWriters: (() => void)[] = [];

  async function* read(): AsyncGenerator<T> {
    for (;;) {
      while (values.length > 0) {
        const batch = values.splice(0);
        for (const wake of wakeWriters.splice(0)) wake();
        yield* batch;
      }
      if (ended) return;
      await new Promise<void>((resolve) => {
        wakeReader = resolve;
      });
    }
  }

  return {
    push(value) {
      values.push(value);
      wakeReader();
      if (ended || values.length < capacity) return Promise.resolve();
      return new Promise((resolve) => {
        wakeWriters.push(resolve);
      });
    },
    end() {
      ended = true;
      for (const wake of wakeWriters) wake();
      wakeWriters = [];
      wakeReader();
    },
    [Symbol.asyncIterator]: read,
  };
}
