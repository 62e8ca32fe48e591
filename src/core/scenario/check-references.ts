import { isObject, type Json } from '../json.ts';
import { nearest } from '../nearest.ts';
import type { Path, PlaceOf } from './located.ts';
import type { Problem } from './problem.ts';
import { BUILT_IN, checkTemplate } from './template.ts';

/** The parts of a step in whose texts variables are replaced. */
const EXPANDED = {
  send: ['set', 'merge', 'data', 'id', 'headers', 'expect'],
  replay: ['set', 'headers', 'expect'],
  expect: ['until'],
} as const;

/**
 * References to variables that are nowhere given, or only by a later step, and names that cannot be taken. `document` is a
 * scenario that its schema accepts.
 */
export function checkReferences(document: Json, placeOf: PlaceOf): Problem[] {
  const problems: Problem[] = [];
  if (!isObject(document)) return problems;
  const known = new Set<string>();
  for (const [name, value] of Object.entries((document.variables ?? {}) as Record<string, Json>)) {
    checkTexts(value, ['variables', name], known);
    addName(name, ['variables', name]);
  }
  checkSteps((document.steps ?? []) as Json[], ['steps'], known);
  return problems;

  function addName(name: string, path: Path, to: Set<string> = known): void {
    if ((BUILT_IN as readonly string[]).includes(name)) {
      problems.push({ place: placeOf(path), message: `the name ${name} has a meaning of its own` });
    }
    to.add(name);
  }

  function checkSteps(steps: readonly Json[], path: Path, names: Set<string>): void {
    for (const [index, step] of steps.entries()) checkStep(step, [...path, index], names);
  }

  function checkStep(step: Json, path: Path, names: Set<string>): void {
    const [kind, content] = Object.entries(step as Record<string, Json>)[0] ?? [];
    if (kind === 'repeat') {
      const inside = new Set([...names, 'index']);
      checkSteps((content as { steps: Json[] }).steps, [...path, 'repeat', 'steps'], inside);
      for (const name of inside) if (name !== 'index') names.add(name);
    } else if (kind === 'parallel') checkParallel(content as Json[], [...path, 'parallel'], names);
    else if (kind !== undefined && isObject(content)) checkLeaf(kind, content, [...path, kind], names);
  }

  /** What one branch captures, the others cannot rely on. */
  function checkParallel(branches: readonly Json[], path: Path, names: Set<string>): void {
    const after = branches.map((branch, index) => {
      const own = new Set(names);
      checkStep(branch, [...path, index], own);
      return own;
    });
    for (const own of after) for (const name of own) names.add(name);
  }

  function checkLeaf(kind: string, content: Record<string, unknown>, path: Path, names: Set<string>): void {
    for (const key of Object.hasOwn(EXPANDED, kind) ? EXPANDED[kind as keyof typeof EXPANDED] : []) {
      const value = content[key] as Json | undefined;
      // The shell replaces ${NAME} in a command by itself.
      const { command: _command, ...looked } = isObject(value) && key === 'until' ? value : {};
      if (value !== undefined) checkTexts(key === 'until' ? (looked as Json) : value, [...path, key], names);
    }
    for (const name of Object.keys((content.capture ?? {}) as object)) {
      addName(name, [...path, 'capture', name], names);
    }
  }

  function checkTexts(value: Json, path: Path, names: ReadonlySet<string>): void {
    if (typeof value === 'string') {
      const problem = checkTemplate(value, names);
      if (problem !== undefined)
        problems.push({ place: placeOf(path), message: problem, ...hint(value, names) });
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) checkTexts(item, [...path, index], names);
    } else if (isObject(value)) {
      for (const [key, item] of Object.entries(value)) checkTexts(item as Json, [...path, key], names);
    }
  }
}

function hint(text: string, names: ReadonlySet<string>): { next?: string } {
  const unknown = [...text.matchAll(/\$\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .find((name) => !names.has(name));
  const near = unknown === undefined ? undefined : nearest(unknown, [...names, ...BUILT_IN]);
  return near === undefined ? {} : { next: `did you mean \${${near}}?` };
}
