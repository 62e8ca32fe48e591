import { Buffer } from 'node:buffer';
import { HooksError } from './errors.ts';
import { parseJsonBytes } from './json.ts';
import { type JsonNode, readJsonText } from './json-text.ts';
import { comparePaths, type PathState } from './path-pattern.ts';
import { stringStandIn } from './stand-in.ts';

export interface Redacted {
  body: Uint8Array;
  /** Texts and numbers that were replaced, with what stands there now. */
  replaced: ReadonlyMap<string, string>;
  /** Paths that lead to nothing in this body. */
  unknownPaths: string[];
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * The JSON body with the values at the paths, and all values inside them, replaced by stand-ins of the same kind; `*`
 * in a path is every key or item. All other bytes stay as they are. Throws HooksError `usage` for a malformed path, and
 * for a body that is not JSON.
 */
export function redactBody(body: Uint8Array, paths: readonly string[]): Redacted {
  if (paths.length === 0) return { body, replaced: new Map(), unknownPaths: [] };
  const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  const markLength = hasMark ? 3 : 0;
  const parsed = parseJsonBytes(body.subarray(markLength));
  if ('problem' in parsed) {
    throw new HooksError('usage', 'values at paths can only be redacted in a JSON body', {
      why: parsed.problem,
      next: 'leave this delivery out of the selection',
    });
  }
  const text = new TextDecoder().decode(body);
  const found = new Set<number>();
  const leaves = leavesAt(readJsonText(text), comparePaths(parsed.value, paths), found);
  const replaced = new Map<string, string>();
  const edits = leaves.map((leaf) => standIn(leaf, text, replaced)).sort((a, b) => a.start - b.start);
  return {
    body: Buffer.concat([body.subarray(0, markLength), Buffer.from(applyEdits(text, edits))]),
    replaced,
    unknownPaths: paths.filter((_, index) => !found.has(index)),
  };
}

/** The values without values inside them at or under the paths; also notes which paths lead somewhere. */
function leavesAt(root: JsonNode, state: PathState, found: Set<number>): JsonNode[] {
  const leaves: JsonNode[] = [];
  const todo = [{ node: root, state, isInside: false }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node } = next;
    for (const index of next.state.ends) found.add(index);
    const isInside = next.isInside || next.state.ends.length > 0;
    if (node.kind === 'object') {
      for (const member of node.members)
        todo.push({ node: member.node, state: next.state.child(member.key), isInside });
    } else if (node.kind === 'array') {
      for (const [index, item] of node.items.entries())
        todo.push({ node: item, state: next.state.child(String(index)), isInside });
    } else if (isInside) leaves.push(node);
  }
  return leaves;
}

function standIn({ kind, start, end }: JsonNode, text: string, replaced: Map<string, string>): Edit {
  const written = text.slice(start, end);
  if (kind === 'boolean') return { start, end, text: 'false' };
  if (kind === 'number') {
    replaced.set(written, '0');
    return { start, end, text: '0' };
  }
  if (kind !== 'string') return { start, end, text: written };
  const value = JSON.parse(written) as string;
  const other = stringStandIn(value);
  replaced.set(value, other);
  return { start, end, text: JSON.stringify(other) };
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, text: written } of edits) {
    parts.push(text.slice(position, start), written);
    position = end;
  }
  return parts.join('') + text.slice(position);
}
