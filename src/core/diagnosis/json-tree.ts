/** JSON as it was written: numbers and strings keep their spelling, repeated keys stay. */
export type JsonNode =
  | { kind: 'object'; members: readonly (readonly [key: string, value: JsonNode])[] }
  | { kind: 'array'; items: readonly JsonNode[] }
  | { kind: 'string' | 'number' | 'word'; raw: string };

const DEEPEST = 200;

/** The tree of a text that JSON.parse accepts; undefined where it is nested deeper than 200. */
export function parseJsonTree(text: string): JsonNode | undefined {
  let position = 0;
  let isTooDeep = false;
  const root = parseValue(next(), 0);
  return isTooDeep ? undefined : root;

  function next(): string {
    while (isSpace(text.charCodeAt(position))) position += 1;
    const start = position;
    position = tokenEnd(text, start);
    return text.slice(start, position);
  }

  function parseValue(token: string, depth: number): JsonNode {
    if (depth > DEEPEST) isTooDeep = true;
    if (isTooDeep) return { kind: 'word', raw: '' };
    if (token === '{') return parseObject(depth);
    if (token === '[') return parseArray(depth);
    if (token.startsWith('"')) return { kind: 'string', raw: token };
    return { kind: /^[-\d]/.test(token) ? 'number' : 'word', raw: token };
  }

  function parseObject(depth: number): JsonNode {
    const members: [string, JsonNode][] = [];
    for (let token = next(); token !== '}' && token !== ''; token = next()) {
      if (token === ',') continue;
      next();
      members.push([token, parseValue(next(), depth + 1)]);
      if (isTooDeep) break;
    }
    return { kind: 'object', members };
  }

  function parseArray(depth: number): JsonNode {
    const items: JsonNode[] = [];
    for (let token = next(); token !== ']' && token !== ''; token = next()) {
      if (token === ',') continue;
      items.push(parseValue(token, depth + 1));
      if (isTooDeep) break;
    }
    return { kind: 'array', items };
  }
}

/** Where white space stands; `indent` puts every member on a line of its own. */
export interface JsonLayout {
  comma: string;
  colon: string;
  indent?: string;
}

/** How JSON is written anew. */
export interface JsonStyle {
  layout: JsonLayout;
  string: (raw: string) => string;
  number: (raw: string) => string;
  members: (members: readonly (readonly [string, JsonNode])[]) => readonly (readonly [string, JsonNode])[];
}

export function writeJson(node: JsonNode, style: JsonStyle): string {
  const { comma, colon, indent } = style.layout;
  return write(node, '');

  function write(value: JsonNode, margin: string): string {
    if (value.kind === 'object') {
      const texts = style.members(value.members).map(([key, member]) => {
        return style.string(key) + colon + write(member, margin + (indent ?? ''));
      });
      return enclose('{', texts, '}', margin);
    }
    if (value.kind === 'array') {
      const texts = value.items.map((item) => write(item, margin + (indent ?? '')));
      return enclose('[', texts, ']', margin);
    }
    if (value.kind === 'string') return style.string(value.raw);
    return value.kind === 'number' ? style.number(value.raw) : value.raw;
  }

  function enclose(open: string, texts: readonly string[], close: string, margin: string): string {
    if (texts.length === 0 || indent === undefined) return open + texts.join(comma) + close;
    const line = `\n${margin}${indent}`;
    return `${open}${line}${texts.join(`${comma}${line}`)}\n${margin}${close}`;
  }
}

/** The text with its strings and numbers written anew and everything else as it is. */
export function rewriteJsonTokens(
  text: string,
  { string, number }: Pick<JsonStyle, 'string' | 'number'>,
): string {
  const parts: string[] = [];
  for (let position = 0; position < text.length; ) {
    const end = isSpace(text.charCodeAt(position)) ? position + 1 : tokenEnd(text, position);
    const token = text.slice(position, end);
    if (token.startsWith('"')) parts.push(string(token));
    else parts.push(/^[-\d]/.test(token) ? number(token) : token);
    position = end;
  }
  return parts.join('');
}

// Scanned by hand: regular expressions run out of stack on strings of some megabytes.
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MARKS = new Set([...'{}[],:'].map((mark) => mark.charCodeAt(0)));

/** End of the token that starts there, in JSON that is known to be valid. */
function tokenEnd(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return stringEnd(text, start);
  if (MARKS.has(first)) return start + 1;
  let end = start;
  while (end < text.length && !isSpace(text.charCodeAt(end)) && !MARKS.has(text.charCodeAt(end))) end += 1;
  return end;
}

function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
