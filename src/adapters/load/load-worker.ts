import { parentPort, workerData } from 'node:worker_threads';
import type { StageOutcome } from '../../core/load/engine.ts';
import type { IntervalStats, ShardPlan } from '../../core/load/shard.ts';
import type { LoadTask } from './load-task.ts';
import { createLoadThread } from './load-thread.ts';

export type ToWorker = { type: 'run'; plan: ShardPlan } | { type: 'stop' };
export type FromWorker =
  | { type: 'ready' }
  | { type: 'interval'; stats: IntervalStats }
  | { type: 'done'; outcome: StageOutcome };

// The file of a worker thread: it does something when it is loaded, and nothing imports it.
if (parentPort !== null) serve(parentPort, workerData as { task: LoadTask; index: number });

function serve(
  port: NonNullable<typeof parentPort>,
  { task, index }: { task: LoadTask; index: number },
): void {
  const thread = createLoadThread(task, index);
  let running = new AbortController();
  const tell = (message: FromWorker) => port.postMessage(message);
  void thread.warmUp().then(() => tell({ type: 'ready' }));
  port.on('message', (message: ToWorker) => {
    if (message.type === 'stop') {
      running.abort();
      return;
    }
    running = new AbortController();
    thread
      .run(message.plan, (stats) => tell({ type: 'interval', stats }), running.signal)
      .then((outcome) => tell({ type: 'done', outcome }))
      // An error that nobody catches reaches the main thread as the `error` of the worker.
      .catch((error: unknown) =>
        setImmediate(() => {
          throw error;
        }),
      );
  });
}
