import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HooksError } from '../core/errors.ts';
import { eventFileName } from '../core/event-file-name.ts';

/** Where failing payloads are kept unless the user says otherwise. */
export function failingPayloadsFolder(stateDirectory: string): string {
  return join(stateDirectory, 'failing-payloads');
}

/**
 * Keeps a body that a receiver fails on as a fixture, `<event type>@failing-<hash>.json`, byte for byte as it was sent.
 * Gives its path; the same body has the same one. Throws HooksError `file-unwritable`.
 */
export function saveFailingPayload(folder: string, eventType: string, body: Uint8Array): string {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 8);
  const path = join(folder, eventFileName(eventType, `failing-${hash}`));
  try {
    // What is sent to a receiver may be confidential.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, body, { mode: 0o600 });
  } catch (cause) {
    throw new HooksError('file-unwritable', `cannot keep the failing payload in ${folder}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'choose another folder with HOOKS_STATE_DIR',
      cause,
    });
  }
  return path;
}
