import type { HeaderList } from '../headers.ts';
import {
  createReader,
  type HeaderField,
  idProblem,
  joinedProblem,
  presenceProblem,
  type ReceivedField,
  type Refusal,
  withoutOuterSpace,
} from './received-headers.ts';

/** Where a signed message puts its id, time and signatures. */
export interface MessageFields {
  idField?: HeaderField;
  /** What ends the id in the signed bytes, so that no id may contain it. */
  idEnd?: string;
  timestampField?: HeaderField;
  /** Start of the item that holds the timestamp, where it stands among the signatures: `t=`. */
  timestampItem?: string;
  signatureField: HeaderField;
  /** What stands between several signatures; without it there is room for one. */
  separator?: ' ' | ',';
}

/** The headers of a delivery, single and complete but not yet believed. */
export interface ReceivedMessage {
  id?: string;
  timestamp?: string;
  /** Signatures of all versions, each with its prefix. */
  items: readonly string[];
}

/** Makes the function that takes apart the headers of a delivery, or says which of them is missing or ambiguous. */
export function createMessageReader(
  fields: MessageFields,
): (headers: HeaderList) => ReceivedMessage | Refusal {
  const { idField, idEnd, timestampField, timestampItem, signatureField, separator } = fields;
  const others = [idField, timestampField].filter((field) => field !== undefined);
  const readHeaders = createReader([...others, signatureField]);
  return (headers) => {
    const found = readHeaders(headers);
    const id = idField && found[0];
    const timestamp = timestampField && found[others.length - 1];
    const signature = found[others.length];
    const refusal =
      presenceProblem(found) ??
      joinedProblem(id) ??
      joinedProblem(timestamp) ??
      (separator === ',' ? undefined : joinedProblem(signature)) ??
      malformedId(id, idEnd);
    if (refusal !== undefined) return refusal;
    if (!signature?.value)
      return { reason: 'header-malformed', message: `header ${signatureField.name} is empty` };
    if (timestampItem !== undefined) return takeTimestamp(signature, timestampItem);
    const message: ReceivedMessage = { items: splitSignatures(signature.value, separator) };
    if (id) message.id = id.value;
    if (timestamp) message.timestamp = timestamp.value;
    return message;
  };
}

function malformedId(id: ReceivedField | undefined, end: string | undefined): Refusal | undefined {
  const problem = id && idProblem(id.value, end);
  if (problem === undefined) return undefined;
  return { reason: 'header-malformed', message: `header ${id?.name} ${problem}` };
}

function splitSignatures(value: string, separator: ' ' | ',' | undefined): string[] {
  if (separator === undefined || !value.includes(separator)) return [value];
  const items = value.split(separator);
  return (separator === ',' ? items.map(withoutOuterSpace) : items).filter((item) => item !== '');
}

/** Separates the one timestamp from the signatures; nothing is trimmed, as in the library of Stripe. */
function takeTimestamp({ name, value }: ReceivedField, start: string): ReceivedMessage | Refusal {
  let timestamp: string | undefined;
  const items: string[] = [];
  for (const item of value.split(',')) {
    // One behind a space comes from a second header that was joined to the first.
    if (!item.trimStart().startsWith(start)) items.push(item);
    else if (timestamp === undefined) timestamp = item.slice(start.length);
    else {
      const message = `header ${name} holds several timestamps, so it is not clear which one counts`;
      return { reason: 'header-repeated', message };
    }
  }
  if (timestamp !== undefined) return { timestamp, items };
  return { reason: 'header-malformed', message: `header ${name} has no ${start}<timestamp>` };
}
