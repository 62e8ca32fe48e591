import type { HeaderList } from '../headers.ts';
import { quoted } from './quoted.ts';
import type { RefusalReason } from './scheme.ts';

/** A header of a scheme: the name that is written, and others under which it is read when that one is absent. */
export interface HeaderField {
  readonly name: string;
  readonly otherNames?: readonly string[];
}

export interface Refusal {
  reason: RefusalReason;
  message: string;
}

/** A header as it came: the name it was found under, how often, and its first value; empty when it is absent. */
export interface ReceivedField {
  name: string;
  value: string;
  count: number;
}

interface WantedName {
  /** As in a message. */
  name: string;
  folded: string;
  /** Of the field it belongs to. */
  position: number;
  /** 0 for the field's own name. */
  rank: number;
}

interface FoundField extends ReceivedField {
  rank: number;
}

/** Makes the function that finds some headers among all of a delivery, in one pass; the answer has their order. */
export function createReader(fields: readonly HeaderField[]): (headers: HeaderList) => ReceivedField[] {
  const absent = fields.map(({ name, otherNames = [] }): FoundField => {
    return { name, value: '', count: 0, rank: otherNames.length + 1 };
  });
  // Most headers are told apart by the length of their name alone.
  const wantedByLength: WantedName[][] = [];
  for (const wanted of fields.flatMap(wantedNames)) {
    const { length } = wanted.name;
    wantedByLength[length] = [...(wantedByLength[length] ?? []), wanted];
  }
  return (headers) => {
    const found = absent.slice();
    for (const header of headers) {
      const candidates = wantedByLength[header[0].length];
      if (candidates === undefined) continue;
      for (const wanted of candidates) if (isNamed(header[0], wanted)) note(found, wanted, header[1]);
    }
    return found;
  };
}

/** Most senders write a name as it is documented. */
function isNamed(received: string, { name, folded }: WantedName): boolean {
  return received === name || received.toLowerCase() === folded;
}

function wantedNames({ name, otherNames = [] }: HeaderField, position: number): WantedName[] {
  return [name, ...otherNames].map((each, rank) => ({
    name: each,
    folded: each.toLowerCase(),
    position,
    rank,
  }));
}

function note(found: FoundField[], { name, position, rank }: WantedName, value: string): void {
  const before = found[position];
  if (before === undefined || rank < before.rank) {
    found[position] = { name, value: withoutOuterSpace(value), count: 1, rank };
  } else if (rank === before.rank) before.count += 1;
}

/** The first thing wrong: headers that are missing, else one that is repeated. */
export function presenceProblem(fields: readonly ReceivedField[]): Refusal | undefined {
  if (fields.every(isSingle)) return undefined;
  const missing = fields.filter(({ count }) => count === 0).map(({ name }) => name);
  if (missing.length > 0) {
    const [noun, verb] = missing.length === 1 ? ['header', 'is'] : ['headers', 'are'];
    return { reason: 'header-missing', message: `${noun} ${missing.join(' and ')} ${verb} missing` };
  }
  const repeated = fields.find(({ count }) => count > 1);
  const message = `header ${repeated?.name} comes ${repeated?.count} times, so it is not clear which one counts`;
  return { reason: 'header-repeated', message };
}

function isSingle({ count }: ReceivedField): boolean {
  return count === 1;
}

/** Repeated headers that a server or proxy joined into one value. */
export function joinedProblem(field: ReceivedField | undefined): Refusal | undefined {
  if (!field?.value.includes(', ')) return undefined;
  const message = `header ${field.name} holds several values joined by a comma, so it is not clear which one counts`;
  return { reason: 'header-repeated', message };
}

/** What is wrong with a delivery id as such; `separator` is what ends it in the signed bytes. */
export function idProblem(id: string, separator: string | undefined): string | undefined {
  if (id === '') return 'is empty';
  if (!/^[\x20-\x7e]*$/.test(id)) return `is ${quoted(id)}, with characters other than printable ASCII`;
  if (separator !== undefined && id.includes(separator)) {
    return `is ${quoted(id)}; it must not contain '${separator}', which ends it in the signed bytes`;
  }
  return undefined;
}

/** Only space and tab are not part of a field value (RFC 9110, section 5.5). */
export function withoutOuterSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
