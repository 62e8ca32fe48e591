import { HooksError } from '../errors.ts';
import type { ContentTemplate } from './content-template.ts';
import type { MessageFields } from './message-headers.ts';
import type { MessageSchemeDefinition } from './message-scheme.ts';
import { quoted } from './quoted.ts';
import { idProblem } from './received-headers.ts';
import type { ParsedSecret, SignatureScheme, SignedHeader, SigningInput } from './scheme.ts';
import { asSigningKey, type SigningKey } from './signing-key.ts';
import { formatTimestamp } from './timestamp.ts';

export function createSign(
  definition: MessageSchemeDefinition,
  content: ContentTemplate,
): SignatureScheme['sign'] {
  const { idEnd, timestampItem, separator, timestampUnit } = definition;
  const { covers } = content;
  return (input, secrets) => {
    if (secrets.length !== 1) checkNumber(secrets.length, definition);
    if (covers.id) checkId(input.id, idEnd);
    if (covers.timestamp) checkTime(input);
    const timestamp = covers.timestamp ? formatTimestamp(input.timestampSeconds, timestampUnit) : '';
    const message = content.fill(input.id, timestamp, input.body);
    let signature = timestampItem === undefined ? '' : timestampItem + timestamp;
    for (const secret of secrets) {
      const between = signature === '' ? '' : separator;
      signature += between + privateKey(secret).sign(message);
    }
    return messageHeaders(definition, { id: input.id, timestamp, signature });
  };
}

/** The headers of a signed message, in the order in which they go on the wire. */
export function messageHeaders(
  { idField, timestampField, signatureField }: MessageFields,
  { id, timestamp, signature }: { id: string; timestamp: string; signature: string },
): SignedHeader[] {
  const headers: SignedHeader[] = [];
  if (idField) headers.push({ name: idField.name, value: id });
  if (timestampField) headers.push({ name: timestampField.name, value: timestamp });
  headers.push({ name: signatureField.name, value: signature });
  return headers;
}

function checkNumber(secretCount: number, { id, separator }: MessageSchemeDefinition): void {
  if (secretCount === 0) {
    throw new HooksError('secret-missing', `${id} needs a secret to sign`, {
      next: 'give one with --secret',
    });
  }
  if (separator !== undefined) return;
  throw new HooksError('usage', `${id} has room for one signature, but there are ${secretCount} secrets`, {
    why: 'nothing is defined that would stand between two signatures',
    next: 'sign with one secret',
  });
}

function privateKey(secret: ParsedSecret): SigningKey {
  const key = asSigningKey(secret);
  if (key.canSign) return key;
  throw new HooksError('secret-unusable', 'a public key can verify signatures, not make them', {
    next: 'sign with the signing key (whsk_…) that belongs to it',
  });
}

/** Refuses what a receiver would read differently from what was signed. */
function checkId(id: string, end: string | undefined): void {
  const problem = idProblem(id, end) ?? transportProblem(id);
  if (problem === undefined) return;
  throw new HooksError('invalid-input', `the delivery id ${problem}`, {
    next: 'give an id of letters, digits, - and _, such as msg_2b9fTq0vXk8sYwE4',
  });
}

function transportProblem(id: string): string | undefined {
  if (id !== id.trim()) return `is ${quoted(id)}; white space at its ends is lost on the way`;
  return id.includes(', ') ? `is ${quoted(id)}, which reads like two ids in one header` : undefined;
}

function checkTime({ timestampSeconds }: SigningInput): void {
  if (Number.isSafeInteger(timestampSeconds) && timestampSeconds >= 0) return;
  throw new HooksError('invalid-input', 'the time to sign is not a number of whole seconds since 1970', {
    next: 'give a time after 1970-01-01T00:00:00Z',
  });
}
