import type { Json } from '../json.ts';
import { formatPointer, parsePointer, valueAt } from '../json-pointer.ts';
import type { PayloadEdit } from '../payload.ts';
import type { CallbackPlaces } from '../provider.ts';

/** A callback in a payload. */
export interface CallbackEntry {
  name: string;
  /** JSON Pointer to its URL. */
  urlAt: string;
  /** The command that it carries. */
  command?: Json;
}

/** The callbacks in a payload that have a name and a place for their URL; empty where it has none. */
export function callbackEntries(document: Json, places: CallbackPlaces): CallbackEntry[] {
  const list = parsePointer(places.list);
  const entries = valueAt(document, list);
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: Json, index) => {
    const name = valueAt(entry, parsePointer(places.name));
    if (typeof name !== 'string') return [];
    const urlAt = formatPointer([...list, String(index), ...parsePointer(places.url)]);
    const command = places.command && (valueAt(entry, parsePointer(places.command)) as Json | undefined);
    return [{ name, urlAt, ...(command !== undefined && { command }) }];
  });
}

/** The edits that point the callbacks of a payload elsewhere. */
export function callbackEdits(
  entries: readonly CallbackEntry[],
  urlOf: (name: string) => string,
): PayloadEdit[] {
  return entries.map(({ name, urlAt }) => ({ kind: 'set', path: urlAt, value: urlOf(name) }));
}
