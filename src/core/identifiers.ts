import { createHash } from 'node:crypto';

/** Gives that many random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

const LETTERS_AND_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Random bytes that follow from the seed alone (SHA-256 in counter mode); for reproducible ids, not for secrets. */
export function seededRandom(seed: string): RandomBytes {
  let counter = 0;
  let pool = Buffer.alloc(0);
  return (count) => {
    while (pool.length < count) {
      pool = Buffer.concat([pool, createHash('sha256').update(`${seed}:${counter++}`).digest()]);
    }
    const taken = pool.subarray(0, count);
    pool = pool.subarray(count);
    return taken;
  };
}

/** From 0 to just below 1. */
export function randomShare(random: RandomBytes): number {
  return Buffer.from(random(4)).readUInt32BE() / 2 ** 32;
}

/** The number from 0 to just below 1 that follows from a text. */
export function seededShare(text: string): number {
  return randomShare(seededRandom(text));
}

/** A version 4 UUID (RFC 9562). */
export function uuid(random: RandomBytes): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A ULID: 48 bits of milliseconds, 80 random bits; sorts by time. */
export function ulid(random: RandomBytes, at: Date): string {
  let time = at.getTime();
  let head = '';
  for (let digit = 0; digit < 10; digit++) {
    head = CROCKFORD[time % 32] + head;
    time = Math.floor(time / 32);
  }
  return head + letters(random, 16, CROCKFORD);
}

/**
 * Makes ULIDs of which each sorts behind the one before, also within one millisecond or when the clock steps back: the
 * random part of the last is counted up then.
 */
export function createUlids(random: RandomBytes): (at: Date) => string {
  let lastMs = Number.NEGATIVE_INFINITY;
  let last = '';
  return (at) => {
    const atMs = at.getTime();
    last = atMs > lastMs ? ulid(random, at) : last.slice(0, 10) + countedUp(last.slice(10));
    lastMs = Math.max(lastMs, atMs);
    return last;
  };
}

function countedUp(digits: string): string {
  const head = digits.replace(/Z+$/, '');
  const next = CROCKFORD[CROCKFORD.indexOf(head.at(-1) ?? '') + 1] ?? '';
  return (head.slice(0, -1) + next).padEnd(digits.length, '0');
}

/** An id as a provider makes it: `uuid`, `ulid`, or a prefix such as `msg_` followed by 27 letters and digits. */
export function deliveryId(format: string, random: RandomBytes, at: Date): string {
  if (format === 'uuid') return uuid(random);
  if (format === 'ulid') return ulid(random, at);
  return format + letters(random, 27, LETTERS_AND_DIGITS);
}

function letters(random: RandomBytes, count: number, alphabet: string): string {
  let text = '';
  for (const byte of random(count)) text += alphabet[byte % alphabet.length];
  return text;
}
