import type { AttemptResult } from '../../../core/delivery.ts';
import type { Recording } from '../../../core/recording.ts';
import type { Verification } from '../../../core/verification.ts';

/** What came of a replay from the view. */
export interface ReplayOutcome {
  /** Where it went, as it may be shown. */
  url: string;
  at: Date;
  isEdited: boolean;
  result: AttemptResult;
  /** What a person has to know about it, such as that it was not signed anew. */
  note?: string;
}

/** Everything the view can have done; what they throw as HooksError is shown and the view goes on. */
export interface LiveActions {
  /** The whole delivery. */
  load(id: string): Promise<Recording>;
  /** Why its signature is refused; undefined where there is nothing to find that out with. */
  explain(recording: Recording): Promise<Verification | undefined>;
  /** Where a replay goes if the user names nothing. */
  defaultEndpoint(recording: Recording): string | undefined;
  replay(recording: Recording, to: string, body?: Uint8Array): Promise<ReplayOutcome>;
  /** Has the body edited in the user's editor, which has the terminal meanwhile; undefined where it was left as it was. */
  edit(recording: Recording): Promise<Uint8Array | undefined>;
  /** A command that sends it again. */
  curl(recording: Recording): string;
  /** Name of the file that an export goes to unless another is given. */
  exportName(recording: Recording): string;
  /** False where the file exists and may not be replaced. */
  exportTo(recording: Recording, path: string, mayReplace: boolean): Promise<boolean>;
  /** Ends the run as asked for. */
  quit(): void;
  /** Does what Ctrl-C does elsewhere. */
  interrupt(): void;
}
