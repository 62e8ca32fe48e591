import { HooksError } from './errors.ts';
import { isObject, type Json } from './json.ts';
import { formatPointer, parsePointer, valueAt } from './json-pointer.ts';

interface Token {
  text: string;
  /** Written without brackets, so that it may be a part of a key that contains dots. */
  isBare: boolean;
}

/**
 * Segments of a path as a person writes it: `issue.title`, `items[0].id`, `["a.b"].c`, `a\.b`, or a JSON Pointer
 * (`/issue/title`). Where the document has a key that contains dots, the longest such key is taken:
 * `public_incident.incident_created_v2.name` needs no quotes. Throws HooksError `usage` for a malformed path.
 */
export function resolvePath(document: unknown, path: string): readonly string[] {
  if (path.startsWith('/')) return parsePointer(path);
  const tokens = tokenise(path);
  const segments: string[] = [];
  let node = document;
  let at = 0;
  while (at < tokens.length) {
    const length = longestKey(node, tokens, at);
    const segment = tokens
      .slice(at, at + length)
      .map((token) => token.text)
      .join('.');
    segments.push(segment);
    node = valueAt(node, [segment]);
    at += length;
  }
  return segments;
}

function longestKey(node: unknown, tokens: readonly Token[], at: number): number {
  if (!isObject(node) || !tokens[at]?.isBare) return 1;
  let longest = 1;
  let key = tokens[at]?.text ?? '';
  for (let end = at + 1; tokens[end]?.isBare; end++) {
    key += `.${tokens[end]?.text}`;
    if (Object.hasOwn(node, key)) longest = end - at + 1;
  }
  return longest;
}

const TOKEN = /(?:^|\.)(?<name>(?:\\.|[^.[\]\\])+)|\[(?:(?<index>\d+|-)|(?<quoted>"(?:\\.|[^"\\])*"))\]/gy;

function tokenise(path: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < path.length) {
    const from = TOKEN.lastIndex;
    const groups = TOKEN.exec(path)?.groups;
    if (!groups) throw malformed(path, from);
    if (groups.name !== undefined) {
      tokens.push({ text: groups.name.replaceAll(/\\(.)/g, '$1'), isBare: true });
    } else if (groups.index !== undefined) {
      tokens.push({ text: groups.index, isBare: false });
    } else {
      tokens.push({ text: unquote(groups.quoted ?? '""', path, from), isBare: false });
    }
  }
  if (tokens.length === 0) throw malformed(path, 0);
  return tokens;
}

function unquote(quoted: string, path: string, from: number): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw malformed(path, from);
  }
}

function malformed(path: string, from: number): HooksError {
  return new HooksError('usage', `'${path}' is not a path into a body`, {
    why: path === '' ? 'it is empty' : `character ${from + 1} does not fit`,
    next: 'write it as issue.title, items[0].id, ["key.with.dots"].name or /json/pointer',
  });
}

/**
 * The document with the value at the path; objects that are missing or null on the way are made. Changes the document
 * it is given. Throws HooksError `usage` for a path through a text or a number, or behind the end of a list.
 */
export function setAt(document: Json, segments: readonly string[], value: Json): Json {
  return setInside(document, segments, 0, value);
}

function setInside(document: Json, segments: readonly string[], depth: number, value: Json): Json {
  const segment = segments[depth];
  if (segment === undefined) return value;
  if (Array.isArray(document)) {
    const index = segment === '-' ? document.length : arrayIndex(document, segment);
    document[index] = setInside(document[index] ?? {}, segments, depth + 1, value);
    return document;
  }
  if (!isObject(document)) {
    throw new HooksError(
      'usage',
      `cannot set ${formatPointer(segments)}: its parent is not an object or a list`,
    );
  }
  const child = (valueAt(document, [segment]) as Json | undefined) ?? {};
  // Plain assignment would change the prototype for the key __proto__.
  Object.defineProperty(document, segment, {
    value: setInside(child, segments, depth + 1, value),
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return document;
}

/** Removes the value at the path; true if there was one. Changes the document it is given. */
export function unsetAt(document: Json, segments: readonly string[]): boolean {
  const parent = valueAt(document, segments.slice(0, -1));
  const last = segments.at(-1);
  if (last === undefined) return false;
  if (Array.isArray(parent)) {
    if (!INDEX.test(last) || Number(last) >= parent.length) return false;
    parent.splice(Number(last), 1);
    return true;
  }
  return isObject(parent) && Object.hasOwn(parent, last) && delete parent[last];
}

// Without zeros in front (RFC 6901, section 4).
const INDEX = /^(?:0|[1-9]\d*)$/;

function arrayIndex(list: readonly Json[], segment: string): number {
  const index = INDEX.test(segment) ? Number(segment) : Number.NaN;
  if (!(index <= list.length)) {
    throw new HooksError('usage', `'${segment}' is not a position in a list of ${list.length}`, {
      next: `use 0 to ${list.length}, or - to append`,
    });
  }
  return index;
}
