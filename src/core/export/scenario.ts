import { Buffer } from 'node:buffer';
import { isConnectionHeader } from '../connection-headers.ts';
import { GENERIC } from '../provider.ts';
import type { Recording } from '../recording.ts';
import { MASK } from '../secret-headers.ts';
import { exactText } from './body-text.ts';

/** What a run knows of a recording by itself. */
export interface KnownDelivery {
  /** `<provider>/<event type>` where the catalogue has it. */
  event?: string;
  /** Headers in lower case that are made anew: the signature's, and those that the provider sends with every delivery. */
  madeAnew: ReadonlySet<string>;
}

/** A scenario as a plain value: every recording as a `send` step with its own id and body. */
export function createScenario(
  recordings: Iterable<Recording>,
  name: string,
  knownOf: (recording: Recording) => KnownDelivery,
): object {
  return {
    name,
    steps: Array.from(recordings, (recording) => ({ send: sendStep(recording, knownOf(recording)) })),
  };
}

function sendStep(recording: Recording, { event, madeAnew }: KnownDelivery): object {
  const { provider = GENERIC, idempotencyKey, method, body } = recording;
  const headers = ownHeaders(recording, madeAnew);
  return {
    ...(event === undefined ? { provider } : { event }),
    ...(idempotencyKey !== undefined && { id: literal(idempotencyKey) }),
    ...(method !== 'POST' && { method }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...ownBody(body),
  };
}

// Characters that YAML or an editor may change, or that a reader does not see.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/;

/** A text is written as it is, so that a person can change it; a `${` in it is no variable. */
function ownBody(body: Uint8Array): { data: string } | { base64: string } {
  const text = exactText(body);
  if (text !== undefined && !UNSAFE.test(text)) return { data: literal(text) };
  return { base64: Buffer.from(body).toString('base64') };
}

function ownHeaders({ headers }: Recording, madeAnew: ReadonlySet<string>): Record<string, string> {
  const kept = headers.filter(
    ([name, value]) => !isConnectionHeader(name) && !madeAnew.has(name.toLowerCase()) && value !== MASK,
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, literal(value)]));
}

function literal(text: string): string {
  return text.replaceAll('${', '$$${');
}
