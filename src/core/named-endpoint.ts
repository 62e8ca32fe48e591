import type { PlacedReference, Project } from './project/project.ts';
import type { SavedEndpoint } from './saved-endpoint.ts';
import type { Place } from './scenario/scenario.ts';

/** Who says that deliveries go to an endpoint: the user, by a flag or for good, or no one but a file of the project. */
export type NamedBy = 'user' | 'project';

/** An endpoint under its name, wherever that was given. */
export interface NamedEndpoint extends SavedEndpoint {
  name: string;
  origin: NamedBy;
  /** Where the secrets of a project's endpoint stand. */
  references?: readonly PlacedReference[];
  /** Of an endpoint of a project. */
  place?: Place;
}

/**
 * All endpoints that can be named, in the order of their names. One of the project takes the place of the user's own of
 * that name altogether: no secret of the one goes to the URL of the other.
 */
export function namedEndpoints(
  user: Readonly<Record<string, SavedEndpoint>>,
  project?: Pick<Project, 'endpoints'>,
): ReadonlyMap<string, NamedEndpoint> {
  const all = new Map<string, NamedEndpoint>();
  for (const [name, endpoint] of Object.entries(user)) all.set(name, { ...endpoint, name, origin: 'user' });
  for (const [name, endpoint] of project?.endpoints ?? [])
    all.set(name, { ...endpoint, name, origin: 'project' });
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
