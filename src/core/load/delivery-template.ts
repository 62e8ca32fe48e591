import { Buffer } from 'node:buffer';
import { providerHeaders } from '../delivery-headers.ts';
import { deliveryId, type RandomBytes } from '../identifiers.ts';
import { createDelivery, type OutgoingPlan } from '../outgoing.ts';
import type { FreshField } from '../provider.ts';
import { type BodyTemplate, bodyTemplate, freshText } from './body-template.ts';

/** A delivery as a sender needs it. */
export interface PreparedDelivery {
  id: string;
  /** Name, value, name, value, … in wire order, without the headers that frame the message (Host, Connection). */
  fields: string[];
  body: Uint8Array;
}

/** Makes one delivery after the other, each with its own id, times and signature. */
export type MakeDelivery = (at: Date, random: RandomBytes) => PreparedDelivery;

/**
 * A maker of the deliveries of a plan that does at once what `createDelivery` does for each: reading the sample, applying
 * the edits, finding the fields. It proves itself against `createDelivery` first; what it cannot do is left to that.
 */
export function prepareDeliveries(plan: OutgoingPlan): { make: MakeDelivery; isFast: boolean } {
  const make = makeFast(plan);
  return make !== undefined && isProven(make, plan)
    ? { make, isFast: true }
    : { make: slowly(plan), isFast: false };
}

/** Each delivery by `createDelivery`. */
export function slowly(plan: OutgoingPlan): MakeDelivery {
  return (at, random) => {
    const { id, headers, body } = createDelivery(plan, { eventAt: at, signedAt: at, random });
    const fields = headers.filter(({ name }) => !isFraming(name)).flatMap(({ name, value }) => [name, value]);
    return { id, fields, body };
  };
}

function makeFast(plan: OutgoingPlan): MakeDelivery | undefined {
  const template = bodyTemplate(plan);
  if (template === undefined) return undefined;
  const { id: idSource } = template;
  const renew = bodyMaker(template);
  const fieldsOf = fieldsMaker(plan);
  return (at, random) => {
    const { body, values } = renew(at, random);
    let id: string;
    if (idSource.kind === 'hole') id = values[idSource.index] ?? '';
    else id = idSource.kind === 'fixed' ? idSource.value : deliveryId(idSource.format, random, at);
    return { id, fields: fieldsOf(id, at, body), body };
  };
}

/** Makes bodies: a copy of the template with new values in its holes. */
function bodyMaker({ bytes, holes }: BodyTemplate) {
  const isConstant = holes.every(({ start }) => start === undefined);
  const makers = holes.map(({ field }) => valueMaker(field));
  return (at: Date, random: RandomBytes): { body: Uint8Array; values: string[] } => {
    const values = makers.map((make) => make(at, random));
    if (isConstant) return { body: bytes, values };
    const body = Buffer.allocUnsafe(bytes.length);
    body.set(bytes);
    for (let index = 0; index < holes.length; index++) {
      const start = holes[index]?.start;
      if (start !== undefined) body.write(values[index] ?? '', start, 'latin1');
    }
    return { body, values };
  };
}

/** Makes the values of a field. Many deliveries fall into one millisecond, and their times are the same text. */
function valueMaker(field: FreshField): (at: Date, random: RandomBytes) => string {
  if (field.value !== 'time') return (at, random) => freshText(field, at, random);
  let madeAtMs = Number.NaN;
  let text = '';
  return (at, random) => {
    const atMs = at.getTime();
    if (atMs !== madeAtMs) text = freshText(field, at, random);
    madeAtMs = atMs;
    return text;
  };
}

/** Makes the headers, the signature among them. */
function fieldsMaker(plan: OutgoingPlan) {
  const { before, idPlaces, after, replaced } = headerTemplate(plan);
  const isSigned = plan.secrets.length > 0;
  return (id: string, at: Date, body: Uint8Array): string[] => {
    const fields = before.slice();
    for (const { position, pieces } of idPlaces) fields[position] = pieces.join(id);
    if (isSigned) {
      const timestampSeconds = Math.floor(at.getTime() / 1000);
      for (const { name, value } of plan.scheme.sign({ id, timestampSeconds, body }, plan.secrets)) {
        if (replaced.size === 0 || !replaced.has(name.toLowerCase())) fields.push(name, value);
      }
    }
    for (const text of after) fields.push(text);
    return fields;
  };
}

interface HeaderTemplate {
  /** What stands before the signature. */
  before: string[];
  /** Values of it that hold the id: their pieces, to be joined by it. */
  idPlaces: readonly { position: number; pieces: string[] }[];
  after: readonly string[];
  /** Names, in lower case, of which only the user's own headers are sent. */
  replaced: ReadonlySet<string>;
}

// No character of it is in a header that could be sent, so it is found nowhere else.
const ID_MARK = '\u0000';

/** The headers of the plan's deliveries besides the signature. */
export function headerTemplate({ choice, pack, headers, userAgent }: OutgoingPlan): HeaderTemplate {
  const manifest = (pack ?? choice?.pack)?.manifest;
  const event = choice && { eventType: choice.eventType, slug: choice.event.slug, id: ID_MARK };
  const replaced = new Set(headers.map(({ name }) => name.toLowerCase()));
  const before = providerHeaders(manifest, event, userAgent)
    .filter(({ name }) => !replaced.has(name.toLowerCase()) && !isFraming(name))
    .flatMap(({ name, value }) => [name, value]);
  const idPlaces = before.flatMap((text, position) =>
    text.includes(ID_MARK) ? [{ position, pieces: text.split(ID_MARK) }] : [],
  );
  const after = headers
    .filter(({ name, value }) => value !== '' && !isFraming(name))
    .flatMap(({ name, value }) => [name, value]);
  return { before, idPlaces, after, replaced };
}

/** The sender writes these itself, as the frame of a sample delivery says. */
function isFraming(name: string): boolean {
  return /^(host|connection)$/i.test(name);
}

/** Times that differ in every digit that can, with a random source that is the same for both sides. */
const TRIALS = [Date.UTC(2026, 0, 2, 3, 4, 5, 6), Date.UTC(2031, 10, 29, 18, 47, 56, 789)];

function isProven(make: MakeDelivery, plan: OutgoingPlan): boolean {
  const slow = slowly(plan);
  return TRIALS.every((ms, trial) => {
    const [a, b] = [make, slow].map((one) => one(new Date(ms), trialRandom(trial)));
    return (
      a !== undefined &&
      b !== undefined &&
      a.id === b.id &&
      Buffer.compare(a.body, b.body) === 0 &&
      JSON.stringify(a.fields) === JSON.stringify(b.fields)
    );
  });
}

function trialRandom(trial: number): RandomBytes {
  let state = trial * 101 + 7;
  return (count) =>
    Buffer.from(
      Array.from({ length: count }, () => {
        state = (state * 1103515245 + 12345) % 2 ** 31;
        return state >> 16;
      }),
    );
}
