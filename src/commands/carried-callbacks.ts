import { compileCommandSchema } from '../adapters/command-schema.ts';
import { callbackEntries } from '../core/callbacks/callback-list.ts';
import { HooksError } from '../core/errors.ts';
import { parseJsonBytes } from '../core/json.ts';
import { suggestion } from '../core/nearest.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import type { CarriedCallbacks } from '../flows/callback-desk.ts';

/**
 * Makes the function that finds the callbacks in payloads of the plan. Throws HooksError `usage` where the provider has none
 * or the payload may not be changed; the function throws it for a payload without, and `unknown-name` where it lacks an
 * expected one.
 */
export async function callbackFinder(
  plan: OutgoingPlan,
  expected: readonly string[],
): Promise<(body: Uint8Array) => CarriedCallbacks> {
  if (plan.isVerbatim)
    throw new HooksError(
      'usage',
      'callbacks are pointed here by changing the payload, which is sent as it is',
      {
        why: 'a body of your own, a frozen sample and a case of the examiner stay as they are',
        next: 'send a sample, and change it with --set and --merge',
      },
    );
  const { choice } = plan;
  const places = choice?.pack.manifest.callbacks?.value;
  if (choice === undefined || places === undefined) {
    const who = choice === undefined ? 'a body of your own' : `what ${choice.pack.manifest.name} sends`;
    throw new HooksError('usage', `there are no callbacks in ${who}`, { next: 'ask for none' });
  }
  const validate = await compileCommandSchema(choice.pack, places.schema);
  return (body) => {
    const parsed = parseJsonBytes(body);
    const entries = 'value' in parsed ? callbackEntries(parsed.value, places) : [];
    if (entries.length === 0)
      throw new HooksError('usage', `this sample of ${choice.event.slug} has no callbacks`, {
        next: 'send another event or variant, or add callbacks with --merge',
      });
    const names = entries.map(({ name }) => name);
    const unknown = expected.find((name) => !names.includes(name));
    if (unknown !== undefined)
      throw new HooksError('unknown-name', `the payload has no callback '${unknown}'`, {
        next: suggestion(unknown, names, `it has ${names.join(', ')}`),
      });
    return { provider: choice.pack.manifest.id, places, entries, ...(validate && { validate }) };
  };
}
