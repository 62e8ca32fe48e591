import { HooksError } from './errors.ts';
import { suggestion } from './nearest.ts';
import type { EventDescription, ProviderManifest } from './provider.ts';

/** A provider with the list of its sample files. */
export interface ProviderPack {
  manifest: ProviderManifest;
  /** Folder of the manifest. */
  directory: string;
  /** False for a folder that the user pointed at. */
  isBundled: boolean;
  /** Variants per event type that have a sample, in the order of their names. */
  variants: Readonly<Record<string, readonly string[]>>;
}

/** One event type of one provider, and which of its samples is meant. */
export interface EventChoice {
  pack: ProviderPack;
  eventType: string;
  event: EventDescription;
  variant?: string;
}

/** The pack with that id, name or alias. Throws HooksError `unknown-name` with the nearest. */
export function findProvider(packs: readonly ProviderPack[], name: string): ProviderPack {
  const found = packs.find(({ manifest }) => namesOf(manifest).some((known) => known === name.toLowerCase()));
  if (found) return found;
  const ids = packs.map(({ manifest }) => manifest.id);
  throw new HooksError('unknown-name', `no provider is called '${name}'`, {
    next: suggestion(
      name,
      packs.flatMap(({ manifest }) => namesOf(manifest)),
      `known providers: ${ids.join(', ')}`,
    ),
  });
}

/**
 * The event that a person named: `<event type>` or slug, with `provider/` in front to be exact and `@variant` behind.
 * Throws HooksError `unknown-name` or `ambiguous-name` with the candidates.
 */
export function findEvent(
  packs: readonly ProviderPack[],
  name: string,
  options: {
    /** Only this provider's events. */
    provider?: string | undefined;
    /** Wins where several providers have an event of that name. */
    preferred?: string | undefined;
  } = {},
): EventChoice {
  const { provider, eventName, variant } = splitName(packs, name);
  const chosen = provider ?? options.provider;
  const searched = chosen === undefined ? packs : [findProvider(packs, chosen)];
  const all = searched.flatMap((pack) => matches(pack, eventName));
  const found = all.length > 1 ? narrow(all, packs, options.preferred) : all;
  const [first] = found;
  if (first === undefined) throw unknownEvent(searched, eventName, chosen);
  if (found.length > 1) {
    throw new HooksError('ambiguous-name', `'${name}' names several events`, {
      next: `say which: ${found.map(({ pack, eventType }) => `${pack.manifest.id}/${eventType}`).join(', ')}`,
    });
  }
  return variant === undefined ? first : { ...first, variant: knownVariant(first, variant) };
}

function narrow(
  all: EventChoice[],
  packs: readonly ProviderPack[],
  preferred: string | undefined,
): EventChoice[] {
  if (preferred === undefined) return all;
  const pack = findProvider(packs, preferred);
  const own = all.filter((choice) => choice.pack === pack);
  return own.length > 0 ? own : all;
}

/** Id, name and aliases, in lower case. */
export function namesOf(manifest: ProviderManifest): string[] {
  return [manifest.id, manifest.name, ...(manifest.aliases ?? [])].map((name) => name.toLowerCase());
}

function splitName(
  packs: readonly ProviderPack[],
  name: string,
): { provider?: string; eventName: string; variant?: string } {
  const at = name.lastIndexOf('@');
  const variant = at > 0 ? { variant: name.slice(at + 1) } : {};
  const whole = at > 0 ? name.slice(0, at) : name;
  const slash = whole.indexOf('/');
  if (slash <= 0) return { eventName: whole, ...variant };
  const head = whole.slice(0, slash);
  // An event type may contain a slash itself (orders/create), and may be mistyped behind it.
  const isProvider = packs.some(({ manifest }) => namesOf(manifest).includes(head.toLowerCase()));
  const start = `${head.toLowerCase()}/`;
  const isEvent = packs.some(({ manifest }) =>
    eventNames(manifest).some((known) => known.toLowerCase().startsWith(start)),
  );
  if (!isProvider && isEvent) return { eventName: whole, ...variant };
  return { provider: head, eventName: whole.slice(slash + 1), ...variant };
}

function matches(pack: ProviderPack, eventName: string): EventChoice[] {
  const { events } = pack.manifest;
  // An event type may be the slug of another.
  const exact = Object.hasOwn(events, eventName) ? events[eventName] : undefined;
  if (exact) return [{ pack, eventType: eventName, event: exact }];
  const wanted = eventName.toLowerCase();
  return Object.entries(events)
    .filter(([eventType, event]) => eventType.toLowerCase() === wanted || event.slug.toLowerCase() === wanted)
    .map(([eventType, event]) => ({ pack, eventType, event }));
}

/** Event types and their slugs. */
export function eventNames({ events }: ProviderManifest): string[] {
  return Object.entries(events).flatMap(([eventType, { slug }]) => [slug, eventType]);
}

function unknownEvent(
  searched: readonly ProviderPack[],
  eventName: string,
  provider: string | undefined,
): HooksError {
  const names = searched.flatMap(({ manifest }) => eventNames(manifest));
  const part = eventName.toLowerCase();
  const containing = [...new Set(names.filter((name) => name.toLowerCase().includes(part)))].slice(0, 6);
  const list = `list them with \`hooks events${provider ? ` --provider ${provider}` : ''}\``;
  return new HooksError(
    'unknown-name',
    `no event type is called '${eventName}'${provider ? ` at ${provider}` : ''}`,
    {
      next:
        containing.length > 0 && eventName.length > 2
          ? `did you mean ${containing.join(', ')}? Or ${list}`
          : suggestion(eventName, names, list),
    },
  );
}

function knownVariant({ pack, eventType, event }: EventChoice, variant: string): string {
  const variants = pack.variants[eventType] ?? [];
  if (variants.includes(variant)) return variant;
  throw new HooksError('unknown-name', `${event.slug} has no variant '${variant}'`, {
    next: suggestion(
      variant,
      variants,
      variants.length > 0
        ? `its variants: ${variants.map((name) => `@${name}`).join(', ')}`
        : 'it has no variants',
    ),
  });
}
