import { Buffer, isUtf8 } from 'node:buffer';

/** Bytes as they stand in a file of JSON: base64 is the truth, text is for people and only there where it is exact. */
export interface BodyText {
  base64: string;
  text?: string;
}

export function bodyText(bytes: Uint8Array): BodyText {
  const text = exactText(bytes);
  return { base64: viewOf(bytes).toString('base64'), ...(text !== undefined && { text }) };
}

/** The bytes as text, a byte order mark included, or undefined where they are not UTF-8. */
export function exactText(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? viewOf(bytes).toString('utf8') : undefined;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
