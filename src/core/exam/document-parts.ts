import { isObject, type Json } from '../json.ts';
import { valueAt } from '../json-pointer.ts';

export type Path = readonly string[];

/** Every place below the top of a document: whole branches before what is in them, of a list the last item first. */
export function pathsOf(document: Json): Path[] {
  const paths: Path[] = [];
  for (let level: Path[] = [[]]; level.length > 0; ) {
    const next: Path[] = [];
    for (const path of level) {
      const value = valueAt(document, path);
      if (Array.isArray(value))
        next.push(...[...value.keys()].reverse().map((index) => [...path, String(index)]));
      else if (isObject(value)) next.push(...Object.keys(value).map((key) => [...path, key]));
    }
    paths.push(...next);
    level = next;
  }
  return paths;
}

/** The document with another value in one place, undefined for none; the given one stays as it is. */
export function withValueAt(document: Json, [first, ...rest]: Path, value: Json | undefined): Json {
  if (first === undefined) return value ?? document;
  if (Array.isArray(document)) {
    const index = Number(first);
    const changed = rest.length === 0 ? value : withValueAt(document[index] ?? null, rest, value);
    return changed === undefined ? document.toSpliced(index, 1) : document.with(index, changed);
  }
  if (!isObject(document)) return document;
  const child = Object.hasOwn(document, first) ? (document[first] as Json) : null;
  const changed = rest.length === 0 ? value : withValueAt(child, rest, value);
  const others = Object.entries(document).filter(([key]) => changed !== undefined || key !== first);
  const known = others.map(([key, old]) => [key, key === first ? changed : old]);
  const added = changed !== undefined && !Object.hasOwn(document, first) ? [[first, changed]] : [];
  return Object.fromEntries([...known, ...added]) as Json;
}
