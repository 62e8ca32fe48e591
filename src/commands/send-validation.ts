import { createValidator } from '../adapters/schema-validator.ts';
import type { EventChoice } from '../core/catalogue.ts';
import { parseJsonBytes } from '../core/json.ts';
import type { Warning } from '../core/run-event.ts';

/** What a body departs from the schema of its event type in, as warnings. */
export async function describeDepartures(
  { pack, eventType }: EventChoice,
  body: Uint8Array,
): Promise<Warning[]> {
  const parsed = parseJsonBytes(body);
  if ('problem' in parsed) return [warning(parsed.problem)];
  const check = await createValidator()(pack, eventType, parsed.value);
  if (check.state === 'valid')
    return check.warnings.map(({ pointer, message }) => warning(`${pointer || '/'} ${message}`));
  return check.state === 'invalid'
    ? check.errors.map(({ pointer, message }) => warning(`${pointer || '/'} ${message}`))
    : [];

  function warning(message: string): Warning {
    return {
      type: 'warning',
      code: 'schema',
      message: `not what ${pack.manifest.name} sends: ${message}`,
      next: 'this is sent all the same; --no-validate keeps quiet',
    };
  }
}
