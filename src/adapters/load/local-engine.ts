import { type LoadEngine, shareOf } from '../../core/load/engine.ts';
import type { LoadTask } from './load-task.ts';
import { createLoadThread } from './load-thread.ts';

/** Sends from this very thread. Throws HooksError for deliveries that cannot be made or sent. */
export function createLocalEngine(task: LoadTask): LoadEngine {
  const thread = createLoadThread(task, 0);
  let ready: Promise<void> | undefined;
  return {
    workers: 1,
    async run(stage, onInterval, signal) {
      ready ??= thread.warmUp();
      await ready;
      return thread.run(shareOf(stage, 0, 1), onInterval, signal);
    },
    close: async () => {},
  };
}
