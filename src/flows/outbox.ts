/** Sends what is added; nobody waits for it. */
export interface Outbox<T> {
  add(item: T): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
  /** Rejects with the first error of a sending; what is left goes on. */
  failed: Promise<never>;
}

/** Sends what is added, a few at once and each in its turn. */
export function createOutbox<T>(atOnce: number, send: (item: T) => Promise<void>): Outbox<T> {
  const waiting: T[] = [];
  const working = new Set<Promise<void>>();
  let active = 0;
  let reportFailure: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    reportFailure = reject;
  });

  async function work(): Promise<void> {
    active++;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await send(next);
    } finally {
      // In the same step in which nothing was found waiting: what is added later finds room for a worker.
      active--;
    }
  }

  return {
    failed,
    add(item) {
      waiting.push(item);
      if (active >= atOnce) return;
      const worker = work().catch(reportFailure);
      working.add(worker);
      void worker.finally(() => working.delete(worker));
    },
    async settled() {
      await Promise.all(working);
    },
  };
}
