import { type RandomBytes, uuid } from '../identifiers.ts';
import { isObject, type Json } from '../json.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The document as a test event carries it: each UUID is another one, and each text under one of the keys is its name and
 * a random UUID, e.g. `MilestoneName6f1c…`. `name` alone is called by the object that it names.
 */
export function withRandomTexts(document: Json, keys: readonly string[], random: RandomBytes): Json {
  return visit(document, '', '');

  function visit(value: Json, key: string, parent: string): Json {
    if (Array.isArray(value)) return value.map((item) => visit(item, key, parent));
    if (isObject(value))
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, visit(inner as Json, name, key)]),
      );
    if (typeof value !== 'string') return value;
    if (UUID.test(value)) return uuid(random);
    if (!keys.includes(key)) return value;
    return `${capitalised(key === 'name' ? parent : '')}${capitalised(key)}${uuid(random)}`;
  }
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
