import { resolvePath, setAt, unsetAt } from './body-path.ts';
import { HooksError } from './errors.ts';
import { type RandomBytes, ulid, uuid } from './identifiers.ts';
import { isObject, type Json, parseJsonBytes } from './json.ts';
import { parsePointer, valueAt } from './json-pointer.ts';
import { tokenEnd, tokenStart } from './json-tokens.ts';
import type { FreshField } from './provider.ts';

/** A change to a sample payload, in the order in which it was asked for. */
export type PayloadEdit =
  | { kind: 'set'; path: string; value: Json }
  | { kind: 'unset'; path: string }
  | { kind: 'merge'; patch: Json };

/** `path=value` as an edit; a value that is not JSON is a string. Throws HooksError `usage` without a `=`. */
export function parseSet(text: string): PayloadEdit {
  const { path, value } = parseAssignment(text);
  return { kind: 'set', path, value };
}

/** `path=value` taken apart at the first `=` that is not inside brackets. */
export function parseAssignment(text: string): { path: string; value: Json } {
  const match = /^((?:\["(?:\\.|[^"\\])*"\]|\[[^\]"]*\]|\\.|[^=[\\])+)=([\s\S]*)$/.exec(text);
  if (!match?.[1]) {
    throw new HooksError('usage', `'${text}' is not path=value`, {
      next: "write it as issue.title='Orders are late'",
    });
  }
  const path = match[1];
  // Only to refuse a malformed one before anything is sent.
  resolvePath(undefined, path);
  const raw = match[2] ?? '';
  let value: Json;
  try {
    value = JSON.parse(raw) as Json;
  } catch {
    return { path, value: raw };
  }
  const inexact = inexactNumber(raw);
  if (inexact !== undefined) {
    throw new HooksError('usage', `the number ${inexact} at ${path} cannot be kept exactly`, {
      why: `it would become ${JSON.stringify(Number(inexact))}`,
      next: `write it as a text ('"${inexact}"'), or give the whole body with --data`,
    });
  }
  return { path, value };
}

/** The first number of a JSON text that JSON.parse would change. */
function inexactNumber(json: string): string | undefined {
  for (let at = tokenStart(json, 0); at < json.length; at = tokenStart(json, at)) {
    const start = at;
    at = tokenEnd(json, start);
    const token = json.slice(start, at);
    if (/^[-\d]/.test(token) && !isExact(token)) return token;
  }
  return undefined;
}

function isExact(written: string): boolean {
  const value = Number(written);
  return Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(written));
}

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
