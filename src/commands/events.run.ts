import { readExample, readSchemas } from '../adapters/provider-packs.ts';
import { type EventChoice, findEvent, findProvider } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { createEventMatch } from '../core/event-pattern.ts';
import { parseJsonBytes } from '../core/json.ts';
import { schemaFields } from '../core/schema-fields.ts';
import { colorsFor } from '../views/colors.ts';
import { eventListText, eventText } from '../views/events-text.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

interface EventsFlags extends OutputFlags, ConfigFlag {
  provider?: string;
}

/** Prints the event types, as a table or one JSON object a line for each sample. */
export async function listEvents(
  pattern: string | undefined,
  flags: EventsFlags,
  context: Context,
): Promise<void> {
  const { stdout, env } = context.io;
  const workspace = await loadWorkspace(context, flags);
  const packs =
    flags.provider === undefined ? workspace.packs : [findProvider(workspace.packs, flags.provider)];
  const matches = pattern === undefined ? () => true : createEventMatch(pattern, packs);
  const chosen = packs.flatMap((pack) =>
    Object.entries(pack.manifest.events)
      .filter(([eventType]) => matches({ provider: pack.manifest.id, eventType }))
      .map(([eventType, event]) => ({ pack, eventType, event })),
  );
  if (chosen.length === 0) {
    // A name without a wildcard is looked up as `show` does, for the sake of what that suggests.
    if (pattern !== undefined && !pattern.includes('*')) findEvent(packs, pattern);
    throw new HooksError('unknown-name', `no event type matches '${pattern ?? '*'}'`, {
      next: 'list all with `hooks events`',
    });
  }
  if (flags.json) {
    for (const choice of chosen)
      for (const entry of jsonEntries(choice)) await writeAll(stdout, formatEventJson(entry));
    return;
  }
  await writeAll(stdout, eventListText(chosen, colorsFor(stdout, { ...flags, env })));
}

function jsonEntries({ pack, eventType, event }: EventChoice) {
  const { id } = pack.manifest;
  const own = {
    provider: id,
    eventType,
    slug: event.slug,
    variant: null as string | null,
    description: event.description,
    confidence: event.confidence,
    isPlaceholder: pack.manifest.placeholder ?? false,
  };
  const variants = (pack.variants[eventType] ?? []).map((variant) => ({
    ...own,
    variant,
    description: event.variants?.[variant]?.description ?? event.description,
    confidence: event.variants?.[variant]?.confidence ?? event.confidence,
  }));
  return [own, ...variants];
}

/** Prints all that is known of one event type. */
export async function showEvent(name: string, flags: EventsFlags, context: Context): Promise<void> {
  const { stdout, env } = context.io;
  const workspace = await loadWorkspace(context, flags);
  const choice = find(name, flags, workspace);
  const [example, schemas] = await Promise.all([
    readExample(choice),
    readSchemas(choice.pack, choice.eventType),
  ]);
  const schema = (schemas.find(({ variant }) => variant === choice.variant) ?? schemas[0])?.schema;
  const fields = schema === undefined ? [] : schemaFields(schema);
  const source =
    choice.event.source === undefined ? undefined : choice.pack.manifest.sources[choice.event.source];
  if (flags.json) {
    const own = jsonEntries(choice).find(({ variant }) => variant === (choice.variant ?? null));
    const details = { note: choice.event.note, unknown: choice.event.unknown, source, fields };
    const sample = parseJsonBytes(example);
    if ('problem' in sample)
      throw new HooksError('invalid-manifest', `the sample of ${choice.event.slug} cannot be shown as JSON`, {
        why: sample.problem,
        next: `mend it in ${choice.pack.directory}`,
      });
    await writeAll(
      stdout,
      formatEventJson({
        ...own,
        ...details,
        variants: choice.pack.variants[choice.eventType],
        sample: sample.value,
      }),
    );
    return;
  }
  await writeAll(
    stdout,
    eventText({ choice, source, fields, example }, colorsFor(stdout, { ...flags, env })),
  );
}

/** Prints the schema as it stands in its file. */
export async function printSchema(name: string, flags: EventsFlags, context: Context): Promise<void> {
  const workspace = await loadWorkspace(context, flags);
  const choice = find(name, flags, workspace);
  const schemas = await readSchemas(choice.pack, choice.eventType);
  const found = schemas.find(({ variant }) => variant === choice.variant) ?? schemas[0];
  if (!found) throw new HooksError('unknown-name', `${choice.event.slug} has no schema`);
  await writeAll(context.io.stdout, `${JSON.stringify(found.schema, null, flags.json ? 0 : 2)}\n`);
}

function find(name: string, flags: EventsFlags, { packs, setting }: Workspace): EventChoice {
  return findEvent(packs, name, { provider: flags.provider, preferred: setting('provider') });
}
