import { parseDuration } from '../duration.ts';
import { HooksError } from '../errors.ts';
import { type RandomBytes, ulid, uuid } from '../identifiers.ts';
import { isObject, type Json } from '../json.ts';
import type { Scenario } from './scenario.ts';

/** What references in the texts of a scenario stand for. */
export interface Scope {
  variables: ReadonlyMap<string, Json>;
  now: Date;
  random: RandomBytes;
}

/** Names that are no variables of the user's. */
export const BUILT_IN = ['uuid', 'ulid', 'now', 'index'] as const;

// `$${` is a literal `${`; a `${` that is never closed is one, too, and `checkTemplate` refuses it.
const REFERENCE = /\$(?<escaped>\$\{)|\$\{(?<name>[^}]*)\}/g;
const TIME = /^now(?:(?<sign>[+-])(?<duration>.+))?$/;

/** The text with every `${…}` replaced. Throws HooksError `usage` for a variable that has no value. */
export function expandText(
  text: string,
  scope: Scope,
  write: (value: string) => string = (value) => value,
): string {
  return text.replace(REFERENCE, (_, escaped: string | undefined, name: string) => {
    if (escaped !== undefined) return escaped;
    const value = resolveReference(name, scope);
    return write(typeof value === 'string' ? value : JSON.stringify(value));
  });
}

/** The value with every `${…}` in its texts replaced; a text that is one reference becomes the value itself. */
export function expandValue(value: Json, scope: Scope): Json {
  if (typeof value === 'string') {
    const only = /^\$\{([^}]*)\}$/.exec(value)?.[1];
    return only === undefined ? expandText(value, scope) : structuredClone(resolveReference(only, scope));
  }
  if (Array.isArray(value)) return value.map((item) => expandValue(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expandValue(item, scope)]));
}

/** The variables of a scenario, each made once from those above it. */
export function expandVariables(
  { variables: written }: Pick<Scenario, 'variables'>,
  { now, random }: Omit<Scope, 'variables'>,
): Map<string, Json> {
  const variables = new Map<string, Json>();
  for (const [name, value] of written) variables.set(name, expandValue(value, { variables, now, random }));
  return variables;
}

function resolveReference(name: string, { variables, now, random }: Scope): Json {
  if (name === 'uuid') return uuid(random);
  if (name === 'ulid') return ulid(random, now);
  const time = TIME.exec(name)?.groups;
  if (time) return shifted(now, time).toISOString();
  const value = variables.get(name);
  if (value !== undefined) return value;
  throw new HooksError('usage', `the variable ${name} has no value`, {
    why: 'the step that captures it was not played, or its answer did not have it',
  });
}

function shifted(now: Date, { sign, duration }: Record<string, string | undefined>): Date {
  if (duration === undefined) return now;
  const at = new Date(now.getTime() + (sign === '-' ? -1 : 1) * parseDuration(duration));
  if (!Number.isNaN(at.getTime())) return at;
  throw new HooksError('usage', `now${sign}${duration} is beyond what a date can be`);
}

/** What is wrong with the references of a text, given the names of variables that there are; undefined if nothing is. */
export function checkTemplate(text: string, known: ReadonlySet<string>): string | undefined {
  let rest = text;
  for (const { 0: whole, groups } of text.matchAll(REFERENCE)) {
    rest = rest.replace(whole, '');
    const problem = groups?.name === undefined ? undefined : checkReference(groups.name, known);
    if (problem !== undefined) return problem;
  }
  return rest.includes('${') ? 'a ${ is not closed; a literal one is written $${' : undefined;
}

function checkReference(name: string, known: ReadonlySet<string>): string | undefined {
  if (name === 'uuid' || name === 'ulid' || known.has(name)) return undefined;
  if (/^(?:env|file):/.test(name)) return `only secret takes a reference like \${${name}}`;
  const time = TIME.exec(name)?.groups;
  if (time) return checkShift(time);
  if (name === 'index') return `\${index} is the round of a repeat, and this is in none`;
  return `no variable is called '${name}' here; name it under variables, or capture it in a step before`;
}

function checkShift(time: Record<string, string | undefined>): string | undefined {
  try {
    shifted(new Date(0), time);
    return undefined;
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    return [error.message, error.next].filter(Boolean).join('; ');
  }
}

/** Names of variables that the texts of a value refer to, without those that are built in. */
export function referencedNames(value: object): string[] {
  const names = [...JSON.stringify(value).matchAll(/(?<!\$)\$\{(\w+)\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !(BUILT_IN as readonly string[]).includes(name));
}
