import { type Certainty, type ControlPlaneDocument, routesOf } from './document.ts';

/** Everything about the stand-in that is not published, one sentence each: what a client must not rely on. */
export function assumptionsOf(document: ControlPlaneDocument): string[] {
  const own = [
    ...document['x-hooks-assumed'],
    ...document['x-hooks-errors'].assumed.map((text) => `errors: ${text}`),
    ...(document['x-hooks-rate-limits'] ?? []).flatMap((limit) =>
      described(`${limit.requests} requests per ${limit.per} in ${limit.seconds} s`, limit),
    ),
  ];
  const ofRoutes = routesOf(document).flatMap(({ method, path, operation }) =>
    described(`${method} ${path}`, operation),
  );
  return [...own, ...ofRoutes];
}

function described(what: string, certainty: Certainty): string[] {
  const details = (certainty['x-hooks-assumed'] ?? []).map((text) => `${what}: ${text}`);
  const isGuess = certainty['x-hooks-confidence'] === 'assumed';
  return isGuess && details.length === 0 ? [`${what}: the whole operation`] : details;
}
