import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';
import { differenceOf } from './document-difference.ts';
import { smallestDocument } from './smallest-document.ts';

export interface PayloadProperty {
  /** JSON Schema (2020-12) of the payload. */
  schema: Readonly<Record<string, unknown>>;
  /** Whether the whole schema allows a document. */
  isValid: (document: Json) => boolean;
  /** Sends a document and tells whether the receiver took it. What it throws ends the search and is thrown on. */
  isAccepted: (document: Json) => Promise<boolean>;
  /** How many documents are tried. */
  runs: number;
  /** The same text gives the same documents. */
  seed: string;
  /** Ends the search; what has failed until then is the result. */
  signal: AbortSignal;
  /** How many more documents may be sent to make a failing one small and to explain it; 600 by default. */
  mostSteps?: number;
}

export type PayloadOutcome =
  /** `runs` is fewer than asked for where the search was ended, and where the schema allows next to nothing. */
  | { kind: 'passed'; runs: number }
  | {
      kind: 'failed';
      /** The smallest document found that is valid and not accepted. */
      document: Json;
      /** The document as compact JSON. */
      bytes: Uint8Array;
      /** How many times it became smaller. */
      shrinks: number;
      /** It failed again when it was sent once more at the end; undefined where nobody looked. */
      isRepeatable?: boolean;
      /** What is special about it, e.g. `fails as soon as /note is null`. */
      difference?: string;
    };

const MOST_STEPS = 600;
// Of all steps, for what fast-check does before the parts are tried one by one.
const SHARE_OF_SHRINKING = 0.25;
const SHARE_OF_REDUCING = 0.8;
const SAMPLES = 40;
const SKIPS_PER_RUN = 100;

/**
 * Tries documents made from a schema until one is not accepted, makes that one as small as it gets, and finds out what
 * is special about it. One document is sent at a time.
 */
export async function findFailingPayload(property: PayloadProperty): Promise<PayloadOutcome> {
  const { isValid, signal, mostSteps = MOST_STEPS } = property;
  const errors: unknown[] = [];
  let steps = 0;

  /** The answer for a document; undefined where the search is over. */
  const ask = async (document: Json): Promise<boolean | undefined> => {
    if (signal.aborted || errors.length > 0) return undefined;
    try {
      const isTaken = await property.isAccepted(document);
      // What fails because of the interruption says nothing.
      return signal.aborted ? undefined : isTaken;
    } catch (error) {
      errors.push(error);
      return undefined;
    }
  };
  /** The answer for a step towards a smaller or a better understood document. */
  const askWithin = async (most: number, document: Json): Promise<boolean | undefined> => {
    if (steps >= most || !isValid(document)) return undefined;
    steps++;
    return ask(document);
  };

  let shrinks = 0;
  const first = await firstFailing(property, ask, (document) =>
    askWithin(mostSteps * SHARE_OF_SHRINKING, document),
  );
  if (errors.length > 0) throw errors[0];
  if (first.document === undefined) return { kind: 'passed', runs: first.runs };
  shrinks += first.shrinks;
  const document = await smallestDocument(first.document, async (smaller) => {
    const isFailing = (await askWithin(mostSteps * SHARE_OF_REDUCING, smaller)) === false;
    if (isFailing) shrinks++;
    return isFailing;
  });
  const difference = await differenceOf(document, first.samples, (other) => askWithin(mostSteps, other));
  // The last that is sent is the result: a receiver that fails now and then is found out.
  const again = await ask(document);
  if (errors.length > 0) throw errors[0];
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  return {
    ...{ kind: 'failed', document, bytes, shrinks },
    ...(again !== undefined && { isRepeatable: !again }),
    ...(difference !== undefined && again !== true && { difference }),
  };
}

type Ask = (document: Json) => Promise<boolean | undefined>;

/** The first document that fails, as small as fast-check makes it. */
async function firstFailing(
  { schema, isValid, runs, seed, signal }: PayloadProperty,
  ask: Ask,
  askToShrink: Ask,
): Promise<{ runs: number; shrinks: number; document?: Json; samples: Json[] }> {
  // Slow to load: only who needs them waits for them.
  const [{ default: fc }, { documentsOf }] = await Promise.all([
    import('fast-check'),
    import('./schema-arbitrary.ts'),
  ]);
  const failing: Json[] = [];
  let sent = 0;
  const documents = documentsOf(schema);
  const numbered = seedNumber(seed);
  const property = fc.asyncProperty(documents, async (document) => {
    if (signal.aborted) return true;
    if (!isValid(document)) throw new fc.PreconditionFailure();
    if (failing.length === 0) sent++;
    // An unknown answer counts as accepted: nothing is learned from it.
    const isTaken = (await (failing.length === 0 ? ask(document) : askToShrink(document))) ?? true;
    if (!isTaken) failing.push(document);
    return isTaken;
  });
  await fc.check(property, { seed: numbered, numRuns: runs, maxSkipsPerRun: SKIPS_PER_RUN });
  const document = failing.at(-1);
  if (document === undefined) return { runs: sent, shrinks: 0, samples: [] };
  const samples = fc.sample(documents, { seed: numbered, numRuns: SAMPLES });
  return { runs: sent, shrinks: failing.length - 1, document, samples };
}

function seedNumber(seed: string): number {
  return createHash('sha256').update(seed).digest().readInt32BE();
}
