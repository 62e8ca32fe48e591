/** A value of a JSON text, with the place where it stands: numbers, escapes and repeated keys are still as written. */
export type JsonNode =
  | { kind: 'object'; start: number; end: number; members: { key: string; node: JsonNode }[] }
  | { kind: 'array'; start: number; end: number; items: JsonNode[] }
  | { kind: 'string' | 'number' | 'boolean' | 'null'; start: number; end: number };

type Container = Extract<JsonNode, { kind: 'object' | 'array' }>;

const SPACE = /[^ \t\n\r]/g;
const END = /[ \t\n\r{}[\],:"]/g;

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

  for (let at = find(SPACE, text, 0); at < text.length; at = find(SPACE, text, at)) {
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

function tokenEnd(text: string, at: number): number {
  const first = text[at] ?? '';
  if ('{}[],:'.includes(first)) return at + 1;
  return first === '"' ? stringEnd(text, at) : find(END, text, at);
}

/** By hand: a single expression for strings needs more stack than there is for a string of some megabytes. */
function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
