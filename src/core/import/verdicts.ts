import type { RefusalReason } from '../signing/scheme.ts';
import type { SchemaCheck, SchemaProblem, SignatureCheck, Verdicts } from '../verdict.ts';
import { fieldsOf, flag, ifGiven, list, number, oneOf, required, text } from './fields.ts';

const REFUSALS = Object.keys({
  'header-missing': true,
  'header-repeated': true,
  'header-malformed': true,
  'timestamp-malformed': true,
  'timestamp-too-old': true,
  'timestamp-too-new': true,
  'no-known-version': true,
  'signature-mismatch': true,
  'secret-unusable': true,
} satisfies Record<RefusalReason | 'secret-unusable', true>) as (RefusalReason | 'secret-unusable')[];

/** The verdicts of a recording from a file. Throws HooksError `invalid-input`. */
export function parseVerdicts(value: unknown, place: string): Verdicts {
  const fields = fieldsOf(value, place);
  return {
    ...ifGiven(fields, 'provider', text),
    ...ifGiven(fields, 'eventType', text),
    ...ifGiven(fields, 'isKnownEventType', flag),
    signature: required(fields, 'signature', parseSignature),
    schema: required(fields, 'schema', parseSchema),
    isDuplicate: required(fields, 'isDuplicate', flag),
    ...ifGiven(fields, 'idempotencyKey', text),
  };
}

function parseSignature(value: unknown, place: string): SignatureCheck {
  const fields = fieldsOf(value, place);
  const state = required(fields, 'state', oneOf('genuine', 'refused', 'not-verified'));
  if (state === 'not-verified') {
    const reasons = oneOf('no-secret', 'not-signed', 'switched-off', 'unknown-scheme');
    return {
      state,
      reason: required(fields, 'reason', reasons),
      message: required(fields, 'message', text),
    };
  }
  const scheme = required(fields, 'scheme', text);
  const age = ifGiven(fields, 'ageSeconds', number);
  if (state === 'genuine')
    return { state, scheme, secretIndex: required(fields, 'secretIndex', number), ...age };
  return {
    state,
    scheme,
    reason: required(fields, 'reason', oneOf(...REFUSALS)),
    message: required(fields, 'message', text),
    ...age,
  };
}

function parseSchema(value: unknown, place: string): SchemaCheck {
  const fields = fieldsOf(value, place);
  const state = required(fields, 'state', oneOf('valid', 'invalid', 'not-json', 'no-schema'));
  if (state === 'no-schema') return { state };
  if (state === 'not-json') return { state, message: required(fields, 'message', text) };
  const warnings = required(fields, 'warnings', list(parseProblem));
  if (state === 'valid') return { state, warnings };
  return { state, errors: required(fields, 'errors', list(parseProblem)), warnings };
}

function parseProblem(value: unknown, place: string): SchemaProblem {
  const fields = fieldsOf(value, place);
  return { pointer: required(fields, 'pointer', text), message: required(fields, 'message', text) };
}
