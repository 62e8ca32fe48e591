import type { Route } from './document.ts';

/** The route of a request with the values of its path; or the methods that its path has instead, none for no such path. */
export type RouteMatch = { route: Route; path: Record<string, string> } | { allowed: string[] };

/** Finds the route of a request. A path without parameters goes before one with them; one slash at the end is ignored. */
export function matchRoute(routes: readonly Route[], method: string, pathname: string): RouteMatch {
  const wanted = segmentsOf(pathname);
  const found = routes
    .flatMap((route) => {
      const path = valuesOf(segmentsOf(route.path), wanted);
      return path === undefined ? [] : [{ route, path }];
    })
    .sort((a, b) => Object.keys(a.path).length - Object.keys(b.path).length);
  const fitting = found.find(({ route }) => route.method === method);
  if (fitting) return fitting;
  return { allowed: [...new Set(found.map(({ route }) => route.method))] };
}

function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/');
}

function valuesOf(template: string[], path: string[]): Record<string, string> | undefined {
  if (template.length !== path.length) return undefined;
  const values: [string, string][] = [];
  for (const [index, part] of template.entries()) {
    const given = path[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== given) return undefined;
      continue;
    }
    const value = decoded(given);
    if (value === undefined || value === '') return undefined;
    values.push([name, value]);
  }
  return Object.fromEntries(values);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
