import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { packageRoot } from '../adapters/package-root.ts';
import { listScenarios } from '../adapters/scenario-folder.ts';
import { SETTINGS } from '../core/settings.ts';
import { SCHEME_IDS } from '../core/signing/schemes.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

/** Prints the script that connects a shell with `printCandidates`. */
export async function printScript(shell: string, { io }: Context): Promise<void> {
  await writeAll(io.stdout, await readFile(join(packageRoot(), 'completion', `hooks.${shell}`), 'utf8'));
}

/**
 * Prints what may stand in place of the last word, one a line. The words are those after `hooks`, marked by a leading
 * colon each, so that an empty or dashed word arrives as it is. Prints nothing where it knows nothing.
 */
export async function printCandidates(
  marked: readonly string[],
  program: Command,
  context: Context,
): Promise<void> {
  const words = marked.map((word) => word.replace(/^:/, ''));
  // --provider=synq is --provider and its value in one word.
  const [, head = '', flag] = /^((--[^=]+)=)?/.exec(words.at(-1) ?? '') ?? [];
  const current = (words.at(-1) ?? '').slice(head.length);
  const position = walk(program, [...words.slice(0, -1), ...(flag === undefined ? [] : [flag])]);
  const candidates =
    flag !== undefined && position.pending === undefined
      ? []
      : await candidatesFor(position, current, context).catch(() => []);
  const fitting = [...new Set(candidates)]
    .filter((candidate) => candidate.startsWith(current))
    .map((candidate) => head + candidate);
  await writeAll(context.io.stdout, fitting.map((candidate) => `${candidate}\n`).join(''));
}

interface Position {
  command: Command;
  /** How many arguments the command has been given. */
  positionals: number;
  /** The option that waits for its value. */
  pending?: Option;
}

function walk(program: Command, words: readonly string[]): Position {
  let position: Position = { command: program, positionals: 0 };
  for (const word of words) {
    const { command, positionals, pending } = position;
    const child = positionals === 0 ? command.commands.find((sub) => sub.name() === word) : undefined;
    if (pending) position = { command, positionals };
    else if (word === 'help' && command.commands.length > 0) position = { command, positionals: 0 };
    else if (word.startsWith('-')) position = withOption(position, word);
    else if (child) position = { command: child, positionals: 0 };
    else position = { command, positionals: positionals + 1 };
  }
  return position;
}

function withOption({ command, positionals }: Position, word: string): Position {
  const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
  return option && (option.required || option.optional)
    ? { command, positionals, pending: option }
    : { command, positionals };
}

/** The options of a command; a group takes those of its `list`, which it runs when it is called by itself. */
function optionsOf(command: Command): readonly Option[] {
  const list = command.commands.find((sub) => sub.name() === 'list');
  return [...command.options, ...(list?.options ?? [])];
}

async function candidatesFor(
  { command, positionals, pending }: Position,
  current: string,
  context: Context,
): Promise<string[]> {
  if (pending) return pending.argChoices ?? optionValues(pending, context);
  if (current.startsWith('-')) {
    const shown = optionsOf(command).filter(({ hidden }) => !hidden);
    return [...shown.flatMap(({ long }) => long ?? []), '--help'];
  }
  const subcommands = command.commands.map((sub) => sub.name());
  if (subcommands.length > 0) return positionals === 0 ? [...subcommands, 'help'] : [];
  const argument = command.registeredArguments[positionals];
  return argument ? (argument.argChoices ?? argumentValues(argument, command, context)) : [];
}

async function optionValues(option: Option, context: Context): Promise<string[]> {
  switch (option.long) {
    case '--provider':
      return [...providerIds(await loadWorkspace(context, {})), 'generic'];
    case '--scheme':
      return [...SCHEME_IDS];
    case '--to':
      return [...(await loadWorkspace(context, {})).endpoints.keys(), 'localhost:'];
    case '--events':
    case '--until':
      return eventNames(await loadWorkspace(context, {}));
    default:
      return [];
  }
}

async function argumentValues(argument: Argument, command: Command, context: Context): Promise<string[]> {
  switch (argument.name()) {
    case 'event':
      return eventNames(await loadWorkspace(context, {}));
    case 'provider':
      return providerIds(await loadWorkspace(context, {}));
    case 'name':
      return endpointNames(command, await loadWorkspace(context, {}));
    case 'scenario':
      return scenarioNames(await loadWorkspace(context, {}));
    case 'endpoint':
      return [...(await loadWorkspace(context, {})).endpoints.keys(), 'localhost:'];
    case 'key':
      return Object.keys(SETTINGS);
    default:
      return [];
  }
}

/** Those of a project are changed in its file, not by a command. */
function endpointNames(command: Command, { config, endpoints }: Workspace): string[] {
  if (command.name() === 'add') return [];
  return command.name() === 'remove' ? Object.keys(config.endpoints) : [...endpoints.keys()];
}

function scenarioNames({ packs, project }: Workspace): string[] {
  return listScenarios(packs, project).map(({ name }) => name);
}

function providerIds({ packs }: Workspace): string[] {
  return packs.map(({ manifest }) => manifest.id);
}

/** Slugs, their variants, and both with the provider in front. */
function eventNames({ packs }: Workspace): string[] {
  return packs.flatMap(({ manifest, variants }) =>
    Object.entries(manifest.events).flatMap(([eventType, { slug }]) => {
      const names = [slug, ...(variants[eventType] ?? []).map((variant) => `${slug}@${variant}`)];
      return [...names, ...names.map((name) => `${manifest.id}/${name}`)];
    }),
  );
}
