import { AGE_MISTAKES } from './age-mistakes.ts';
import { BODY_MISTAKES } from './body-mistakes.ts';
import { CHARSET_MISTAKES } from './charset-mistakes.ts';
import { CLAIM_MISTAKES } from './claims.ts';
import { COMPRESSION_MISTAKES } from './compression-mistakes.ts';
import { CONTENT_MISTAKES } from './content-mistakes.ts';
import { CREDENTIAL_MISTAKES } from './credential-mistakes.ts';
import { FORM_MISTAKES } from './form-mistakes.ts';
import { HASH_MISTAKES } from './hash-mistakes.ts';
import { JSON_MISTAKES } from './json-styles.ts';
import type { FoundMistake, Mistake, Mistakes } from './mistake.ts';
import { OTHER_DELIVERY_MISTAKES } from './other-deliveries.ts';
import { OTHER_SCHEME_MISTAKES } from './other-schemes.ts';
import { SECRET_EDIT_MISTAKES } from './secret-edits.ts';
import { SECRET_MISTAKES } from './secret-mistakes.ts';
import { SIGNATURE_MISTAKES } from './signature-mistakes.ts';
import { TIMESTAMP_MISTAKES } from './timestamp-mistakes.ts';

/** Every mistake that can be proven, by family. */
export const MISTAKE_FAMILIES = {
  'Signature header': SIGNATURE_MISTAKES,
  Secret: { ...SECRET_MISTAKES, ...SECRET_EDIT_MISTAKES },
  Hash: HASH_MISTAKES,
  'Signed content': { ...CONTENT_MISTAKES, ...CLAIM_MISTAKES },
  Timestamp: { ...TIMESTAMP_MISTAKES, ...AGE_MISTAKES },
  'JSON body': JSON_MISTAKES,
  'Body bytes': BODY_MISTAKES,
  'Character encoding': CHARSET_MISTAKES,
  'Form body': FORM_MISTAKES,
  Compression: COMPRESSION_MISTAKES,
  'Mixed up': { ...OTHER_SCHEME_MISTAKES, ...OTHER_DELIVERY_MISTAKES },
  'Shared secret': CREDENTIAL_MISTAKES,
} as const satisfies Record<string, Mistakes>;

const ALL: Mistakes = Object.assign({}, ...Object.values(MISTAKE_FAMILIES));

/** The frameworks for which some fix is told in their own words. */
export const FRAMEWORKS: readonly string[] = [
  ...new Set(Object.values(ALL).flatMap(({ frameworks = {} }) => Object.keys(frameworks))),
].sort();

/** A proven mistake in words. */
export interface Explanation extends Mistake {
  id: string;
}

export function explain({ id, detail = '' }: FoundMistake): Explanation {
  const mistake = Object.hasOwn(ALL, id) ? ALL[id] : undefined;
  if (mistake === undefined) throw new TypeError(`no mistake is called ${id}`);
  return { id, ...mistake, what: mistake.what.replaceAll('{detail}', () => detail) };
}
