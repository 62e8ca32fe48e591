import type { ImportedRecording } from './imported-recording.ts';

/** A body alone, as a delivery that was received; the file name may tell its event type: `payment.failed@eu.json`. */
export function parseFixture(bytes: Uint8Array, fileName?: string): ImportedRecording[] {
  const [eventType, variant] = namesIn(fileName ?? '');
  return [
    {
      direction: 'received',
      ...(eventType && { eventType }),
      ...(variant && { variant }),
      method: 'POST',
      target: '/',
      sizeBytes: bytes.length,
      isFailed: false,
      isInvalid: false,
      headers: [['Content-Type', 'application/json']],
      body: bytes,
      attempts: [],
    },
  ];
}

function namesIn(fileName: string): (string | undefined)[] {
  const base = fileName.replace(/^.*[/\\]/s, '');
  const stem = /^(.+)\.json$/is.exec(base)?.[1];
  return stem?.split('@', 2).map(decoded) ?? [];
}

function decoded(text: string): string {
  return text.replaceAll(/%([0-7][0-9A-F])/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
