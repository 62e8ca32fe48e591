import { clockMs, pause } from '../adapters/clock.ts';
import { randomSource } from '../adapters/random.ts';
import { HooksError } from '../core/errors.ts';
import { buildBody, type PayloadEdit } from '../core/payload.ts';
import type { Recording } from '../core/recording.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { PointedCallbacks } from '../flows/callback-desk.ts';
import { withCallbacks } from '../flows/callbacks.ts';
import type { CallbackFlags } from './callback-options.ts';
import { startCallbackServer } from './callback-server.ts';
import { callbackFinder } from './carried-callbacks.ts';
import type { Context } from './context.ts';
import type { PayloadFlags, PreparedSend } from './send-plan.ts';

const DEFAULT_WITHIN_MS = 5000;

/** The callbacks of a run of `send`, pointed at a server of its own. */
export interface SendCallbacks {
  /** What the event with that number is changed by. */
  editsFor: (event: number) => readonly PayloadEdit[];
  /** Says which delivery the event has become. */
  sentAs: (event: number, deliveryId: string) => void;
  /** The run with the calls that come of it; `write` keeps them. */
  around: (
    run: AsyncIterable<RunEvent>,
    write: ((recording: Recording) => Promise<void>) | undefined,
  ) => AsyncIterable<RunEvent>;
  close: () => Promise<void>;
}

/** Throws HooksError `usage` for flags that exclude each other, and what the server and the payload are refused with. */
export async function startSendCallbacks(
  { plan }: PreparedSend,
  flags: CallbackFlags & PayloadFlags & { case?: string },
  { io }: Context,
): Promise<SendCallbacks> {
  const preview = flags.dryRun ? '--dry-run' : flags.curl ? '--curl' : undefined;
  if (preview !== undefined)
    throw new HooksError('usage', `${preview} sends nothing, so no callback can come`, {
      next: 'leave one of them out',
    });
  const expected = flags.expectCallback ?? [];
  // With the user's own edits, which may have added callbacks.
  const { example, edits } = plan;
  const body = buildBody({ example, fresh: [], edits, now: new Date(), random: randomSource(undefined) });
  const isVerbatim = plan.isVerbatim || flags.case !== undefined;
  const carried = (await callbackFinder({ ...plan, isVerbatim }, expected))(body);
  const server = await startCallbackServer(flags);
  const pointed = new Map<number, PointedCallbacks>();
  return {
    editsFor(event) {
      const own = pointed.get(event) ?? server.desk.point(carried);
      pointed.set(event, own);
      return own.edits;
    },
    sentAs: (event, deliveryId) => pointed.get(event)?.sentAs(deliveryId),
    around(run, write) {
      server.keepWith(write);
      const ports = { listen: server.listen, clockMs, sleep: pause, signal: io.signal };
      return withCallbacks(run, { expected, withinMs: flags.within ?? DEFAULT_WITHIN_MS }, ports);
    },
    close: server.close,
  };
}
