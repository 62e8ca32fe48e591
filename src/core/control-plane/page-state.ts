import type { Json } from '../json.ts';
import { shownUrl } from '../shown-url.ts';
import { assumptionsOf } from './assumptions.ts';
import type { PlanePorts } from './call.ts';
import { type Action, type Binding, type Operation, type Route, routesOf } from './document.ts';
import { eventTypesOf, isDisabled, type Resource, resourceScope, urlOf } from './resource.ts';
import { subscribersOf } from './subscribers.ts';

/** A call of the API that a button makes; `{eventType}` in the body is what the page lets one choose. */
interface PageAction {
  label: string;
  method: string;
  path: string;
  /** Proposed body; null for none. */
  body: Json;
}

const LABELS: Readonly<Partial<Record<Action, string>>> = {
  test: 'Send test',
  replay: 'Replay',
  'read-secret': 'Show secret',
  'rotate-secret': 'Rotate secret',
  update: 'Change',
  delete: 'Delete',
};

const SHOWN_DELIVERIES = 50;

/** What the page shows; holds no secret. */
export function pageState(ports: PlanePorts): object {
  const { document, store, eventTypes } = ports;
  const kinds = document['x-hooks-kinds'];
  const routes = routesOf(document);
  return {
    title: document.info.title,
    kinds: Object.entries(kinds).map(([name, kind]) => ({
      label: kind.label,
      create:
        routes
          .filter((route) => isFor(route, 'create', name))
          .map((route) => action(route, 'Create', {}))[0] ?? null,
      items: store.resources(name).map((resource) => ({
        id: resource.id,
        url: shownUrl(urlOf(resource, kind) ?? ''),
        eventTypes: kind.eventTypes === undefined ? null : (eventTypesOf(resource, kind) ?? 'all'),
        isDisabled: isDisabled(resource, kind),
        shown: resourceScope(resource, kind).shown,
        actions: routes.flatMap((route) => actionFor(route, resource)),
      })),
    })),
    eventTypes: eventTypes.map((one) => ({
      ...one,
      subscribers: subscribersOf(kinds, store.resources, one.eventType).length,
    })),
    deliveries: store
      .deliveries({ most: SHOWN_DELIVERIES })
      .map(({ body, url, createdAt, attemptedAt: _, ...one }) => ({
        ...one,
        url: shownUrl(url),
        createdAt: createdAt.toISOString(),
        sizeBytes: body.length,
      })),
    assumed: assumptionsOf(document),
  };
}

function isFor({ operation }: Route, wanted: Action, kind: string): boolean {
  const binding: Binding = operation['x-hooks-do'];
  return binding.action === wanted && binding.kind === kind;
}

function actionFor(route: Route, resource: Resource): PageAction[] {
  const binding = route.operation['x-hooks-do'];
  const label = LABELS[binding.action];
  if (label === undefined || binding.kind !== resource.kind) return [];
  return [
    action(route, `${label}${binding.action === 'replay' ? `: ${route.operation.summary}` : ''}`, {
      resource,
    }),
  ];
}

function action(
  { method, path, operation }: Route,
  label: string,
  { resource }: { resource?: Resource },
): PageAction {
  const id = operation['x-hooks-do'].id ?? '$path.id';
  const [place, name] = typeof id === 'string' ? id.slice(1).split('.') : [];
  // Other parameters of a path name what a stand-in has one of.
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, parameter: string) =>
    parameter === name && resource ? encodeURIComponent(resource.id) : 'local',
  );
  const example = exampleOf(operation);
  const body =
    place === 'body' && name !== undefined && resource && typeof example === 'object' && example !== null
      ? { ...example, [name]: resource.id }
      : example;
  return { label, method, path: filled, body };
}

function exampleOf({ requestBody }: Operation): Json {
  return requestBody?.content['application/json']?.example ?? null;
}
