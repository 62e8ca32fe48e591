import { Buffer } from 'node:buffer';
import { HooksError } from './errors.ts';
import type { HeaderList } from './headers.ts';
import { isObject } from './json.ts';
import type { WrittenDelivery } from './raw-request.ts';

/** True for bytes that start like a JSON object, as no HTTP request does. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].includes(byte));
  return first === 0x7b;
}

/**
 * The deliveries among JSON lines as `hooks listen --json` and `hooks send --dry-run --json` print them; other lines are
 * passed over. Throws HooksError `invalid-input` when there is none.
 */
export function parseDeliveryLines(bytes: Uint8Array, name: string): WrittenDelivery[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  const whole = parseObject(text);
  const deliveries =
    whole === undefined
      ? text.split('\n').flatMap((line, index) => fromLine(line, `${name}, line ${index + 1}`))
      : fromObject(whole, name);
  if (deliveries.length > 0) return deliveries;
  throw new HooksError('invalid-input', `${name} is JSON, but holds no delivery`, {
    why: 'a delivery has headers as a list of pairs, and body.base64',
    next: 'give a line of `hooks listen --json`; for a body alone use --body-file with --header',
  });
}

function fromLine(line: string, name: string): WrittenDelivery[] {
  if (line.trim() === '') return [];
  const value = parseObject(line);
  if (value === undefined) throw new HooksError('invalid-input', `${name} is not a JSON object`);
  return fromObject(value, name);
}

function fromObject({ headers, body, receivedAt }: Record<string, unknown>, name: string): WrittenDelivery[] {
  if (!isHeaderList(headers) || !isObject(body) || typeof body.base64 !== 'string') return [];
  const bytes = Buffer.from(body.base64, 'base64');
  if (bytes.toString('base64') !== body.base64) {
    throw new HooksError('invalid-input', `${name}: body.base64 is not base64`);
  }
  const at = typeof receivedAt === 'string' ? new Date(receivedAt) : undefined;
  const received = at === undefined || Number.isNaN(at.getTime()) ? {} : { receivedAt: at };
  return [{ name, headers, body: bytes, ...received, notes: [] }];
}

function isHeaderList(value: unknown): value is HeaderList {
  return (
    Array.isArray(value) &&
    value.every(
      (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((text) => typeof text === 'string'),
    )
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
