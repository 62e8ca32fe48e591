import type { Delivery } from '../delivery.ts';
import { type Json, parseJsonBytes } from '../json.ts';
import { createDelivery, type Moment } from '../outgoing.ts';
import { compileContent } from '../signing/content-template.ts';
import { messageHeaders } from '../signing/message-signing.ts';
import type { ParsedSecret, SignedHeader } from '../signing/scheme.ts';
import { asSigningKey } from '../signing/signing-key.ts';
import { formatTimestamp } from '../signing/timestamp.ts';
import type { ExamSubject } from './exam-subject.ts';

/** How a delivery departs from the genuine one, in the order in which it is made. */
export interface Changes {
  /** Of the payload, before it is signed. */
  edit?: (payload: Json) => Json;
  /** Of the body's bytes, before they are signed. */
  body?: (genuine: Uint8Array) => Uint8Array;
  method?: string;
  /** Seconds by which the signed time lies in the past; negative for the future. */
  ageSeconds?: number;
  /** The timestamp as it is signed and sent, from Unix seconds. */
  timestamp?: (seconds: number) => string;
  /** Who signs instead. */
  secret?: (moment: Moment) => ParsedSecret;
  /** What is signed instead, e.g. `{body}`. */
  content?: string;
  /** Of the value of the signature header. */
  signature?: (right: string) => string;
  /** Of what is sent, behind the signature's back. */
  sentBody?: (signed: Uint8Array) => Uint8Array;
  /** Of all headers, signature included. */
  headers?: (headers: SignedHeader[]) => SignedHeader[];
}

/** The genuine delivery of the moment with the changes made to it. */
export function forge(subject: ExamSubject, moment: Moment, changes: Changes = {}): Delivery {
  const { plan } = subject;
  const genuine = createDelivery({ ...plan, secrets: [] }, moment);
  const edited = changes.edit ? editPayload(genuine.body, changes.edit) : genuine.body;
  const body = changes.body ? changes.body(edited) : edited;
  const signature = signatureHeaders(subject, { id: genuine.id, body, moment }, changes);
  const headers = [...genuine.headers, ...signature];
  return {
    ...genuine,
    method: changes.method ?? genuine.method,
    headers: changes.headers ? changes.headers(headers) : headers,
    body: changes.sentBody ? changes.sentBody(body) : body,
  };
}

function editPayload(body: Uint8Array, edit: (payload: Json) => Json): Uint8Array {
  const parsed = parseJsonBytes(body);
  // Samples are JSON; the conformance test of the providers sees to it.
  if ('problem' in parsed) throw new TypeError(parsed.problem);
  return new TextEncoder().encode(JSON.stringify(edit(parsed.value)));
}

function signatureHeaders(
  { plan, shape }: ExamSubject,
  { id, body, moment }: { id: string; body: Uint8Array; moment: Moment },
  changes: Changes,
): SignedHeader[] {
  const secrets = changes.secret ? [changes.secret(moment)] : plan.secrets;
  if (secrets.length === 0) return [];
  const seconds = Math.floor(moment.signedAt.getTime() / 1000) - (changes.ageSeconds ?? 0);
  if (shape === undefined) {
    return changeSignature(plan.scheme.sign({ id, timestampSeconds: seconds, body }, secrets), changes);
  }
  const timestamp = changes.timestamp?.(seconds) ?? formatTimestamp(seconds, shape.timestampUnit);
  const message = compileContent(changes.content ?? shape.content).fill(id, timestamp, body);
  // Without a separator the header has room for one signature.
  const signing = shape.separator === undefined ? secrets.slice(0, 1) : secrets;
  const values = signing.map((secret) => asSigningKey(secret).sign(message)).join(shape.separator ?? '');
  const right = changes.signature ? changes.signature(values) : values;
  const signature = shape.timestampItem === undefined ? right : `${shape.timestampItem}${timestamp},${right}`;
  return messageHeaders(shape, { id, timestamp, signature });
}

function changeSignature(headers: SignedHeader[], { signature }: Changes): SignedHeader[] {
  return signature ? headers.map((header) => ({ ...header, value: signature(header.value) })) : headers;
}
