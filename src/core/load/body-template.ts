import { Buffer } from 'node:buffer';
import { type RandomBytes, ulid, uuid } from '../identifiers.ts';
import { locate } from '../identify.ts';
import { parseJsonBytes } from '../json.ts';
import { parsePointer, valueAt } from '../json-pointer.ts';
import { type JsonNode, readJsonText } from '../json-text.ts';
import type { OutgoingPlan } from '../outgoing.ts';
import { buildBody, formatTime } from '../payload.ts';
import type { FreshField } from '../provider.ts';

/** What of a body stays and what is renewed, found out once for all deliveries. */
export interface BodyTemplate {
  /** A body; the places to renew hold values of the right width. */
  bytes: Uint8Array;
  /** In the order in which they take from the random source. */
  holes: readonly Hole[];
  /** Where the id of the delivery comes from. */
  id: { kind: 'hole'; index: number } | { kind: 'fixed'; value: string } | { kind: 'made'; format: string };
}

export interface Hole {
  field: FreshField;
  /** First byte of the value, behind the quote; absent where an edit has replaced the field. */
  start?: number;
}

/** The plan's body taken apart; undefined for one that cannot be. Throws what `createDelivery` would. */
export function bodyTemplate(plan: OutgoingPlan): BodyTemplate | undefined {
  if (plan.id !== undefined) return undefined;
  const manifest = (plan.pack ?? plan.choice?.pack)?.manifest;
  const made = { kind: 'made', format: manifest?.idFormat.value ?? 'uuid' } as const;
  const present = plan.isVerbatim ? [] : presentFields(plan);
  const random = countingRandom();
  const now = new Date(MARKED_TIME_MS);
  const values = present.map((field) => freshText(field, now, random));
  const bytes = plan.isVerbatim
    ? plan.example
    : buildBody({ ...plan, fresh: plan.fresh, now, random: countingRandom() });
  const location = manifest?.idempotencyKey.value;
  const parsed = parseJsonBytes(bytes);
  if (!('value' in parsed)) return { bytes, holes: [], id: made };
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const root = present.length > 0 ? readJsonText(text) : undefined;
  const holes = present.map((field, index): Hole => {
    const node = root && nodeAt(root, parsePointer(field.path));
    const value = values[index] ?? '';
    if (node?.kind !== 'string' || text.slice(node.start + 1, node.end - 1) !== value) return { field };
    return { field, start: Buffer.byteLength(text.slice(0, node.start + 1)) };
  });
  if (location?.in !== 'body') return { bytes, holes, id: made };
  const value = locate(location, { headers: [], document: parsed.value });
  const index = holes.findIndex(({ start }, at) => start !== undefined && values[at] === value);
  if (value === undefined) return { bytes, holes, id: made };
  return { bytes, holes, id: index >= 0 ? { kind: 'hole', index } : { kind: 'fixed', value } };
}

// Far from any time that a sample holds.
const MARKED_TIME_MS = Date.UTC(2999, 11, 31, 23, 59, 59, 987);

function presentFields({ example, fresh }: OutgoingPlan): FreshField[] {
  const parsed = parseJsonBytes(example);
  if (!('value' in parsed)) return [];
  return fresh.filter(({ path }) => valueAt(parsed.value, parsePointer(path)) !== undefined);
}

/** Bytes of which no two requests are the same. */
function countingRandom(): RandomBytes {
  let calls = 0;
  return (count) => Buffer.alloc(count, ++calls);
}

function nodeAt(root: JsonNode, segments: readonly string[]): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const segment of segments) {
    if (node?.kind === 'object') node = node.members.find(({ key }) => key === segment)?.node;
    else node = node?.kind === 'array' ? node.items[Number(segment)] : undefined;
  }
  return node;
}

/** A new value for a field, as `buildBody` makes it. */
export function freshText({ value, fractionDigits }: FreshField, at: Date, random: RandomBytes): string {
  if (value === 'uuid') return uuid(random);
  return value === 'ulid' ? ulid(random, at) : formatTime(at, fractionDigits ?? 3);
}
