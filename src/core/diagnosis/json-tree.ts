import { tokenEnd, tokenStart } from '../json-tokens.ts';

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
    const start = tokenStart(text, position);
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
    const start = tokenStart(text, position);
    const end = start < text.length ? tokenEnd(text, start) : start;
    parts.push(text.slice(position, start));
    const token = text.slice(start, end);
    if (token.startsWith('"')) parts.push(string(token));
    else parts.push(/^[-\d]/.test(token) ? number(token) : token);
    position = end;
  }
  return parts.join('');
}
