import type { HeaderList } from './headers.ts';

type Header = HeaderList[number];

export interface HeaderDiff {
  added: Header[];
  removed: Header[];
  /** Another value, or the name in another case. */
  changed: { before: Header; after: Header }[];
  /** The headers that both have come in another order. */
  isReordered: boolean;
}

/** Compares headers by name, regardless of its case, and repeated ones in their order. */
export function compareHeaders(before: HeaderList, after: HeaderList): HeaderDiff {
  const left = byOccurrence(before);
  const right = byOccurrence(after);
  const removed: Header[] = [];
  const changed: HeaderDiff['changed'] = [];
  for (const [key, header] of left) {
    const other = right.get(key);
    if (other === undefined) removed.push(header);
    else if (other[0] !== header[0] || other[1] !== header[1]) changed.push({ before: header, after: other });
  }
  const added = [...right].filter(([key]) => !left.has(key)).map(([, header]) => header);
  return { added, removed, changed, isReordered: isReordered(left, right) };
}

/** Keyed by lower-case name and how often it came before. */
function byOccurrence(headers: HeaderList): Map<string, Header> {
  const counts = new Map<string, number>();
  return new Map(
    headers.map((header) => {
      const name = header[0].toLowerCase();
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return [`${name} ${count}`, header];
    }),
  );
}

/** Whether the keys that two maps have in common come in different orders. */
export function isReordered(
  left: ReadonlyMap<string, unknown>,
  right: ReadonlyMap<string, unknown>,
): boolean {
  const others = [...right.keys()].filter((key) => left.has(key));
  return [...left.keys()].filter((key) => right.has(key)).some((key, index) => key !== others[index]);
}
