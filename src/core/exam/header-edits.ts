import type { SignedHeader } from '../signing/scheme.ts';

/** The headers but those of these names. */
export function without(headers: SignedHeader[], names: readonly string[]): SignedHeader[] {
  const removed = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter(({ name }) => !removed.has(name.toLowerCase()));
}

/** The headers with the value of one of them changed. */
export function replaced(
  headers: SignedHeader[],
  wanted: string,
  change: (value: string) => string,
): SignedHeader[] {
  return headers.map((header) =>
    header.name.toLowerCase() === wanted.toLowerCase() ? { ...header, value: change(header.value) } : header,
  );
}
