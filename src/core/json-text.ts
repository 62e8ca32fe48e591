import { tokenEnd, tokenStart } from './json-tokens.ts';

/** A value of a JSON text, with the place where it stands: numbers, escapes and repeated keys are still as written. */
export type JsonNode =
  | { kind: 'object'; start: number; end: number; members: { key: string; node: JsonNode }[] }
  | { kind: 'array'; start: number; end: number; items: JsonNode[] }
  | { kind: 'string' | 'number' | 'boolean' | 'null'; start: number; end: number };

type Container = Extract<JsonNode, { kind: 'object' | 'array' }>;

/** The values of a text that JSON.parse accepts; deep nesting needs no stack. */
export function readJsonText(text: string): JsonNode {
  const open: Container[] = [];
  let root: JsonNode = { kind: 'null', start: 0, end: 0 };
  let key: string | undefined;

  function attach(node: JsonNode): void {
    const parent = open.at(-1);
    if (parent === undefined) root = node;
    else if (parent.kind === 'array') parent.items.push(node);
    else parent.members.push({ key: key ?? '', node });
    key = undefined;
  }

  for (let at = tokenStart(text, 0); at < text.length; at = tokenStart(text, at)) {
    const first = text[at] ?? '';
    const start = at;
    at = tokenEnd(text, at);
    if (first === '{' || first === '[') {
      const container: Container =
        first === '{'
          ? { kind: 'object', start, end: at, members: [] }
          : { kind: 'array', start, end: at, items: [] };
      attach(container);
      open.push(container);
    } else if (first === '}' || first === ']') {
      const closed = open.pop();
      if (closed) closed.end = at;
    } else if (first === '"' && open.at(-1)?.kind === 'object' && key === undefined) {
      key = JSON.parse(text.slice(start, at)) as string;
    } else if (first !== ',' && first !== ':') attach({ kind: kindOf(first), start, end: at });
  }
  return root;
}

function kindOf(first: string): 'string' | 'number' | 'boolean' | 'null' {
  if (first === '"') return 'string';
  if (first === 'n') return 'null';
  return first === 't' || first === 'f' ? 'boolean' : 'number';
}
