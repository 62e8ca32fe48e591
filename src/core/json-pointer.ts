import { isObject } from './json.ts';

// Those of manifests are asked for with every delivery; what comes from elsewhere must not fill the memory.
const MOST_REMEMBERED = 1000;
const remembered = new Map<string, readonly string[]>();

/** Reference tokens of a JSON Pointer (RFC 6901). */
export function parsePointer(pointer: string): readonly string[] {
  const known = remembered.get(pointer);
  if (known !== undefined) return known;
  const tokens = tokensOf(pointer);
  if (remembered.size < MOST_REMEMBERED) remembered.set(pointer, tokens);
  return tokens;
}

function tokensOf(pointer: string): string[] {
  const tokens = pointer.split('/').slice(1);
  return pointer.includes('~')
    ? tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    : tokens;
}

export function formatPointer(segments: readonly string[]): string {
  return segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The value at the end of the segments, or undefined where the document has none. */
export function valueAt(document: unknown, segments: readonly string[]): unknown {
  let node: unknown = document;
  for (const segment of segments) {
    if (Array.isArray(node)) node = /^(0|[1-9]\d*)$/.test(segment) ? node[Number(segment)] : undefined;
    else if (isObject(node) && Object.hasOwn(node, segment)) node = node[segment];
    else return undefined;
  }
  return node;
}
