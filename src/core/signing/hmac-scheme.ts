import { createHmacKey, type SignatureEncoding } from './hmac-key.ts';
import type { MessageFields } from './message-headers.ts';
import { createMessageScheme } from './message-scheme.ts';
import { resolveTolerance } from './parameters.ts';
import type { SchemeParameters, SecretEncoding, SignatureScheme, Tolerance } from './scheme.ts';
import { secretBytes } from './secret-bytes.ts';
import type { TimestampUnit } from './timestamp.ts';

/** A scheme of one HMAC-SHA256, as data. */
export interface HmacTemplate extends MessageFields {
  id: string;
  /** The signed bytes, e.g. `{timestamp}.{body}`. */
  content: string;
  /** Text before each signature; where a scheme has versions, it names them. */
  prefix: string;
  encoding: SignatureEncoding;
  /** Received hex may be in upper case. */
  ignoresCase?: boolean;
  secretEncoding?: SecretEncoding;
  timestampUnit?: TimestampUnit;
  /** Absent where no timestamp is signed. */
  tolerance?: Tolerance;
  /** The provider advises to look at the age, but does not demand it. */
  isToleranceAdvised?: boolean;
  /** Where a user finds the secret. */
  secretHint: string;
}

const ANY_AGE: Tolerance = { pastSeconds: null, futureSeconds: null };

export function createHmacScheme(template: HmacTemplate, parameters: SchemeParameters): SignatureScheme {
  const {
    id,
    secretEncoding = 'utf8',
    secretHint,
    timestampUnit = 'seconds',
    tolerance = ANY_AGE,
  } = template;
  return createMessageScheme({
    ...template,
    timestampUnit,
    tolerance: resolveTolerance(tolerance, parameters),
    parseSecret: (text) =>
      createHmacKey(secretBytes(text, secretEncoding, { scheme: id, next: secretHint }), template),
  });
}
