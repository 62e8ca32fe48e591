import { isObject, type Json } from '../json.ts';
import { formatPointer, valueAt } from '../json-pointer.ts';
import { visible } from '../visible.ts';
import { type Path, pathsOf, withValueAt } from './document-parts.ts';
import { PLAIN_VALUES } from './smallest-document.ts';

interface Cause {
  path: Path;
  /** As in `/note is null`. */
  state: string;
}

// A sentence with more would not be read.
const MOST_CAUSES = 3;
// Where that many other values change nothing, the value is not what matters.
const MOST_REFUSED = 5;
const MOST_CHARACTERS = 60;

/**
 * What is special about a failing document, such as `fails as soon as /note is null`: the single changes with which it
 * is accepted. What stands in the `samples`, others of the same kind, is tried in this one. `isTaken`
 * tells nothing of a document that is not valid. Undefined where no single
 * change helps.
 */
export async function differenceOf(
  failing: Json,
  samples: readonly Json[],
  isTaken: (document: Json) => Promise<boolean | undefined>,
): Promise<string | undefined> {
  const causes: Cause[] = [];
  // What is deepest says most: then what is around it needs no look.
  for (const path of pathsOf(failing).reverse()) {
    if (causes.some((cause) => path.every((segment, at) => cause.path[at] === segment))) continue;
    const state = await stateThatMatters(path);
    if (state !== undefined) causes.push({ path, state });
  }
  causes.push(...(causes.length === 0 ? await absences() : []));
  if (causes.length === 0) return undefined;
  const shown = causes.slice(0, MOST_CAUSES).map(({ path, state }) => `${shownPath(path)} ${state}`);
  if (causes.length > MOST_CAUSES) shown.push(`${causes.length - MOST_CAUSES} more`);
  return `fails as soon as ${shown.join(' and ')}`;

  async function stateThatMatters(path: Path): Promise<string | undefined> {
    const value = valueAt(failing, path) as Json;
    let refused = 0;
    for (const other of othersFor(path, value)) {
      const taken = await isTaken(withValueAt(failing, path, other));
      if (taken) return `is ${described(value)}`;
      if (taken === false && ++refused === MOST_REFUSED) break;
    }
    return (await isTaken(withValueAt(failing, path, undefined))) ? 'is there' : undefined;
  }

  function othersFor(path: Path, value: Json): Json[] {
    if (value !== null && typeof value === 'object' && Object.keys(value).length > 0) return [];
    const seen = samples.map((document) => valueAt(document, path) as Json | undefined);
    const lists: Json[] = Array.isArray(value) ? PLAIN_VALUES.map((plain) => [plain]) : [];
    const others = new Map<string, Json>();
    for (const other of [...PLAIN_VALUES, ...lists, true, 0, ...seen]) {
      if (other !== undefined) others.set(JSON.stringify(other), other);
    }
    others.delete(JSON.stringify(value));
    return [...others.values()];
  }

  /** A property that samples have, and with which this one is accepted. */
  async function absences(): Promise<Cause[]> {
    const tried = new Set<string>();
    for (const document of samples) {
      for (const path of pathsOf(document)) {
        if (tried.has(formatPointer(path))) continue;
        const around = valueAt(failing, path.slice(0, -1));
        if (!isObject(around) || valueAt(failing, path) !== undefined) continue;
        tried.add(formatPointer(path));
        const added = withValueAt(failing, path, valueAt(document, path) as Json);
        if (await isTaken(added)) return [{ path, state: 'is absent' }];
      }
    }
    return [];
  }
}

function shownPath(path: Path): string {
  return shortened(visible(formatPointer(path)));
}

function described(value: Json): string {
  if (value === '') return 'empty';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'that list';
  if (isObject(value)) return 'an empty object';
  if (typeof value !== 'string') return String(value);
  const { length } = [...value];
  const longer = length > MOST_CHARACTERS ? ` (${length.toLocaleString('en')} characters)` : '';
  return `"${shortened(visible(value))}"${longer}`;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…` : text;
}
