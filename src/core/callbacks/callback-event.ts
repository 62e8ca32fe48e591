import type { HeaderList } from '../headers.ts';
import type { SchemaProblem } from '../verdict.ts';

/** Whether the command of a call is one that the provider takes; `unspecified` where nothing published tells. */
export type CommandCheck =
  | { state: 'valid' }
  | { state: 'invalid'; errors: SchemaProblem[] }
  | { state: 'unspecified'; message: string };

/** A receiver has called a callback of a delivery. */
export interface CallbackReceived {
  type: 'callback.received';
  /** The delivery that carried the callback. */
  deliveryId: string;
  provider: string;
  /** Name of the callback. */
  name: string;
  receivedAt: string;
  peer: string;
  method: string;
  headers: HeaderList;
  body: Uint8Array;
  command: CommandCheck;
  /** What of such a call is not published. */
  unspecified: readonly string[];
}

/** What became of the callbacks of a run. */
export interface CallbackSummary {
  received: number;
  invalid: number;
  /** Expected ones that did not come as they should. */
  missing: { deliveryId: string; name: string; message: string }[];
}
