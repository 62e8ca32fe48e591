import { Worker } from 'node:worker_threads';
import { type LoadEngine, type StageOutcome, shareOf } from '../../core/load/engine.ts';
import { mergeIntervals } from '../../core/load/interval.ts';
import type { IntervalStats } from '../../core/load/shard.ts';
import type { LoadTask } from './load-task.ts';
import type { FromWorker, ToWorker } from './load-worker.ts';

/** Sends from several threads of their own, which take turns in one schedule. */
export function createWorkerEngine(task: LoadTask, workers: number): LoadEngine {
  const threads = Array.from(
    { length: workers },
    (_, index) => new Worker(new URL('./load-worker.js', import.meta.url), { workerData: { task, index } }),
  );
  const ready = Promise.all(threads.map(readiness));
  // It is awaited with the first stage.
  ready.catch(() => {});
  return {
    workers,
    async run(stage, onInterval, signal) {
      await ready;
      // In a closed loop no thread can have less than one delivery under way.
      const used =
        stage.segments === undefined
          ? threads.slice(0, Math.max(1, Math.min(workers, stage.maxInFlight)))
          : threads;
      const merge = mergeByTurn(used.length, onInterval);
      const outcomes = await Promise.all(
        used.map((thread, index) =>
          play(
            thread,
            { type: 'run', plan: shareOf(stage, index, used.length) },
            (stats) => merge.add(index, stats),
            signal,
          ).finally(() => merge.end(index)),
        ),
      );
      return outcomes.find(({ firstFailure }) => firstFailure !== undefined) ?? {};
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/** Resolves when the thread is as fast as it will be. */
function readiness(thread: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', () => {
      thread.off('error', reject);
      resolve();
    });
  });
}

function play(
  thread: Worker,
  order: ToWorker,
  onInterval: (stats: IntervalStats) => void,
  signal: AbortSignal,
): Promise<StageOutcome> {
  return new Promise((resolve, reject) => {
    const stop = () => thread.postMessage({ type: 'stop' } satisfies ToWorker);
    const settle = () => {
      signal.removeEventListener('abort', stop);
      thread.off('message', onMessage);
      thread.off('error', onError);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    const onMessage = (message: FromWorker) => {
      if (message.type === 'interval') onInterval(message.stats);
      else if (message.type === 'done') {
        settle();
        resolve(message.outcome);
      }
    };
    thread.on('message', onMessage);
    thread.on('error', onError);
    signal.addEventListener('abort', stop);
    thread.postMessage(order);
    if (signal.aborted) stop();
  });
}

/** Puts the nth intervals of all threads together; one that has ended is not waited for. */
function mergeByTurn(count: number, onInterval: (stats: IntervalStats) => void) {
  const waiting: IntervalStats[][] = Array.from({ length: count }, () => []);
  const ended = new Set<number>();
  function flush(): void {
    while (waiting.some((list) => list.length > 0)) {
      if (waiting.some((list, index) => list.length === 0 && !ended.has(index))) return;
      onInterval(mergeIntervals(waiting.flatMap((list) => list.shift() ?? [])));
    }
  }
  return {
    add(index: number, stats: IntervalStats) {
      waiting[index]?.push(stats);
      flush();
    },
    end(index: number) {
      ended.add(index);
      flush();
    },
  };
}
