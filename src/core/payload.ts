import { resolvePath, setAt, unsetAt } from './body-path.ts';
import { HooksError } from './errors.ts';
import { type RandomBytes, ulid, uuid } from './identifiers.ts';
import { isObject, type Json, parseJsonBytes } from './json.ts';
import { parsePointer, valueAt } from './json-pointer.ts';
import type { FreshField } from './provider.ts';

/** A change to a sample payload, in the order in which it was asked for. */
export type PayloadEdit =
  | { kind: 'set'; path: string; value: Json }
  | { kind: 'unset'; path: string }
  | { kind: 'merge'; patch: Json };

interface PayloadRequest {
  example: Uint8Array;
  /** Fields to renew; empty keeps the example's own values. */
  fresh: readonly FreshField[];
  edits: readonly PayloadEdit[];
  now: Date;
  random: RandomBytes;
}

/**
 * Body bytes of one delivery: the example with fresh fields and edits, as compact JSON, which is how providers send it.
 * Throws HooksError `usage` for an edit that does not fit, `invalid-input` for an example that is no JSON.
 */
export function buildBody({ example, fresh, edits, now, random }: PayloadRequest): Uint8Array {
  const parsed = parseJsonBytes(example);
  if ('problem' in parsed)
    throw new HooksError('invalid-input', `the example cannot be edited: ${parsed.problem}`);
  let document = parsed.value;
  for (const field of fresh) {
    const segments = parsePointer(field.path);
    if (valueAt(document, segments) !== undefined)
      document = setAt(document, segments, freshValue(field, now, random));
  }
  for (const edit of edits) document = applyEdit(document, edit);
  return new TextEncoder().encode(JSON.stringify(document));
}

function applyEdit(document: Json, edit: PayloadEdit): Json {
  if (edit.kind === 'merge') return mergePatch(document, edit.patch);
  const segments = resolvePath(document, edit.path);
  // A copy, as a later edit may change what is inside, and the edits are used for every delivery.
  if (edit.kind === 'set') return setAt(document, segments, structuredClone(edit.value));
  if (!unsetAt(document, segments)) {
    throw new HooksError('usage', `--unset ${edit.path}: the payload has no such field`, {
      next: 'see its fields with `hooks events show`',
    });
  }
  return document;
}

/** JSON Merge Patch (RFC 7396): objects are merged, null removes, anything else replaces. */
function mergePatch(document: Json, patch: Json): Json {
  if (!isObject(patch)) return structuredClone(patch);
  let merged: Json = isObject(document) ? document : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) unsetAt(merged, [key]);
    else merged = setAt(merged, [key], mergePatch(valueAt(merged, [key]) as Json, value as Json));
  }
  return merged;
}

function freshValue(field: FreshField, now: Date, random: RandomBytes): string {
  if (field.value === 'uuid') return uuid(random);
  if (field.value === 'ulid') return ulid(random, now);
  return formatTime(now, field.fractionDigits ?? 3);
}

/** RFC 3339 in UTC with that many digits after the second; more than three are filled with zeros. */
export function formatTime(at: Date, fractionDigits: number): string {
  const [whole = '', milliseconds = ''] = at.toISOString().slice(0, -1).split('.');
  return fractionDigits === 0
    ? `${whole}Z`
    : `${whole}.${milliseconds.padEnd(fractionDigits, '0').slice(0, fractionDigits)}Z`;
}
