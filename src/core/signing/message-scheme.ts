import { compileContent } from './content-template.ts';
import type { MessageFields } from './message-headers.ts';
import { createSign } from './message-signing.ts';
import { createVerify } from './message-verification.ts';
import type { SignatureScheme, Tolerance } from './scheme.ts';
import type { SigningKey } from './signing-key.ts';
import type { TimestampUnit } from './timestamp.ts';

/** A scheme that signs a message made of body, timestamp and id, described as data. */
export interface MessageSchemeDefinition extends MessageFields {
  id: string;
  /** The signed bytes, e.g. `{id}.{timestamp}.{body}`. */
  content: string;
  timestampUnit: TimestampUnit;
  /** The tolerance in force. */
  tolerance: Tolerance;
  parseSecret: (text: string) => SigningKey;
}

export function createMessageScheme(definition: MessageSchemeDefinition): SignatureScheme {
  const { id, tolerance, parseSecret, idField, timestampField, signatureField } = definition;
  const content = compileContent(definition.content);
  const fields = [idField, timestampField, signatureField].filter((field) => field !== undefined);
  return {
    id,
    headerNames: fields.map(({ name }) => name),
    ...(idField && { idHeader: idField.name }),
    ...(timestampField && { timestampHeader: timestampField.name }),
    needsSecret: true,
    covers: content.covers,
    tolerance,
    parseSecret,
    sign: createSign(definition, content),
    verify: createVerify(definition, content),
  };
}
