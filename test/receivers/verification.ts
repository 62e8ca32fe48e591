import { createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import type { MutantName } from './mutants.ts';
import type { ReceivedRequest } from './receiver.ts';

/** Whether a delivery is genuine. */
export type Verify = (request: ReceivedRequest) => boolean;

type Has = (mutant: MutantName) => boolean;

/** How a provider signs, as its documentation says. */
interface Scheme {
  idHeader?: string;
  timestampHeader: string;
  signatureHeader: string;
  prefix: string;
  encoding: 'hex' | 'base64';
  keyOf: (secret: string) => Buffer;
  toleranceSeconds: number;
  futureSeconds: number;
}

const STANDARD: Scheme = {
  idHeader: 'webhook-id',
  timestampHeader: 'webhook-timestamp',
  signatureHeader: 'webhook-signature',
  prefix: 'v1,',
  encoding: 'base64',
  keyOf: (secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'),
  toleranceSeconds: 300,
  futureSeconds: 300,
};

const COALESCE: Scheme = {
  timestampHeader: 'x-coalesce-timestamp',
  signatureHeader: 'x-coalesce-signature',
  prefix: 'v1=',
  encoding: 'hex',
  keyOf: (secret) => Buffer.from(secret),
  // Retries carry the first timestamp for about half an hour.
  toleranceSeconds: 1800,
  futureSeconds: 300,
};

/** Verification with the official libraries, which incident.io's users take. */
export function libraryVerify(secret: string, library: 'svix' | 'standardwebhooks'): Verify {
  const webhook = library === 'svix' ? new SvixWebhook(secret) : new StandardWebhook(secret);
  return ({ headers, body }) => {
    const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    // Two ids or times were joined into one by Node.
    if (/, /.test(`${texts['webhook-id']}${texts['webhook-timestamp']}`)) return false;
    try {
      webhook.verify(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body), texts);
      return true;
    } catch (error) {
      // The library parses what it has found genuine.
      return error instanceof SyntaxError;
    }
  };
}

/** Verification by hand, which SYNQ's users write; with the faults of a mutant. */
export function handVerify(provider: 'synq' | 'incident-io', secret: string, has: Has): Verify {
  const scheme = provider === 'synq' ? COALESCE : STANDARD;
  const keys = [scheme.keyOf(secret), ...(has('default-secret') ? [Buffer.from('secret')] : [])];
  return ({ headers, body }) => {
    if (has('accepts-everything')) return true;
    const text = (name: string | undefined) =>
      name === undefined ? undefined : (headers[name] as string | undefined);
    const [id, timestamp, signature] = [scheme.idHeader, scheme.timestampHeader, scheme.signatureHeader].map(
      text,
    );
    if (signature === undefined) return has('accepts-unsigned');
    if (signature === '') return has('accepts-empty-signature');
    if (timestamp === undefined || (scheme.idHeader !== undefined && !id)) return false;
    if (!isFresh(timestamp, scheme, has)) return false;
    const messages = signedTexts({ id, timestamp, body }, has);
    const right = keys.flatMap((key) =>
      messages.map(
        (message) => scheme.prefix + createHmac('sha256', key).update(message).digest(scheme.encoding),
      ),
    );
    return candidates(signature, scheme, has).some((one) => right.some((other) => isSame(one, other, has)));
  };
}

function isFresh(text: string, { toleranceSeconds, futureSeconds }: Scheme, has: Has): boolean {
  const isNumber = /^[1-9]\d{0,10}$/.test(text);
  const lenient = has('lenient-timestamp') || has('not-a-number-is-fresh');
  if (!isNumber && !lenient) return false;
  const seconds = has('not-a-number-is-fresh') ? Number(text) : Number.parseInt(text, 10);
  const age = Math.floor(Date.now() / 1000) - seconds;
  if (Number.isNaN(age)) return has('not-a-number-is-fresh');
  const past = has('too-strict-age') ? 60 : toleranceSeconds;
  return (has('ignores-age') || age <= past) && (has('ignores-future') || age >= -futureSeconds);
}

function signedTexts(
  { id, timestamp, body }: { id: string | undefined; timestamp: string; body: Buffer },
  has: Has,
): Uint8Array[] {
  const head = Buffer.from(`${id === undefined ? '' : `${id}.`}${timestamp}.`);
  const signed = changedBody(body, has);
  const messages: Uint8Array[] = [Buffer.concat([head, signed])];
  if (has('signature-without-time')) messages.push(body);
  if (has('ignores-timestamp-binding')) {
    // As if the time of signing were kept elsewhere: any within the last two hours will do.
    for (let back = 1; back <= 7200; back++) {
      messages.push(
        Buffer.concat([
          Buffer.from(`${id === undefined ? '' : `${id}.`}${Number(timestamp) - back}.`),
          signed,
        ]),
      );
    }
  }
  return messages;
}

function changedBody(body: Buffer, has: Has): Uint8Array {
  if (has('decodes-as-latin1')) return Buffer.from(body.toString('latin1'));
  if (!has('verifies-parsed-body')) return body;
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString())));
  } catch {
    return body;
  }
}

function candidates(signature: string, { prefix }: Scheme, has: Has): string[] {
  const all = signature.split(' ');
  const list = has('reads-first-signature')
    ? all.slice(0, 1)
    : has('reads-last-signature')
      ? all.slice(-1)
      : all;
  return has('ignores-version') ? list.map((one) => one.replace(/^v\d+[,=]/, prefix)) : list;
}

function isSame(received: string, right: string, has: Has): boolean {
  if (has('compares-prefix')) return right.startsWith(received);
  if (has('compares-start')) return received.startsWith(right);
  if (has('compares-length')) return received.length === right.length;
  const [one, other] = [Buffer.from(received), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
