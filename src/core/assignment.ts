import { resolvePath } from './body-path.ts';
import { HooksError } from './errors.ts';
import type { Json } from './json.ts';
import { tokenEnd, tokenStart } from './json-tokens.ts';
import type { PayloadEdit } from './payload.ts';

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
