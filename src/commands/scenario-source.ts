import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { readScenario } from '../adapters/scenario-file.ts';
import { listScenarios, type NamedScenario } from '../adapters/scenario-folder.ts';
import { HooksError } from '../core/errors.ts';
import { suggestion } from '../core/nearest.ts';
import { scenarioError } from '../core/scenario/problem.ts';
import type { Scenario, Step } from '../core/scenario/scenario.ts';
import { flatten, unroll } from '../core/scenario/unroll.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { readInput, STDIN } from './input.ts';
import type { Workspace } from './workspace.ts';

export interface LoadedScenario {
  scenario: Scenario;
  /** What files beside the scenario are relative to. */
  directory: string;
  /** It was called by a name, not by its path: nobody has looked at what is in it. */
  isByName: boolean;
}

/**
 * The scenario of that path, - for stdin, or of that name. Throws HooksError `unknown-name`, `file-unreadable` or
 * `invalid-input`.
 */
export async function loadScenario(
  text: string,
  { packs, project }: Workspace,
  { io }: Context,
): Promise<LoadedScenario> {
  if (text === '-' || existsSync(text) || looksLikePath(text)) {
    const bytes = await readInput(text, io.stdin, 'the scenario');
    const scenario = await readScenario(bytes.toString('utf8'), text === '-' ? STDIN : text);
    return { scenario, directory: text === '-' ? '.' : dirname(text), isByName: false };
  }
  const { file } = findScenario(text, listScenarios(packs, project));
  const bytes = await readInput(file, io.stdin, 'the scenario');
  const scenario = await readScenario(bytes.toString('utf8'), file);
  refuseCommands(scenario.steps);
  return { scenario, directory: dirname(file), isByName: true };
}

function looksLikePath(text: string): boolean {
  return /\.(?:ya?ml|json)$|^[.~/\\]|^[a-z]:/i.test(text);
}

function findScenario(text: string, known: readonly NamedScenario[]): NamedScenario {
  const wanted = text.toLowerCase();
  const exact = known.filter(({ name }) => name.toLowerCase() === wanted);
  const found =
    exact.length > 0 ? exact : known.filter(({ name }) => name.slice(name.indexOf('/') + 1) === wanted);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const names = known.map(({ name }) => name);
  if (second !== undefined) {
    throw new HooksError('ambiguous-name', `'${text}' names several scenarios`, {
      next: `say which: ${found.map(({ name, file }) => (exact.length > 0 ? file : name)).join(', ')}`,
    });
  }
  throw new HooksError('unknown-name', `no file and no scenario is called '${text}'`, {
    next: suggestion(text, names, 'list them with `hooks run --list`'),
  });
}

/** What comes with a provider is data; a program is run only for a file that was named itself. */
function refuseCommands(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.kind === 'repeat' || step.kind === 'parallel') refuseCommands(step.steps);
    else if (step.kind === 'expect' && 'command' in step.probe) {
      throw scenarioError([
        {
          place: step.place,
          message: 'a scenario that is called by its name may not run a command',
          next: 'look at the command, then give the scenario by its path',
        },
      ]);
    }
  }
}

/** Prints the scenarios of the project and those that come with the providers. */
export async function printScenarios(
  { packs, project }: Workspace,
  { json }: { json?: boolean },
  { io }: Context,
): Promise<void> {
  for (const { name, file } of listScenarios(packs, project)) {
    const bytes = await readInput(file, io.stdin, 'the scenario');
    const { name: title, description, provider, steps } = await readScenario(bytes.toString('utf8'), file);
    const count = flatten(unroll(steps, () => 1)).length;
    const line = `${name.padEnd(32)}  ${String(count).padStart(3)} steps  ${visible(description ?? title)}\n`;
    const record = { name, title, description, provider, steps: count, file };
    await writeAll(io.stdout, json ? formatEventJson(record) : line);
  }
}
