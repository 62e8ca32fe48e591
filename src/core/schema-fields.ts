import { isObject } from './json.ts';
import { formatPointer } from './json-pointer.ts';
import { referredTo } from './schema-reference.ts';

/** One field of a payload, as its schema describes it. */
export interface SchemaField {
  /** JSON Pointer into the payload; `*` stands for the items of a list. */
  pointer: string;
  type: string;
  isRequired: boolean;
  description?: string;
  /** How the field is known, where the schema says so. */
  basis?: string;
}

const MAX_DEPTH = 6;

/** The fields that a schema describes, parents before children; a definition that contains itself is opened once. */
export function schemaFields(schema: object): SchemaField[] {
  const fields: SchemaField[] = [];
  visit(schema, [], []);
  return fields;

  function visit(node: unknown, path: readonly string[], opened: readonly unknown[]): void {
    const resolved = resolve(node);
    if (!isObject(resolved) || opened.includes(resolved) || path.length > MAX_DEPTH) return;
    const inside = [...opened, resolved];
    if (isObject(resolved.items)) visit(resolved.items, [...path, '*'], inside);
    const required = Array.isArray(resolved.required) ? resolved.required : [];
    for (const [name, child] of Object.entries(isObject(resolved.properties) ? resolved.properties : {})) {
      if (child === false) continue;
      const at = [...path, name];
      fields.push(describe(at, child, required.includes(name)));
      visit(child, at, inside);
    }
  }

  function describe(path: readonly string[], node: unknown, isRequired: boolean): SchemaField {
    const resolved = resolve(node);
    const own = isObject(node) ? node : {};
    const target = isObject(resolved) ? resolved : {};
    const description = own.description ?? target.description;
    const basis =
      own['x-basis'] ?? target['x-basis'] ?? (target['x-assumed'] === true ? 'assumed' : undefined);
    return {
      pointer: formatPointer(path),
      type: typeName(target),
      isRequired,
      ...(typeof description === 'string' && { description }),
      ...(typeof basis === 'string' && { basis }),
    };
  }

  function resolve(node: unknown): unknown {
    let current = node;
    for (let hops = 0; hops < 20 && isObject(current) && typeof current.$ref === 'string'; hops++) {
      current = referredTo(schema, current.$ref);
    }
    return current;
  }

  function typeName(node: Record<string, unknown>, depth = 0): string {
    if (node.const !== undefined) return JSON.stringify(node.const);
    if (Array.isArray(node.enum)) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
    // A list may be defined as a list of itself.
    if (isObject(node.items) && depth < MAX_DEPTH)
      return `list of ${typeName(asRecord(resolve(node.items)), depth + 1)}`;
    const type = [node.type ?? (isObject(node.properties) ? 'object' : 'any')].flat().join(' | ');
    return typeof node.format === 'string' ? `${type} (${node.format})` : type;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}
