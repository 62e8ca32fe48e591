import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import type { HeaderList } from '../../../src/core/headers.ts';
import type { ParsedSecret, SchemeParameters, SignatureVerdict } from '../../../src/core/signing/scheme.ts';
import { createScheme } from '../../../src/core/signing/schemes.ts';
import { TIME, VECTORS, type Vector } from './vectors.ts';

/** What a receiver gets, and what it is set to. */
export interface Delivery {
  parameters: SchemeParameters;
  secrets: string[];
  headers: Record<string, string> | [name: string, value: string][];
  body: string | Uint8Array;
  nowSeconds?: number;
}

export function vector(name: string): Vector {
  const found = VECTORS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no vector is called '${name}'`);
  return found;
}

export function verify({
  parameters,
  secrets,
  headers,
  body,
  nowSeconds = TIME,
}: Delivery): SignatureVerdict {
  const scheme = createScheme(parameters);
  const list: HeaderList = Array.isArray(headers) ? headers : Object.entries(headers);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return scheme.verify({ headers: list, body: bytes, nowSeconds }, secrets.map(scheme.parseSecret));
}

/** Why a delivery is refused, or `accepted`. */
export function outcome(delivery: Delivery): string {
  const verdict = verify(delivery);
  return verdict.ok ? 'accepted' : verdict.reason;
}

export function messageOf(delivery: Delivery): string {
  const verdict = verify(delivery);
  return verdict.ok ? 'accepted' : verdict.message;
}

export function sign(
  parameters: SchemeParameters,
  secrets: string[],
  input: { id?: string; timestampSeconds?: number; body: string | Uint8Array },
): Record<string, string> {
  const scheme = createScheme(parameters);
  const { id = 'msg_1', timestampSeconds = TIME } = input;
  const body = typeof input.body === 'string' ? Buffer.from(input.body) : input.body;
  const parsed: ParsedSecret[] = secrets.map(scheme.parseSecret);
  return Object.fromEntries(
    scheme.sign({ id, timestampSeconds, body }, parsed).map((h) => [h.name, h.value]),
  );
}

/** The vector with some headers replaced; `undefined` leaves one out. */
export function withHeaders(base: Vector, headers: Record<string, string | undefined>): Vector {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...base.headers, ...headers })) {
    if (value !== undefined) kept[name] = value;
  }
  return { ...base, headers: kept };
}

/** An HMAC by node:crypto alone, for what our own `sign` refuses to make. */
export function rawHmac(key: string | Uint8Array, content: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(content).digest(encoding);
}
