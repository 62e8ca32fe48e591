import { eventNames, namesOf, type ProviderPack } from '../core/catalogue.ts';
import { createEventMatch } from '../core/event-pattern.ts';
import { suggestion } from '../core/nearest.ts';
import type { Selection } from '../core/selection.ts';

/** A name that is nobody's, in words, with what may have been meant. */
export interface UnknownName {
  message: string;
  next: string;
}

/** The selection with the ids of providers in place of their other names: recordings hold ids. */
export function withProviderIds(selection: Selection, packs: readonly ProviderPack[]): Selection {
  const { provider, events } = selection;
  const idOf = (name: string) =>
    packs.find(({ manifest }) => namesOf(manifest).includes(name.toLowerCase()))?.manifest.id ?? name;
  return {
    ...selection,
    ...(provider !== undefined && { provider: idOf(provider) }),
    ...(events && { events: events.map((pattern) => pattern.replace(/^[^/*]+(?=\/)/, idOf)) }),
  };
}

/**
 * The names in a selection that neither a provider nor a recording has; `isRecorded` tells the latter. They are no
 * error: a recording may be of a provider that is not here.
 */
export function unknownNames(
  { provider, events = [] }: Selection,
  packs: readonly ProviderPack[],
  isRecorded: (selection: Selection) => boolean,
): UnknownName[] {
  const unknownProvider =
    provider !== undefined &&
    !packs.some(({ manifest }) => manifest.id === provider) &&
    !isRecorded({ provider });
  return [
    ...(unknownProvider ? [unknownProviderName(provider, packs)] : []),
    ...events
      .filter((pattern) => !namesAnEvent(pattern, packs) && !isRecorded({ events: [pattern] }))
      .map((pattern) => unknownEventName(pattern, packs)),
  ];
}

/** True if a pattern names an event type of any provider. */
export function namesAnEvent(pattern: string, packs: readonly ProviderPack[]): boolean {
  const matches = createEventMatch(pattern, packs);
  return packs.some(({ manifest }) =>
    Object.keys(manifest.events).some((eventType) => matches({ provider: manifest.id, eventType })),
  );
}

export function unknownEventName(pattern: string, packs: readonly ProviderPack[]): UnknownName {
  const names = packs.flatMap(({ manifest }) => eventNames(manifest));
  return {
    message: `no event type is called '${pattern}'`,
    next: suggestion(pattern.replace(/^[^/*]+\//, ''), names, 'list them with `hooks events`'),
  };
}

function unknownProviderName(name: string, packs: readonly ProviderPack[]): UnknownName {
  const names = packs.flatMap(({ manifest }) => namesOf(manifest));
  const ids = packs.map(({ manifest }) => manifest.id);
  return {
    message: `no provider is called '${name}'`,
    next: suggestion(name, names, `known providers: ${ids.join(', ')}`),
  };
}
