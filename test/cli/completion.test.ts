import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SETTINGS } from '../../src/core/settings.ts';
import { writeAcmePack } from '../helpers/acme-pack.ts';
import { repoRoot } from '../helpers/repo-root.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const BIN = join(repoRoot, 'dist/bin/hooks.js');
const folder = mkdtempSync(join(tmpdir(), 'hooks-completion-'));
const env = {
  HOOKS_CONFIG_DIR: join(folder, 'config'),
  HOOKS_PROVIDERS: join(folder, 'acme'),
};

before(async () => {
  writeAcmePack(join(folder, 'acme'));
  for (const name of ['staging', 'shop']) await runHooks(['endpoint', 'add', name, '--url', '3000'], { env });
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function candidates(...words: string[]): Promise<string[]> {
  const { exitCode, stdout } = await runHooks(
    ['completion', '--candidates', ...words.map((word) => `:${word}`)],
    { env },
  );
  assert.equal(exitCode, 0);
  return stdout.split('\n').slice(0, -1);
}

describe('hooks completion --candidates', () => {
  const rows: { name: string; words: string[]; candidates: string[] }[] = [
    { name: 'commands', words: ['sen'], candidates: ['send'] },
    { name: 'subcommands', words: ['config', 'g'], candidates: ['get'] },
    { name: 'commands after help', words: ['help', 'sc'], candidates: ['schema'] },
    { name: 'event names', words: ['send', 'order_p'], candidates: ['order_paid', 'order_paid@flat'] },
    { name: 'variants', words: ['send', 'order_paid@f'], candidates: ['order_paid@flat'] },
    { name: 'events of a provider', words: ['send', 'acme/ref'], candidates: ['acme/refund_made'] },
    {
      name: 'events after flags with values',
      words: ['send', '--to', 'shop', '-n', '3', 'refund_m'],
      candidates: ['refund_made'],
    },
    { name: 'flags', words: ['send', '--dry'], candidates: ['--dry-run'] },
    { name: 'the help of a command', words: ['send', '--he'], candidates: ['--header', '--help'] },
    { name: 'flags of a group', words: ['events', '--prov'], candidates: ['--provider'] },
    { name: 'values of a flag of a group', words: ['events', '--provider', 'acm'], candidates: ['acme'] },
    { name: 'providers', words: ['send', '--provider', 'gen'], candidates: ['generic'] },
    { name: 'values behind =', words: ['send', '--provider=acm'], candidates: ['--provider=acme'] },
    { name: 'nothing behind an unknown flag and =', words: ['send', '--nonsense=ac'], candidates: [] },
    { name: 'choices of a flag', words: ['listen', '--body', 's'], candidates: ['short'] },
    { name: 'saved endpoints', words: ['send', 'order_paid', '--to', 's'], candidates: ['staging', 'shop'] },
    { name: 'saved endpoints to forget', words: ['endpoint', 'remove', 'st'], candidates: ['staging'] },
    { name: 'no saved endpoint for a new one', words: ['endpoint', 'add', 's'], candidates: [] },
    { name: 'settings', words: ['config', 'get', 'sec'], candidates: ['secret'] },
    { name: 'shells', words: ['completion', 'fi'], candidates: ['fish'] },
    { name: 'nothing where files belong', words: ['send', '--secret-file', ''], candidates: [] },
    { name: 'nothing after the last argument', words: ['send', 'order_paid', ''], candidates: [] },
    { name: 'nothing for a command that does not exist', words: ['nonsense', ''], candidates: [] },
  ];
  for (const row of rows) {
    it(`offers ${row.name}: ${row.words.join(' ')}`, async () => {
      const found = await candidates(...row.words);
      assert.deepEqual(found.sort(), row.candidates.sort());
    });
  }

  it('offers every command for an empty word', async () => {
    const found = await candidates('');
    for (const name of [
      'send',
      'listen',
      'events',
      'provider',
      'endpoint',
      'config',
      'schema',
      'completion',
      'help',
    ])
      assert.ok(found.includes(name), name);
  });

  it('offers nothing, without an error, where the settings cannot be read', async () => {
    const broken = join(folder, 'broken');
    const run = await runHooks(['completion', '--candidates', ':send', ':'], {
      env: { ...env, HOOKS_PROVIDERS: broken },
    });
    assert.deepEqual([run.exitCode, run.stdout, run.stderr], [0, '', '']);
  });
});

describe('hooks completion', () => {
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) {
    it(`prints a script for ${shell}`, async () => {
      const { exitCode, stdout } = await runHooks(['completion', shell]);
      assert.equal(exitCode, 0);
      assert.match(stdout, /hooks completion --candidates/);
    });
  }

  it('refuses another shell, or none', async () => {
    assert.equal((await runHooks(['completion', 'tcsh'])).exitCode, 2);
    const none = await runHooks(['completion']);
    assert.equal(none.exitCode, 2);
    assert.match(none.stderr, /name a shell: bash, zsh, fish, powershell/);
  });
});

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0;
}

/** Runs code in a shell that has `hooks` as a function and the completion script loaded. */
function inShell(shell: string, argv: readonly string[], code: string): string[] {
  const script = join(repoRoot, 'completion', `hooks.${shell}`);
  const file = join(folder, `run.${shell}`);
  const call =
    shell === 'fish'
      ? `function hooks; '${process.execPath}' '${BIN}' $argv; end`
      : `hooks() { '${process.execPath}' '${BIN}' "$@"; }`;
  writeFileSync(file, `${call}\n${code.replace('SCRIPT', `'${script}'`)}\n`);
  const { status, stdout, stderr } = spawnSync(shell, [...argv, file], {
    env: { PATH: process.env.PATH ?? '', HOME: folder, TERM: 'dumb', ...env },
    encoding: 'utf8',
    cwd: join(folder, 'acme'),
  });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

// `words` and `current` are what an interactive bash 5.2 passes for the line.
const BASH: { line: string; words: string[]; current: string; replies: string[] }[] = [
  { line: 'hooks sen', words: ['hooks', 'sen'], current: 'sen', replies: ['send'] },
  { line: 'hooks config g', words: ['hooks', 'config', 'g'], current: 'g', replies: ['get'] },
  {
    line: 'hooks config unset ',
    words: ['hooks', 'config', 'unset', ''],
    current: '',
    replies: Object.keys(SETTINGS),
  },
  {
    line: 'hooks send order_p',
    words: ['hooks', 'send', 'order_p'],
    current: 'order_p',
    replies: ['order_paid', 'order_paid@flat'],
  },
  {
    line: 'hooks send order_paid@',
    words: ['hooks', 'send', 'order_paid', '@'],
    current: '@',
    replies: ['@flat'],
  },
  {
    line: 'hooks send order_paid@fl',
    words: ['hooks', 'send', 'order_paid', '@', 'fl'],
    current: '@fl',
    replies: ['@flat'],
  },
  {
    line: 'hooks send acme/order_paid@fl',
    words: ['hooks', 'send', 'acme/order_paid', '@', 'fl'],
    current: '@fl',
    replies: ['@flat'],
  },
  {
    line: 'hooks send x --to loc',
    words: ['hooks', 'send', 'x', '--to', 'loc'],
    current: 'loc',
    replies: ['localhost:'],
  },
  {
    line: 'hooks send x --to localhost:',
    words: ['hooks', 'send', 'x', '--to', 'localhost', ':'],
    current: '',
    replies: [''],
  },
  {
    line: 'hooks send x --to st',
    words: ['hooks', 'send', 'x', '--to', 'st'],
    current: 'st',
    replies: ['staging'],
  },
  {
    line: 'hooks events --provider acm',
    words: ['hooks', 'events', '--provider', 'acm'],
    current: 'acm',
    replies: ['acme'],
  },
  {
    line: 'hooks events --provider=acm',
    words: ['hooks', 'events', '--provider', '=', 'acm'],
    current: 'acm',
    replies: ['acme'],
  },
  {
    line: "hooks send --set x='a b' refu",
    words: ['hooks', 'send', '--set', 'x', '=', "'a b'", 'refu'],
    current: 'refu',
    replies: ['refund_made'],
  },
  {
    line: 'hooks send --set a\\ b refu',
    words: ['hooks', 'send', '--set', 'a\\ b', 'refu'],
    current: 'refu',
    replies: ['refund_made'],
  },
  { line: "hooks send 'refu", words: ['hooks', 'send', "'refu"], current: 'refu', replies: ['refund_made'] },
  {
    line: 'hooks send --secret-file ',
    words: ['hooks', 'send', '--secret-file', ''],
    current: '',
    replies: [],
  },
];

describe('the completion in bash', { skip: has('bash') ? false : 'bash is not here' }, () => {
  for (const { line, words, current, replies } of BASH) {
    it(`completes ${line}`, () => {
      const code = `source SCRIPT
COMP_LINE=${quoted(line)} COMP_POINT=${line.length} COMP_CWORD=${words.length - 1}
COMP_WORDS=(${words.map(quoted).join(' ')})
_hooks_completion hooks ${quoted(current)} ''
for reply in "\${COMPREPLY[@]}"; do echo "<$reply>"; done`;
      assert.deepEqual(
        inShell('bash', ['--norc'], code),
        replies.map((reply) => `<${reply}>`),
      );
    });
  }

  it('looks no further than the cursor', () => {
    const code = `source SCRIPT
COMP_LINE='hooks send refund_nonsense' COMP_POINT=15 COMP_CWORD=2 COMP_WORDS=(hooks send refund_nonsense)
_hooks_completion hooks refu send; echo "\${COMPREPLY[@]}"`;
    assert.deepEqual(inShell('bash', ['--norc'], code), ['refund_made']);
  });

  it('registers itself', () => {
    assert.deepEqual(inShell('bash', ['--norc'], 'source SCRIPT; complete -p hooks'), [
      'complete -o default -F _hooks_completion hooks',
    ]);
  });
});

describe('the completion in zsh', { skip: has('zsh') ? false : 'zsh is not here' }, () => {
  const rows: { words: string[]; prefix: string; added: string[] }[] = [
    { words: ['hooks', 'sen'], prefix: 'sen', added: ['-- send'] },
    { words: ['hooks', 'send', 'order_paid@'], prefix: 'order_paid@', added: ['-- order_paid@flat'] },
    { words: ['hooks', 'send', 'acme/refund_nonsense'], prefix: 'acme/refu', added: ['-- acme/refund_made'] },
    { words: ['hooks', 'send', '--set', "x='a b'", "'refu"], prefix: 'refu', added: ['-- refund_made'] },
    {
      words: ['hooks', 'send', 'x', '--to', ''],
      prefix: '',
      added: ['-S  -- localhost:', '-- shop staging'],
    },
    { words: ['hooks', 'send', '--secret-file', ''], prefix: '', added: ['files'] },
  ];
  for (const { words, prefix, added } of rows) {
    it(`completes ${words.join(' ')}`, () => {
      const code = `compdef() {}; compadd() { echo "$@" }; _files() { echo files }
source SCRIPT
words=(${words.map(quoted).join(' ')}) CURRENT=${words.length} PREFIX=${quoted(prefix)}
_hooks`;
      assert.deepEqual(inShell('zsh', ['-f'], code), added);
    });
  }
});

describe('the completion in fish', { skip: has('fish') ? false : 'fish is not here' }, () => {
  const rows: { line: string; offers: string[] }[] = [
    { line: 'hooks sen', offers: ['send'] },
    { line: 'hooks send order_paid@', offers: ['order_paid@flat'] },
    { line: 'hooks send acme/refu', offers: ['acme/refund_made'] },
    { line: "hooks send --set x='a b' refu", offers: ['refund_made'] },
    { line: "hooks send 'refu", offers: ['refund_made'] },
    { line: 'hooks send x --to s', offers: ['shop', 'staging'] },
    { line: 'hooks events --provider=acm', offers: ['--provider=acme'] },
    { line: 'hooks config get ', offers: Object.keys(SETTINGS).sort() },
    { line: 'hooks send --secret-file prov', offers: ['provider.json'] },
  ];
  for (const { line, offers } of rows) {
    it(`completes ${line}`, () => {
      const found = inShell('fish', ['--no-config'], `source SCRIPT\ncomplete -C ${JSON.stringify(line)}`);
      assert.deepEqual(found.map((entry) => entry.split('\t')[0]).sort(), offers);
    });
  }
});
