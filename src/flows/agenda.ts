/** What a worker does next: the first attempt of the nth delivery, or something that was put off. */
export type AgendaItem<T> = { first: number } | { later: T };

/** Hands out work when it is due, to any number of workers; what waits holds none of them. */
export interface Agenda<T> {
  /** The next that is due; undefined when there is nothing left, or the signal is aborted. */
  take(): Promise<AgendaItem<T> | undefined>;
  /** Puts something off by that many milliseconds. */
  putOff(item: T, delayMs: number): void;
  /** Says that what was taken has come to an end, or has been put off. */
  done(): void;
}

export interface AgendaClock {
  /** Milliseconds that only ever grow. */
  clockMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

/** An agenda of `count` first attempts, each due that long after the start, or at once. */
export function createAgenda<T>(
  { count, dueMs }: { count: number; dueMs?: ((index: number) => number) | undefined },
  { clockMs, sleep, signal }: AgendaClock,
): Agenda<T> {
  const startedMs = clockMs();
  const ready: T[] = [];
  let next = 0;
  let isNextDue = false;
  let isWatched = false;
  let putOffs = 0;
  let underWay = 0;
  let wakers: (() => void)[] = [];

  function wake(): void {
    const woken = wakers;
    wakers = [];
    for (const waker of woken) waker();
  }
  signal.addEventListener('abort', wake, { once: true });

  function watchNext(due: (index: number) => number): void {
    if (isWatched) return;
    isWatched = true;
    void sleep(Math.max(0, startedMs + due(next) - clockMs()), signal).then(() => {
      isWatched = false;
      isNextDue = true;
      wake();
    });
  }

  function takeNow(): AgendaItem<T> | undefined {
    const later = ready.shift();
    if (later !== undefined) return { later };
    if (next >= count || (dueMs !== undefined && !isNextDue)) return undefined;
    isNextDue = false;
    return { first: next++ };
  }

  return {
    async take() {
      for (;;) {
        if (signal.aborted) return undefined;
        const item = takeNow();
        if (item !== undefined) {
          underWay++;
          return item;
        }
        if (next >= count && putOffs === 0 && underWay === 0) return undefined;
        const woken = new Promise<void>((resolve) => wakers.push(resolve));
        if (next < count && dueMs !== undefined) watchNext(dueMs);
        await woken;
      }
    },
    putOff(item, delayMs) {
      putOffs++;
      void sleep(delayMs, signal).then(() => {
        putOffs--;
        ready.push(item);
        wake();
      });
    },
    done() {
      underWay--;
      wake();
    },
  };
}
