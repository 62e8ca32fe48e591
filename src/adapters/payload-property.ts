import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isObject, type Json } from '../core/json.ts';
import { documentsOf } from './schema-arbitrary.ts';

export interface PayloadProperty {
  /** JSON Schema of the payload. */
  schema: Record<string, unknown>;
  /** Whether a document is one that the provider may send. */
  isValid: (document: Json) => boolean;
  /** Whether the receiver takes it. */
  isAccepted: (document: Json) => Promise<boolean>;
  /** How many documents are tried. */
  runs: number;
  /** The same seed gives the same documents. */
  seed: string;
  signal: AbortSignal;
}

/** The smallest document found that is valid and not accepted, or how many were accepted. */
export type PayloadOutcome = { kind: 'passed'; runs: number } | { kind: 'failed'; document: Json };

// Shrinking asks the receiver again for every step.
const MOST_SHRINKS = 400;
const SKIPS_PER_RUN = 100;

/** Tries documents made from a schema, and makes the first that is not accepted as small as it gets. */
export async function findFailingPayload({
  schema,
  isValid,
  isAccepted,
  runs,
  seed,
  signal,
}: PayloadProperty): Promise<PayloadOutcome> {
  let shrinks = 0;
  let failing: Json | undefined;
  const property = fc.asyncProperty(documentsOf(schema), async (document) => {
    fc.pre(isValid(document));
    // To stop means to call the rest accepted: what has failed until then is the result.
    if (signal.aborted || (failing !== undefined && ++shrinks > MOST_SHRINKS)) return true;
    const isTaken = await isAccepted(document);
    if (!isTaken) failing = document;
    return isTaken;
  });
  const { numRuns } = await fc.check(property, {
    seed: seedNumber(seed),
    numRuns: runs,
    maxSkipsPerRun: SKIPS_PER_RUN,
    endOnFailure: false,
  });
  if (failing === undefined) return { kind: 'passed', runs: numRuns };
  return { kind: 'failed', document: await pruned(failing) };

  /** Without every part that the failure does not need. */
  async function pruned(document: Json): Promise<Json> {
    for (const smaller of withoutOnePart(document)) {
      if (signal.aborted || !isValid(smaller) || (await isAccepted(smaller))) continue;
      return pruned(smaller);
    }
    return document;
  }
}

function seedNumber(seed: string): number {
  return createHash('sha256').update(seed).digest().readInt32BE();
}

/** The document without one property or item, once for each at any depth; whole branches first. */
function* withoutOnePart(value: Json): Generator<Json> {
  if (Array.isArray(value)) {
    for (const index of value.keys()) yield value.toSpliced(index, 1);
    for (const [index, child] of value.entries()) {
      for (const smaller of withoutOnePart(child)) yield value.with(index, smaller);
    }
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const { [key]: _removed, ...rest } = value;
      yield rest as Json;
    }
    for (const [key, child] of Object.entries(value)) {
      for (const smaller of withoutOnePart(child as Json)) yield { ...value, [key]: smaller } as Json;
    }
  }
}
