import type { ResourceKind } from './document.ts';
import { eventTypesOf, fieldAt, isDisabled, type Resource } from './resource.ts';

/** A resource with a URL that gets an event, and whether it is switched off. */
export interface Subscriber {
  resource: Resource;
  kind: ResourceKind;
  isDisabled: boolean;
}

/** Everything that gets an event of that type, each once. */
export function subscribersOf(
  kinds: Readonly<Record<string, ResourceKind>>,
  resourcesOf: (kind: string) => readonly Resource[],
  eventType: string,
): Subscriber[] {
  const found = new Map<string, Subscriber>();
  for (const [name, kind] of Object.entries(kinds)) {
    if (kind.eventTypes === undefined) continue;
    for (const asking of resourcesOf(name)) {
      const wanted = eventTypesOf(asking, kind);
      if (wanted !== undefined && !wanted.includes(eventType)) continue;
      for (const target of targetsOf(asking, kind))
        found.set(`${target.resource.kind} ${target.resource.id}`, target);
    }
  }
  return [...found.values()];

  function targetsOf(asking: Resource, kind: ResourceKind): Subscriber[] {
    const isOff = isDisabled(asking, kind);
    if (kind.via === undefined) return [{ resource: asking, kind, isDisabled: isOff }];
    const through = kinds[kind.via.kind];
    const ids = [fieldAt(asking, kind.via.ids)].flat();
    if (through === undefined) return [];
    return resourcesOf(kind.via.kind)
      .filter(({ id }) => ids.includes(id))
      .map((resource) => ({ resource, kind: through, isDisabled: isOff || isDisabled(resource, through) }));
  }
}
