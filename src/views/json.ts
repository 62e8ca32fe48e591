import { isUtf8 } from 'node:buffer';

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

// Of what core/visible.ts shows as escapes, what JSON.stringify leaves as it is.
const LEFT_BY_JSON =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** JSON leaves C1 and bidi controls as they are; a line that somebody looks at in a terminal must not. */
function escapeControls(json: string): string {
  return json.replace(LEFT_BY_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
