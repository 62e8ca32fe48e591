import { isObject, type Json } from '../json.ts';
import { valueAt } from '../json-pointer.ts';

/**
 * JSON with holes. A text `$a.b` is the value at a.b, and left out where there is none. Objects with one of these keys
 * stand for what they compute: `{"$each": "$items", "as": …}` a list, with `"by"` an object under these keys;
 * `{"$or": […]}` the first that is there; `{"$case": "$x", "of": {…}}` one of several.
 */
export type Template = Json;

/** What the holes are filled from. */
export type Scope = Readonly<Record<string, unknown>>;

/** The template with its holes filled; undefined where it is one hole and nothing fits. */
export function fill(template: Template | undefined, scope: Scope): Json | undefined {
  if (typeof template === 'string')
    return template.startsWith('$') ? (valueAt(scope, template.slice(1).split('.')) as Json) : template;
  if (Array.isArray(template)) return template.flatMap((item) => asList(fill(item, scope)));
  if (!isObject(template)) return template;
  if ('$each' in template) return each(template, scope);
  if ('$or' in template) return firstOf(template.$or as Template[], scope);
  if ('$case' in template) {
    const key = fill(template.$case as Template, scope);
    const cases = template.of as Record<string, Template>;
    return typeof key === 'string' && Object.hasOwn(cases, key) ? fill(cases[key], scope) : undefined;
  }
  return Object.fromEntries(
    Object.entries(template).flatMap(([key, value]) => {
      const filled = fill(value as Template, scope);
      return filled === undefined ? [] : [[key, filled]];
    }),
  );
}

function each(template: Record<string, unknown>, scope: Scope): Json {
  const list = fill(template.$each as Template, scope);
  const items = Array.isArray(list) ? list : [];
  const filled = items.map((item) => {
    const inner = { ...scope, item };
    return {
      key: fill(template.by as Template | undefined, inner),
      value: fill(template.as as Template, inner),
    };
  });
  if (template.by === undefined) return filled.flatMap(({ value }) => asList(value));
  return Object.fromEntries(filled.map(({ key, value }) => [String(key), value ?? null]));
}

function firstOf(choices: readonly Template[], scope: Scope): Json | undefined {
  for (const choice of choices) {
    const filled = fill(choice, scope);
    if (filled !== undefined) return filled;
  }
  return undefined;
}

function asList(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

/** The template filled, where a text is wanted. */
export function fillText(template: Template | undefined, scope: Scope): string | undefined {
  const filled = fill(template, scope);
  return typeof filled === 'string' ? filled : undefined;
}
