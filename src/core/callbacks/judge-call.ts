import { isObject, type Json, parseJsonBytes } from '../json.ts';
import { parsePointer, valueAt } from '../json-pointer.ts';
import type { CallbackPlaces } from '../provider.ts';
import type { SchemaProblem } from '../verdict.ts';
import type { CommandCheck } from './callback-event.ts';

/**
 * What a call says of its command. How a callback is called may not be published: a call without a JSON body is no
 * mistake, and one whose body is the whole entry counts by the command in it. `sent` is what the callback carried.
 */
export function judgeCall(
  body: Uint8Array,
  sent: Json | undefined,
  places: CallbackPlaces,
  validate: ((command: Json) => SchemaProblem[]) | undefined,
): CommandCheck {
  if (body.length === 0) return unspecified('the body is empty');
  const parsed = parseJsonBytes(body);
  if ('problem' in parsed) return unspecified(`the body is no JSON: ${parsed.problem}`);
  if (validate === undefined) return unspecified('what a command looks like is not published');
  const inside =
    places.command === undefined ? undefined : valueAt(parsed.value, parsePointer(places.command));
  const command = (inside as Json | undefined) ?? parsed.value;
  const errors = [...validate(command), ...otherCommand(command, sent)];
  return errors.length === 0 ? { state: 'valid' } : { state: 'invalid', errors };
}

function unspecified(message: string): CommandCheck {
  return { state: 'unspecified', message };
}

/** The command of another callback than the one that was called. */
function otherCommand(command: Json, sent: Json | undefined): SchemaProblem[] {
  if (!isObject(command) || !isObject(sent)) return [];
  return Object.keys(sent)
    .filter((key) => !Object.hasOwn(command, key))
    .map((key) => ({ pointer: '', message: `lacks ${JSON.stringify(key)}, which this callback carries` }));
}
