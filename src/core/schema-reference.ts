import { parsePointer, valueAt } from './json-pointer.ts';

/** What a `$ref` inside a schema refers to; undefined for another document, and for an anchor. */
export function referredTo(root: unknown, reference: string): unknown {
  return /^#(?:\/|$)/.test(reference) ? valueAt(root, parsePointer(decoded(reference.slice(1)))) : undefined;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
