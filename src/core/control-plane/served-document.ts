import { isObject } from '../json.ts';
import { basePath, type ControlPlaneDocument, METHODS, PROBLEMS, type Problem } from './document.ts';
import { problemStatus } from './refusal.ts';

/** The document with the event types in the places that are marked for them, as it is interpreted and validated by. */
export function withEventTypes(
  document: ControlPlaneDocument,
  eventTypes: readonly string[],
): ControlPlaneDocument {
  return visit(document) as ControlPlaneDocument;

  function visit(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(visit);
    if (!isObject(node)) return node;
    const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
    return copy['x-hooks-enum'] === 'event-types' ? { ...copy, enum: eventTypes } : copy;
  }
}

const SAID: Readonly<Partial<Record<Problem, string>>> = {
  invalid: 'The request does not fit the description.',
  unauthorized: 'The key is missing or wrong.',
  'not-found': 'There is no such thing.',
  'unsupported-media-type': 'The body is not application/json.',
  'rate-limited': 'Too many requests; Retry-After says in how many seconds the next may come.',
};

/** The document as it is served at `/openapi.json`: with the address, the errors and what hooks adds of its own. */
export function servedDocument(document: ControlPlaneDocument, url: string): object {
  const paths = Object.entries(document.paths).map(
    ([path, item]) => [path, withErrors(item, document)] as const,
  );
  // OpenAPI knows no $schema: that one is for editors of the file.
  const { $schema: _, ...rest } = document as ControlPlaneDocument & { $schema?: string };
  return {
    ...rest,
    servers: [{ url: url + basePath(document), description: 'hooks serve, a local stand-in' }],
    paths: { ...Object.fromEntries(paths), ...ownPaths(url) },
    components: {
      ...document.components,
      responses: { ...document.components?.responses, ...errorResponses() },
    },
  };
}

function withErrors(item: Record<string, unknown>, document: ControlPlaneDocument): object {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => {
      if (!METHODS.some((method) => method === key) || !isObject(value)) return [key, value];
      const errors = (Object.keys(SAID) as Problem[])
        .filter((problem) => problem !== 'rate-limited' || document['x-hooks-rate-limits'] !== undefined)
        .map((problem) => [
          String(problemStatus(document['x-hooks-errors'], problem)),
          { $ref: `#/components/responses/${problem}` },
        ]);
      return [
        key,
        { ...value, responses: { ...Object.fromEntries(errors), ...(value.responses as object) } },
      ];
    }),
  );
}

function errorResponses(): object {
  const described = PROBLEMS.filter((problem) => SAID[problem] !== undefined).map((problem) => [
    problem,
    {
      description: SAID[problem],
      ...(problem === 'rate-limited' && {
        headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } } },
      }),
      content: { 'application/json': { schema: {} } },
    },
  ]);
  return Object.fromEntries(described);
}

const OURS = 'Of hooks itself; the provider has nothing like it.';

function ownPaths(url: string): object {
  const json = (schema: object) => ({ 'application/json': { schema } });
  return {
    '/_hooks/events': {
      servers: [{ url }],
      post: {
        operationId: 'hooksFireEvent',
        summary: 'Fire an event type to all that have subscribed to it',
        description: OURS,
        requestBody: {
          required: true,
          content: json({
            type: 'object',
            required: ['eventType'],
            properties: {
              eventType: { type: 'string', description: 'Event type or its slug.' },
              set: {
                type: 'object',
                description: 'Values by JSON Pointer into the payload.',
                additionalProperties: true,
              },
            },
          }),
        },
        responses: {
          '202': { description: 'What is now being delivered.', content: json({ type: 'object' }) },
        },
      },
    },
    '/_hooks/state': {
      servers: [{ url }],
      get: {
        operationId: 'hooksState',
        summary: 'What the page shows: resources, event types, the last deliveries, what is assumed',
        description: OURS,
        responses: {
          '200': { description: 'The state, without secrets.', content: json({ type: 'object' }) },
        },
      },
    },
  };
}
