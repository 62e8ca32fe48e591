import { randomFillSync } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type RandomBytes, seededRandom } from '../../core/identifiers.ts';
import { prepareDeliveries } from '../../core/load/delivery-template.ts';
import type { StageOutcome } from '../../core/load/engine.ts';
import { createShard, type IntervalStats, type ShardPlan } from '../../core/load/shard.ts';
import { createDelivery, type OutgoingPlan } from '../../core/outgoing.ts';
import { frameRequest } from '../http-client/request-frame.ts';
import { driveShard, type ShardDriver } from './drive-shard.ts';
import { createHdrHistogram } from './hdr-histogram.ts';
import { createLoadSender, type LoadSender } from './load-sender.ts';
import { type LoadTask, planOf } from './load-task.ts';
import { rehearse } from './rehearse.ts';

const RANDOM_POOL_BYTES = 8192;

/** What one thread does of a load. */
export interface LoadThread {
  /** Makes the thread as fast as it will be. */
  warmUp(): Promise<void>;
  run(
    plan: ShardPlan,
    onInterval: (stats: IntervalStats) => void,
    signal: AbortSignal,
  ): Promise<StageOutcome>;
}

/** Throws HooksError for deliveries that cannot be made or sent. */
export function createLoadThread(task: LoadTask, index: number): LoadThread {
  const plan = planOf(task);
  const { make } = prepareDeliveries(plan);
  const random =
    task.seed === undefined
      ? pooledRandom()
      : seededRandom(index === 0 ? task.seed : `${task.seed}/${index}`);
  const frame = frameOf(plan);

  return {
    // Not from the source of the run, which a seed makes repeatable.
    warmUp: () => {
      const rehearsed = pooledRandom();
      return rehearse(frame, () => make(new Date(), rehearsed));
    },
    async run(shardPlan, onInterval, signal) {
      const startMs = performance.now();
      const nowMs = () => performance.now() - startMs;
      let sender: LoadSender | undefined;
      let driver: ShardDriver | undefined;
      const shard = createShard(shardPlan, {
        nowMs,
        createHistogram: createHdrHistogram,
        transmit: (dueMs) => sender?.transmit(make(new Date(), random), dueMs),
      });
      sender = createLoadSender({
        frame,
        connection: task.connection,
        timeoutMs: task.timeoutMs,
        nowMs,
        onEnd(dueMs, sentMs, outcome) {
          shard.finish(dueMs, sentMs, outcome);
          driver?.ended();
        },
      });
      driver = driveShard(shard, {
        nowMs,
        onInterval,
        hasSpareCore: availableParallelism() > shardPlan.count + 1,
      });
      const stop = () => {
        shard.stop();
        sender?.cancel();
        driver?.wake();
      };
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop);
      try {
        await driver.done;
      } finally {
        signal.removeEventListener('abort', stop);
        await sender.close();
      }
      const firstFailure = sender.firstFailure();
      return { ...(firstFailure && { firstFailure }) };
    },
  };
}

/** All that is the same for each delivery. The sample takes no bytes from the source of the run. */
function frameOf(plan: OutgoingPlan) {
  const now = new Date();
  const { method, url, headers, body } = createDelivery(plan, {
    eventAt: now,
    signedAt: now,
    random: pooledRandom(),
  });
  const pairs = headers.map(({ name, value }) => [name, value] as const);
  return frameRequest({ method, url, headers: pairs, body });
}

/** Random bytes from the system, fetched many at a time: one by one they cost as much as a signature. */
function pooledRandom(): RandomBytes {
  const pool = Buffer.allocUnsafe(RANDOM_POOL_BYTES);
  let used = RANDOM_POOL_BYTES;
  return (count) => {
    if (used + count > RANDOM_POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}
