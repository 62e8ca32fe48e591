import type { EventChoice, ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { eventTypeOf } from '../core/identify.ts';
import { parseJsonBytes } from '../core/json.ts';
import { chooseScheme } from '../core/provider-scheme.ts';
import { readExample, readSchemas } from './provider-packs.ts';
import { createValidator, type Validate } from './schema-validator.ts';

/** What is wrong with a provider folder, one sentence each: its scheme, its samples, its schemas. */
export async function checkPack(pack: ProviderPack): Promise<string[]> {
  const validate = createValidator();
  const problems: string[] = sentences('signing', () => chooseScheme(pack, {}));
  for (const [eventType, event] of Object.entries(pack.manifest.events)) {
    // A schema that cannot be read is told with the sample that needs it.
    const schemas = await readSchemas(pack, eventType).catch(() => undefined);
    if (schemas?.length === 0) problems.push(`${eventType}: no schema`);
    const variants = (pack.variants[eventType] ?? []).map((variant) => ({ variant }));
    for (const sample of [{}, ...variants])
      problems.push(...(await checkSample({ pack, eventType, event, ...sample }, validate)));
    for (const described of Object.keys(event.variants ?? {})) {
      if (!pack.variants[eventType]?.includes(described))
        problems.push(`${eventType}@${described}: described, but has no sample`);
    }
  }
  return problems;
}

async function checkSample(choice: EventChoice, validate: Validate): Promise<string[]> {
  const { pack, eventType, variant } = choice;
  const name = variant === undefined ? eventType : `${eventType}@${variant}`;
  try {
    const parsed = parseJsonBytes(await readExample(choice));
    if ('problem' in parsed) return [`${name}: ${parsed.problem}`];
    const check = await validate(pack, eventType, parsed.value);
    const errors = check.state === 'invalid' ? check.errors : [];
    const read = eventTypeOf(pack, { headers: [], document: parsed.value });
    const isMislabelled = pack.manifest.eventType.value?.in === 'body' && read !== eventType;
    return [
      ...errors.map(({ pointer, message }) => `${name}: ${pointer || '/'} ${message}`),
      ...(isMislabelled ? [`${name}: carries the event type ${JSON.stringify(read ?? null)}`] : []),
    ];
  } catch (error) {
    return [sentence(name, error)];
  }
}

function sentences(name: string, attempt: () => unknown): string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    return [sentence(name, error)];
  }
}

function sentence(name: string, error: unknown): string {
  if (!(error instanceof HooksError)) throw error;
  return `${name}: ${error.message}${error.why === undefined ? '' : ` (${error.why})`}`;
}
