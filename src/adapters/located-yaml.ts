import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { HooksError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { formatPointer } from '../core/json-pointer.ts';
import type { Located, Path } from '../core/scenario/located.ts';
import { type Problem, scenarioError } from '../core/scenario/problem.ts';
import type { Place } from '../core/scenario/scenario.ts';

// Aliases can make a small file a huge document.
const MOST_VALUES = 100_000;
const DEEPEST = 64;
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the spelling that is meant
const UNQUOTED = 'inside { } and [ ] a text with ${…} needs quotes: { id: "${name}" }';

/**
 * YAML 1.2 (and so JSON) as a JSON value that knows where each part stands. Throws HooksError `invalid-input` with file,
 * line and column: for what is no YAML, and for YAML that is no JSON (tags, dates apart, numbers that cannot be kept);
 * `errorOf` words it for files that are no scenarios.
 */
export function parseYaml(
  text: string,
  file: string,
  errorOf: (problems: readonly Problem[]) => HooksError = scenarioError,
): Located {
  const lines = new LineCounter();
  const parsed = parseDocument(text.replace(/^\ufeff/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    intAsBigInt: true,
    stringKeys: true,
  });
  const faults = [...parsed.errors, ...parsed.warnings];
  if (faults.length > 0) {
    throw errorOf(
      faults.map(({ message, pos }) => ({
        place: place(pos[0]),
        message: `not readable as YAML: ${message}`,
        ...(isUnquoted(text, place(pos[0]).line) && { next: UNQUOTED }),
      })),
    );
  }
  const places = new Map<string, Place>();
  const keyPlaces = new Map<string, Place>();
  let values = 0;
  const document = parsed.contents === null ? null : convert(parsed.contents, [], place(0), undefined);
  return { document, placeOf, placeOfKey: (path) => keyPlaces.get(pointer(path)) ?? placeOf(path) };

  function convert(node: unknown, path: Path, fallback: Place, at: Place | undefined): Json {
    const own = at ?? placeOfNode(node) ?? fallback;
    places.set(pointer(path), own);
    if (++values > MOST_VALUES || path.length > DEEPEST) {
      throw problem(own, 'too large or nested too deeply');
    }
    if (isAlias(node)) return convert(node.resolve(parsed as Document), path, own, own);
    if (isSeq(node)) return node.items.map((item, index) => convert(item, [...path, index], own, undefined));
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }): [string, Json] => {
        const name = String(isScalar(key) ? key.value : key);
        const keyPlace = placeOfNode(key) ?? own;
        if (name === '__proto__') throw problem(keyPlace, 'a key cannot be called __proto__');
        const converted = convert(value, [...path, name], keyPlace, undefined);
        keyPlaces.set(pointer([...path, name]), keyPlace);
        // What a person looks for is the key, where the value is a whole map or list.
        if (!isScalar(value)) places.set(pointer([...path, name]), keyPlace);
        return [name, converted];
      });
      return Object.fromEntries(entries);
    }
    return isScalar(node) ? scalar(node.value, own) : null;
  }

  function scalar(value: unknown, at: Place): Json {
    if (typeof value === 'bigint') {
      if (Number.isSafeInteger(Number(value))) return Number(value);
      throw problem(at, `the number ${value} cannot be kept exactly; write it as a text: "${value}"`);
    }
    if (typeof value === 'number' && !Number.isFinite(value)) throw problem(at, 'not a number that JSON has');
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Json;
    throw problem(at, 'a value that JSON does not have');
  }

  function problem(place: Place, message: string): HooksError {
    return errorOf([{ place, message }]);
  }

  function placeOf(path: Path): Place {
    for (let length = path.length; length > 0; length--) {
      const known = places.get(pointer(path.slice(0, length)));
      if (known) return known;
    }
    return places.get('') ?? place(0);
  }

  function placeOfNode(node: unknown): Place | undefined {
    const range = (node as Node | null | undefined)?.range;
    return range ? place(range[0]) : undefined;
  }

  function place(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** Whether a line holds a reference inside a flow collection without quotes, where YAML takes its brace for its own. */
function isUnquoted(text: string, line: number): boolean {
  return /[[{,:]\s*[^"'\s#]*\$\{/.test(
    (text.split(/\r?\n/)[line - 1] ?? '').replace(/^\s*(?:- )*[\w.]+:/, ''),
  );
}

function pointer(path: Path): string {
  return formatPointer(path.map(String));
}
