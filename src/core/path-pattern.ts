import { resolvePath } from './body-path.ts';
import { isObject } from './json.ts';
import { parsePointer, valueAt } from './json-pointer.ts';

/** Stands for every key of an object and every item of a list. */
const ANY = Symbol('any');

type Segment = string | typeof ANY;

/** Where a value is among the paths that are looked for. */
export interface PathState {
  /** Positions of the paths that end here. */
  readonly ends: readonly number[];
  /** The state of a value inside. */
  child(key: string): PathState;
}

interface Branch {
  ends: number[];
  children: Map<Segment, Branch>;
}

/**
 * The state of a whole document for paths as `resolvePath` reads them, with `*` for every key or item, in a JSON Pointer
 * as well: `items[*].email`, `contacts.*.name`. A key that is a star is written `["*"]`. Throws HooksError `usage` for a
 * malformed path.
 */
export function comparePaths(document: unknown, paths: readonly string[]): PathState {
  const root: Branch = { ends: [], children: new Map() };
  for (const [index, path] of paths.entries()) {
    for (const pattern of patternsOf(document, path)) add(root, pattern, index);
  }
  return stateOf([root]);
}

function add(root: Branch, pattern: readonly Segment[], index: number): void {
  let branch = root;
  for (const segment of pattern) {
    const next: Branch = branch.children.get(segment) ?? { ends: [], children: new Map() };
    branch.children.set(segment, next);
    branch = next;
  }
  branch.ends.push(index);
}

const NOWHERE: PathState = { ends: [], child: () => NOWHERE };

function stateOf(branches: readonly Branch[]): PathState {
  if (branches.length === 0) return NOWHERE;
  return {
    ends: branches.flatMap(({ ends }) => ends),
    child: (key) =>
      stateOf(
        branches
          .flatMap(({ children }) => [children.get(key), children.get(ANY)])
          .filter((branch) => branch !== undefined),
      ),
  };
}

function patternsOf(document: unknown, path: string): Segment[][] {
  if (path.startsWith('/')) {
    return [parsePointer(path).map((segment) => (segment === '*' ? ANY : segment))];
  }
  return path === '' ? [[...resolvePath(document, path)]] : expand(document, splitAtStars(path));
}

/** What stands before, between and behind the stars. */
function splitAtStars(path: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of path.matchAll(/\["(?:\\.|[^"\\])*"\]|\\.|(?:^|\.)\*(?=$|[.[])|\[\*\]/g)) {
    if (!/^(?:\.?\*|\[\*\])$/.test(match[0])) continue;
    pieces.push(path.slice(from, match.index));
    from = match.index + match[0].length;
  }
  pieces.push(path.slice(from));
  return pieces.map((piece, index) => (index === 0 ? piece : piece.replace(/^\./, '')));
}

/** Behind a star, each value is asked for its own keys with dots; alike patterns come once. */
function expand(document: unknown, pieces: readonly string[]): Segment[][] {
  const [piece = '', ...rest] = pieces;
  const head = piece === '' ? [] : resolvePath(document, piece);
  if (rest.length === 0) return [[...head]];
  const tails = new Map<string, Segment[]>();
  for (const child of childrenOf(valueAt(document, head))) {
    for (const tail of expand(child, rest)) {
      tails.set(JSON.stringify(tail.map((segment) => (segment === ANY ? null : segment))), tail);
    }
  }
  return [...tails.values()].map((tail) => [...head, ANY, ...tail]);
}

function childrenOf(value: unknown): unknown[] {
  const children = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return children.length > 0 ? children : [undefined];
}
