import { Buffer } from 'node:buffer';
import { type BinaryToTextEncoding, createHmac } from 'node:crypto';
import * as zlib from 'node:zlib';
import type { Compression } from '../../../src/core/diagnosis/compression-mistakes.ts';
import { type DiagnosisInput, diagnose } from '../../../src/core/diagnosis/diagnose.ts';

export const TIME = 1_700_000_000;
export const ID = 'msg_2b9fTq0vXk8sYwE4';
export const KEY_TEXT = 'standard-webhooks-test-key-01';
export const WHSEC = `whsec_${Buffer.from(KEY_TEXT).toString('base64')}`;
export const TEXT_SECRET = 'cq_signing_secret_0001';
export const BODY = '{"id":"evt_1","amount":1.0,"name":"Zoë"}';

type Key = string | Uint8Array;

/** An HMAC by node:crypto alone. */
export function hmac(
  key: Key,
  content: string | Uint8Array,
  encoding: BinaryToTextEncoding = 'hex',
  algorithm = 'sha256',
): string {
  return createHmac(algorithm, key).update(content).digest(encoding);
}

export const bytes = (...parts: (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));

type Changes = Partial<Omit<DiagnosisInput, 'headers' | 'body'>> & {
  headers?: Record<string, string> | [string, string][];
  /** The body as received. */
  body?: string | Uint8Array;
};

export const compression: Compression = {
  decompress: (format, data) => {
    try {
      if (format === 'gzip') return zlib.gunzipSync(data);
      return format === 'br' ? zlib.brotliDecompressSync(data) : zlib.inflateSync(data);
    } catch {
      return undefined;
    }
  },
  compress: (format, data) => {
    if (format === 'gzip') return zlib.gzipSync(data);
    return format === 'br' ? zlib.brotliCompressSync(data) : zlib.deflateSync(data);
  },
};

function input(base: Changes, changes: Changes): DiagnosisInput {
  const { headers = {}, body = BODY, ...rest } = { ...base, ...changes };
  return {
    parameters: { scheme: 'none' },
    secrets: [],
    nowSeconds: TIME + 5,
    compression,
    ...rest,
    headers: Array.isArray(headers) ? headers : Object.entries(headers),
    body: Buffer.from(body),
  };
}

/** A delivery of the scheme standard-webhooks, with a signature that was made over something by hand. */
export function standard({
  signature,
  headers,
  ...changes
}: Changes & { signature: string }): DiagnosisInput {
  const own = { 'webhook-id': ID, 'webhook-timestamp': String(TIME), 'webhook-signature': signature };
  const merged = Array.isArray(headers) ? headers : { ...own, ...headers };
  return input(
    { parameters: { scheme: 'standard-webhooks' }, secrets: [WHSEC] },
    { ...changes, headers: merged },
  );
}

/** A delivery of the scheme coalesce: `<timestamp>.<body>`, a text secret, hex. */
export function coalesce({
  signature,
  headers,
  ...changes
}: Changes & { signature: string }): DiagnosisInput {
  const own = { 'X-Coalesce-Timestamp': String(TIME), 'X-Coalesce-Signature': signature };
  const merged = Array.isArray(headers) ? headers : { ...own, ...headers };
  return input(
    { parameters: { scheme: 'coalesce' }, secrets: [TEXT_SECRET] },
    { ...changes, headers: merged },
  );
}

/** A delivery of a scheme that signs the body alone with a text secret, in hex behind `sha256=`. */
export function bodyOnly({
  signature,
  headers,
  ...changes
}: Changes & { signature: string }): DiagnosisInput {
  const own = { 'X-Hub-Signature-256': signature };
  const merged = Array.isArray(headers) ? headers : { ...own, ...headers };
  return input({ parameters: { scheme: 'github' }, secrets: [TEXT_SECRET] }, { ...changes, headers: merged });
}

/** A delivery of any scheme. */
export function delivery(changes: Changes): DiagnosisInput {
  return input({}, changes);
}

/** Names of the mistakes that were found; empty when it is unknown. */
export function mistakes(delivered: DiagnosisInput): string[] {
  return diagnose(delivered).diagnosis?.mistakes.map(({ id }) => id) ?? [];
}

export function sentences(delivered: DiagnosisInput): string {
  return (
    diagnose(delivered)
      .diagnosis?.mistakes.map(({ what }) => what)
      .join('; ') ?? 'unknown'
  );
}

/** Signature of the scheme coalesce over a body, by hand. */
export const coalesceOver = (body: string | Uint8Array, key: Key = TEXT_SECRET): string =>
  `v1=${hmac(key, bytes(`${TIME}.`, body))}`;

/** Signature of the scheme standard-webhooks with the right content, by hand. */
export const standardWith = (key: Key, body: string | Uint8Array = BODY): string =>
  `v1,${hmac(key, bytes(`${ID}.${TIME}.`, body), 'base64')}`;
