import { isUtf8 } from 'node:buffer';
import { escapeControls } from '../core/escape-controls.ts';

/** Bytes as they stand in a JSON line: always base64, and text where they are UTF-8, so that nothing is made up. */
export interface BodyRecord {
  sizeBytes: number;
  base64: string;
  text?: string;
}

export function bodyRecord(bytes: Uint8Array): BodyRecord {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    sizeBytes: bytes.length,
    base64: buffer.toString('base64'),
    ...(isUtf8(buffer) && { text: buffer.toString('utf8') }),
  };
}

/** The event as one line of JSON. Control characters are escaped by JSON itself; those above U+007F by us. */
export function formatEventJson(event: object): string {
  const plain =
    'body' in event && event.body instanceof Uint8Array ? { ...event, body: bodyRecord(event.body) } : event;
  return `${escapeControls(JSON.stringify(plain))}\n`;
}
