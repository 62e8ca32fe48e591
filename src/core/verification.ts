import type { Diagnosis } from './diagnosis/diagnose.ts';
import type { HeaderList } from './headers.ts';
import type { RefusalReason } from './signing/scheme.ts';

/** What `hooks verify` says of one delivery; with `--json` it is one line as it is. Never holds a secret. */
export interface Verification {
  type: 'verification';
  /** Where the delivery comes from, e.g. `request.http` or `log.ndjson, line 3`. */
  source: string;
  isGenuine: boolean;
  provider?: string;
  eventType?: string;
  scheme: string;
  /** How many secrets were tried, and the position of the one that fits; counted from 0. */
  secretCount: number;
  secretIndex?: number;
  deliveryId?: string;
  /** When it was signed, ISO 8601. */
  signedAt?: string;
  /** At the moment of judgement; negative for the future. */
  ageSeconds?: number;
  /** Why it is refused. */
  reason?: RefusalReason | 'secret-unusable';
  message?: string;
  /** What explains the refusal, as far as it could be proven. */
  diagnosis?: Diagnosis;
  /** How many signatures were computed to find the diagnosis; false where not all could be tried. */
  tried?: number;
  isComplete?: boolean;
  /** The headers that would be right, for each secret that can sign; only with `--show-expected`. */
  expected?: { secretIndex: number; headers: HeaderList }[];
  /** What else there is to know, one sentence each. */
  notes: string[];
  /** Guesses that the scheme of the provider rests on, one sentence each. */
  caveats: string[];
}
