import { parseEndpoint } from '../endpoint-address.ts';
import { HooksError, reasonOf } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import { suggestion } from '../nearest.ts';
import { checkEndpointName } from '../saved-endpoint.ts';
import type { Located, Path } from '../scenario/located.ts';
import { fileError, type Problem } from '../scenario/problem.ts';
import { isSecretParameter } from '../secret-names.ts';
import { parseSecretReference } from '../secret-reference.ts';
import { checkSettingValue } from '../settings.ts';
import {
  type PlacedReference,
  type PlacedText,
  PROJECT_SETTINGS,
  type ProjectEndpoint,
  type ProjectText,
} from './project.ts';

type Fields = Record<string, Json>;

const KEYS = [...PROJECT_SETTINGS, 'endpoints', 'scenarios', 'providers'];
const ENDPOINT_KEYS = ['url', 'provider', 'events', 'secret', 'secrets'];

// What may be written as a number: a port; of a duration its own check asks for the unit.
const NUMBERS = ['url', 'endpoint', 'port', 'timeout', 'tolerance'];

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are the spellings that are meant
const REFERENCES = '${env:NAME} or ${file:path}';

/** Keys that one might look for here, and why they are not. */
const REFUSED: Readonly<Record<string, string>> = {
  secret: 'a secret belongs to an endpoint, as a reference: endpoints.<name>.secret: ${env:NAME}',
  insecure: 'TLS checks can be switched off for one call alone, with --insecure',
};
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: these are the spellings that are meant

/** The problems of a project file as one error. */
export function projectError(problems: readonly Problem[]): HooksError {
  return fileError(problems, 'see the format with `hooks schema project` and in docs/project.md');
}

/**
 * What a project file says. Accepts what `fixtures/project.schema.json` does, and tells what no schema can. Throws
 * HooksError `invalid-input` with file, line and column of everything that is wrong, never with a secret in it.
 */
export function parseProject({ document, placeOf, placeOfKey }: Located): ProjectText {
  const problems: Problem[] = [];
  const fields = fieldsOf(document, [], KEYS, 'the project file');
  const project: ProjectText = {
    settings: settings(),
    endpoints: new Map(
      Object.entries(fieldsOf(fields.endpoints, ['endpoints'])).flatMap(([name, value]) => {
        const one = endpoint(name, value);
        return one === undefined ? [] : [[name, one] as const];
      }),
    ),
    scenarios: paths('scenarios'),
    providers: paths('providers'),
  };
  if (problems.length > 0) throw projectError(problems);
  return project;

  function settings(): ProjectText['settings'] {
    const entries = PROJECT_SETTINGS.flatMap((key) => {
      const path = [key];
      const value = fields[key] === undefined ? undefined : text(fields[key], path);
      if (value === undefined) return [];
      tell(path, () => checkSettingValue(key, value));
      if (key === 'endpoint') address(value, path);
      return [[key, value] as const];
    });
    return Object.fromEntries(entries);
  }

  function endpoint(name: string, value: Json): ProjectEndpoint | undefined {
    const path = ['endpoints', name];
    tell(path, () => checkEndpointName(name), placeOfKey);
    const own = fieldsOf(value, path, ENDPOINT_KEYS, `the endpoint '${name}'`);
    if (isObject(value) && own.url === undefined) wrong(path, `the endpoint '${name}' has no url`);
    const url = own.url === undefined ? undefined : text(own.url, [...path, 'url']);
    const parsed = url === undefined ? undefined : address(url, [...path, 'url']);
    const provider = own.provider === undefined ? undefined : text(own.provider, [...path, 'provider']);
    const events = own.events === undefined ? undefined : texts(own.events, [...path, 'events']);
    if (own.secret !== undefined && own.secrets !== undefined) {
      wrong([...path, 'secrets'], 'secret and secrets both give the secret', 'put all of them in secrets');
    }
    return {
      url: parsed?.href ?? '',
      ...(provider !== undefined && { provider }),
      ...(events && { events: events.map(({ text }) => text) }),
      references: [
        ...(own.secret === undefined ? [] : reference(own.secret, [...path, 'secret'])),
        ...secrets(own.secrets, [...path, 'secrets']),
      ],
      place: placeOfKey(path),
    };
  }

  function secrets(value: Json | undefined, path: Path): PlacedReference[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length > 0)
      return value.flatMap((entry, index) => reference(entry, [...path, index]));
    // Whatever stands there may be a secret.
    wrong(path, 'must be a list of references', `write a list of ${REFERENCES}`);
    return [];
  }

  function reference(value: Json, path: Path): PlacedReference[] {
    const found = typeof value === 'string' ? parseSecretReference(value) : undefined;
    if (found === undefined) {
      const variable =
        typeof value === 'string' ? /^\$\{?([A-Z_][A-Z0-9_]*)\}?$/.exec(value)?.[1] : undefined;
      const next =
        variable === undefined
          ? `write ${REFERENCES}; a secret that has been committed has to be replaced`
          : `did you mean \${env:${variable}}?`;
      wrong(path, 'must be a reference; no secret stands in a file that is made to be committed', next);
      return [];
    }
    if (found.from === 'file' && leaves(found.name)) {
      wrong(
        path,
        'a secret is read only from a file in the folder of the project',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the spelling that is meant
        'name it relative to that folder, or hand it over with ${env:NAME} or --secret-file',
      );
      return [];
    }
    return [{ ...found, place: placeOf(path) }];
  }

  function paths(key: 'scenarios' | 'providers'): PlacedText[] {
    return fields[key] === undefined ? [] : texts(fields[key], [key]);
  }

  /** One text, or a list of them. */
  function texts(value: Json, path: Path): PlacedText[] {
    const entries = Array.isArray(value)
      ? value.map((entry, index) => [entry, [...path, index]] as const)
      : [[value, path] as const];
    if (entries.length === 0) wrong(path, `${path.at(-1)} is an empty list`, 'fill it, or leave it out');
    return entries.flatMap(([entry, at]) => {
      const one = text(entry, at);
      return one === undefined ? [] : [{ text: one, place: placeOf(at) }];
    });
  }

  function text(value: Json | undefined, path: Path): string | undefined {
    const key = path.findLast((part) => typeof part === 'string') ?? '';
    if (typeof value === 'number' && NUMBERS.includes(key)) return String(value);
    if (typeof value !== 'string' || value === '') {
      wrong(path, value === '' ? `${key} is empty` : `${key} must be a text`);
      return undefined;
    }
    if (!value.includes('${')) return value;
    wrong(
      path,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the spelling that is meant
      '${…} is expanded in secret and secrets alone, so that no file can put your environment anywhere else',
      'write the value itself; what differs from person to person goes into `hooks endpoint add` or --to',
    );
    return undefined;
  }

  /** The URL of an address; undefined for the name of an endpoint. Credentials in it are refused. */
  function address(value: string, path: Path): URL | undefined {
    if (path.length === 1 && /^[a-z][a-z0-9_-]*$/i.test(value)) return undefined;
    const url = tell(path, () => parseEndpoint(value));
    if (url === undefined) return undefined;
    const hasSecret =
      url.username !== '' || url.password !== '' || [...url.searchParams.keys()].some(isSecretParameter);
    if (hasSecret) {
      wrong(
        path,
        'the URL holds credentials; none stand in a file that is made to be committed',
        'save the endpoint for yourself with `hooks endpoint add`, or leave the credentials out',
      );
    }
    return url;
  }

  function fieldsOf(value: Json | undefined, path: Path, keys?: readonly string[], what = ''): Fields {
    // Nothing but a key, or an empty file.
    if (value === undefined || (value === null && path.length < 2)) return {};
    if (!isObject(value)) {
      wrong(path, `${path.length === 0 ? what : path.at(-1)} must be a map of keys and values`);
      return {};
    }
    if (keys !== undefined) refuseOthers(Object.keys(value), path, keys, what);
    return value as Fields;
  }

  function refuseOthers(given: readonly string[], path: Path, keys: readonly string[], what: string): void {
    for (const key of given.filter((name) => !keys.includes(name))) {
      const own = path.length === 0 && Object.hasOwn(REFUSED, key) ? REFUSED[key] : undefined;
      problems.push({
        place: placeOfKey([...path, key]),
        message: `${what} has no key '${key}'`,
        next: own ?? suggestion(key, keys, `what can stand here: ${keys.join(', ')}`),
      });
    }
  }

  function wrong(path: Path, message: string, next?: string): void {
    problems.push({ place: placeOf(path), message, ...(next !== undefined && { next }) });
  }

  /** What `run` gives; what it throws is told as of that place. */
  function tell<T>(path: Path, run: () => T, placed = placeOf): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      const { next } = error;
      problems.push({
        place: placed(path),
        message: reasonOf(error),
        ...(next !== undefined && { next }),
      });
      return undefined;
    }
  }
}

/** True for a path that is absolute or leads out of the folder that it is relative to. */
function leaves(path: string): boolean {
  if (/^(?:[/\\~]|[a-z]:)/i.test(path)) return true;
  let depth = 0;
  for (const part of path.split(/[/\\]/)) {
    if (part === '..') depth--;
    else if (part !== '' && part !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}
