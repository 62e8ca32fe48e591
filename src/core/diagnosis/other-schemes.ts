import type { HeaderList } from '../headers.ts';
import type { SchemeParameters } from '../signing/scheme.ts';
import { SCHEME_IDS } from '../signing/schemes.ts';
import { type Claims, readClaims } from './claims.ts';
import { contentOptions } from './content-mistakes.ts';
import { HASHES } from './hash-mistakes.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { Probe } from './probe.ts';
import { type SchemeShape, shapeOf } from './scheme-shape.ts';
import { keyOptions } from './secret-mistakes.ts';

export const OTHER_SCHEME_MISTAKES = {
  'other-scheme': {
    what: 'the signature is right for {detail}, not for the scheme that was expected',
    fix: 'verify by that scheme (--scheme, --provider), or let the sender sign by the one expected',
  },
} as const satisfies Mistakes;

/** A scheme that a delivery may have been signed by instead. */
export interface NamedScheme {
  /** How it may be called, e.g. `the scheme of Acme Payments`. */
  name: string;
  parameters: SchemeParameters;
}

/** Every built-in scheme that needs no parameters, but the one given. */
function builtInSchemes(own: string): NamedScheme[] {
  return SCHEME_IDS.filter((id) => id !== own && id !== 'hmac-sha256').map((id) => ({
    name: `the scheme '${id}'`,
    parameters: { scheme: id },
  }));
}

interface OtherSchemeSearch {
  shape: SchemeShape;
  claims: Claims;
  headers: HeaderList;
  body: Uint8Array;
  secrets: readonly string[];
  /** Besides the built-in ones. */
  others: readonly NamedScheme[];
  probe: Probe;
}

/** The schemes by which the delivery is right; where several come out the same, those whose header holds the signature. */
export function findOtherScheme(search: OtherSchemeSearch): FoundMistake | undefined {
  const matching: { name: string; isInPlace: boolean }[] = [];
  for (const { name, parameters } of [...search.others, ...builtInSchemes(search.shape.id)]) {
    const shape = shapeOf(parameters);
    const headers = shape && matchingHeaders(shape, search);
    if (!shape || !headers) continue;
    const isInPlace = headers.some(
      (header) => header.toLowerCase() === shape.signatureField.name.toLowerCase(),
    );
    matching.push({ name, isInPlace });
  }
  if (matching.length === 0) return undefined;
  const inPlace = matching.filter((each) => each.isInPlace);
  const names = (inPlace.length > 0 ? inPlace : matching).map(({ name }) => name);
  return found('other-scheme', names.join(' or '));
}

/** Headers that hold the signature of that scheme. */
function matchingHeaders(
  shape: SchemeShape,
  { headers, body, secrets, claims, probe }: OtherSchemeSearch,
): string[] | undefined {
  const own = readClaims(headers, shape, undefined);
  const contents = contentOptions(shape, {
    ids: own.ids.length > 0 ? own.ids : claims.ids,
    timestamps: own.timestamps.length > 0 ? own.timestamps : claims.timestamps,
    otherIds: [],
    otherTimestamps: [],
  }).right;
  for (const key of keyOptions(shape, secrets, []).right)
    for (const content of contents)
      for (const hash of HASHES.right) {
        const received = probe(key, hash, content.fill(body));
        if (received !== undefined) return received.map(({ header }) => header);
      }
  return undefined;
}
