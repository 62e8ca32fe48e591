import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../src/cli.ts';
import { findEvent } from '../src/core/catalogue.ts';
import { packs } from './helpers/bundled-packs.ts';
import { repoRoot } from './helpers/repo-root.ts';
import { runHooks } from './helpers/run-hooks.ts';
import { createSink } from './helpers/sink.ts';

/** Every `hooks …` line in a text, as words; quotes are undone, comments and operators end a line. */
function hooksCalls(text: string): string[][] {
  return [...text.matchAll(/^(?: *\$ | *)(?:[A-Z_]+=\S+ )?hooks (.*)$/gm)].map(([, rest = '']) =>
    [...rest.replace(/ {2,}\S.*$| #.*$| [<>|&].*$/, '').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(
      ([word]) => word.replaceAll(/['"]/g, ''),
    ),
  );
}

/** The command tree with nothing behind it: what is called is only noted. */
function inertProgram(called: { command: Command; args: string[] }[]): Command {
  const stream = createSink();
  const program = createProgram({
    io: {
      stdin: process.stdin,
      stdout: stream,
      stderr: stream,
      env: {},
      signal: new AbortController().signal,
    },
    exit() {},
  });
  const disarm = (command: Command): void => {
    if (command.commands.length === 0) {
      command.action((...values: unknown[]) => {
        const self = values.at(-1) as Command;
        called.push({ command: self, args: self.args });
      });
    }
    command.commands.forEach(disarm);
  };
  disarm(program);
  return program;
}

async function checkCall(words: string[]): Promise<void> {
  const called: { command: Command; args: string[] }[] = [];
  const program = inertProgram(called);
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    // --help and --version end the parsing by an error that is none.
    assert.equal((error as { exitCode?: number }).exitCode, 0, `hooks ${words.join(' ')}: ${String(error)}`);
    return;
  }
  const [first] = called;
  if (first?.command.name() === 'send' && first.args[0] !== undefined) findEvent(packs, first.args[0]);
}

describe('every hooks call that is shown to users', () => {
  const readme = readFileSync(join(repoRoot, 'README.md'), 'utf8');
  it('is found', () => {
    assert.ok(hooksCalls(readme).length > 12);
  });

  for (const words of hooksCalls(readme)) {
    it(`is understood: hooks ${words.join(' ')}`, () => checkCall(words));
  }

  for (const words of hooksCalls(readFileSync(join(repoRoot, 'docs/load.md'), 'utf8'))) {
    it(`is understood, in docs/load.md: hooks ${words.join(' ')}`, () => checkCall(words));
  }

  const secret = /HOOKS_SECRET=(whsec_\S+)/.exec(readme)?.[1] ?? '';
  const needsFile = (words: readonly string[]) => words.some((word) => /^@|\.json$/.test(word));
  // Nothing is to be seen of these before something is sent.
  const isNoPreview = (words: readonly string[]) =>
    words.some((word) => /^--(?:resume|callbacks|expect-callback)$/.test(word));
  const previews = hooksCalls(readme).filter(
    ([name, ...rest]) => name === 'send' && !needsFile(rest) && !isNoPreview(rest),
  );
  for (const words of previews) {
    it(`can be sent with the secret that is shown: hooks ${words.join(' ')}`, async () => {
      const { exitCode, stderr } = await runHooks([...words, '--dry-run'], { env: { HOOKS_SECRET: secret } });
      assert.equal(exitCode, 0, stderr);
    });
  }

  const helps: { name: string; calls: string[][] }[] = [];
  const visit = (command: Command, path: string): void => {
    const output = createSink();
    command.configureOutput({ writeOut: (part) => void output.write(part) });
    command.outputHelp();
    const text = output.text();
    helps.push({ name: path, calls: hooksCalls(text.slice(text.indexOf('Examples:'))) });
    for (const child of command.commands) visit(child, `${path} ${child.name()}`);
  };
  visit(inertProgram([]), 'hooks');
  for (const { name, calls } of helps) {
    if (calls.length === 0) continue;
    it(`is understood: examples of ${name} --help`, async () => {
      for (const words of calls) await checkCall(words);
    });
  }
});
