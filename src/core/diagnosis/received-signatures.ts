import { Buffer } from 'node:buffer';
import type { HeaderList } from '../headers.ts';
import type { SchemeShape } from './scheme-shape.ts';

/** A text in the headers that may be a signature, with what stands around it. */
export interface ReceivedSignature {
  /** Header that it was found in. */
  header: string;
  /** Whether that is the header in which the scheme puts its signatures. */
  isOwnHeader: boolean;
  /** How often that header came. */
  headerCount: number;
  text: string;
  bytes: Uint8Array;
  encoding: 'hex' | 'base64' | 'base64url';
  /** It was encoded twice: hex digits within base64, or base64 within hex. */
  isDouble: boolean;
  /** Rest of its item before and behind it. */
  before: string;
  after: string;
}

/** By the bytes of the signature in hex. */
export type ReceivedSignatures = ReadonlyMap<string, readonly ReceivedSignature[]>;

// SHA-1, SHA-256, SHA-512 and Ed25519.
const SIGNATURE_BYTES = [20, 32, 64];
const MOST_VALUES = 200;
const LONGEST_VALUE = 16_384;
const MOST_SIGNATURES = 500;

/** Everything in the headers that could be a signature, wherever it stands. */
export function readSignatures(headers: HeaderList, shape: SchemeShape): ReceivedSignatures {
  const { name, otherNames = [] } = shape.signatureField;
  const own = [name, ...otherNames].map((each) => each.toLowerCase());
  const counts = new Map<string, number>();
  for (const [field] of headers) count(counts, field.toLowerCase());
  const signatures = new Map<string, ReceivedSignature[]>();
  let room = MOST_SIGNATURES;
  for (const [header, value] of headers.slice(0, MOST_VALUES)) {
    const folded = header.toLowerCase();
    const place = { header, isOwnHeader: own.includes(folded), headerCount: counts.get(folded) ?? 1 };
    for (const item of itemsOf(value.slice(0, LONGEST_VALUE), place.isOwnHeader ? shape : {})) {
      for (const signature of signaturesIn(item, place.isOwnHeader ? shape.prefix : '')) {
        if (--room < 0) return signatures;
        const key = Buffer.from(signature.bytes).toString('hex');
        signatures.set(key, [...(signatures.get(key) ?? []), { ...place, ...signature }]);
      }
    }
  }
  return signatures;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function itemsOf(value: string, { separator }: Partial<SchemeShape>): string[] {
  const items = separator === undefined ? [value] : value.split(separator);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

type Decoded = Pick<ReceivedSignature, 'text' | 'bytes' | 'encoding' | 'isDouble' | 'before' | 'after'>;

function* signaturesIn(item: string, prefix: string): Generator<Decoded> {
  if (prefix !== '' && item.startsWith(prefix)) {
    const text = item.slice(prefix.length);
    for (const decoded of decode(text)) yield { ...decoded, text, before: prefix, after: '' };
  }
  for (const match of item.matchAll(/[A-Za-z0-9+/_-]{26,400}={0,2}/g)) {
    const [text] = match;
    if (prefix !== '' && match.index === prefix.length && item === prefix + text) continue;
    const before = item.slice(0, match.index);
    const after = item.slice(match.index + text.length);
    for (const decoded of decode(text)) yield { ...decoded, text, before, after };
  }
}

function* decode(text: string): Generator<Pick<Decoded, 'bytes' | 'encoding' | 'isDouble'>> {
  for (const { bytes, encoding } of decodings(text)) {
    if (SIGNATURE_BYTES.includes(bytes.length)) yield { bytes, encoding, isDouble: false };
    const inner = /^[\x21-\x7e]+$/.test(Buffer.from(bytes).toString('latin1'))
      ? Buffer.from(bytes).toString()
      : '';
    for (const { bytes: innermost } of decodings(inner)) {
      if (SIGNATURE_BYTES.includes(innermost.length)) yield { bytes: innermost, encoding, isDouble: true };
    }
  }
}

function* decodings(text: string): Generator<Pick<Decoded, 'bytes' | 'encoding'>> {
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) yield { bytes: Buffer.from(text, 'hex'), encoding: 'hex' };
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return;
  const bytes = Buffer.from(text, 'base64');
  const isUrl = /[-_]/.test(text);
  const again = bytes.toString(isUrl ? 'base64url' : 'base64').replace(/=+$/, '');
  // Trailing bits that no encoder writes would make two texts of one signature.
  if (again === text.replace(/=+$/, '')) yield { bytes, encoding: isUrl ? 'base64url' : 'base64' };
}
