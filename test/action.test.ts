import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { repoRoot } from './helpers/repo-root.ts';

interface Action {
  inputs: Record<string, { description: string; default?: string }>;
  runs: { steps: { env: Record<string, string>; run: string }[] };
}

const action = parse(readFileSync(join(repoRoot, 'action.yml'), 'utf8')) as Action;
const [step] = action.runs.steps;

/** Runs the script of the action with a stand-in for npx that notes how it was called. */
function runStep(t: TestContext, inputs: Record<string, string>, exitCode: number) {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-action-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = `#!/bin/sh\nprintf "%s\\n" "$@" "secret=\${HOOKS_SECRET-unset}" > "$NOTE"\nexit "$EXIT"\n`;
  writeFileSync(join(folder, 'npx'), script);
  chmodSync(join(folder, 'npx'), 0o755);
  const values = {
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, { default: own = '' }]) => [name, own])),
    ...inputs,
  };
  const variables = Object.entries(step?.env ?? {}).map(([name, template]) => [
    name,
    template.replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, input: string) => values[input] ?? ''),
  ]);
  const note = join(folder, 'note');
  const output = join(folder, 'output');
  const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', step?.run ?? ''], {
    env: {
      ...Object.fromEntries(variables),
      PATH: `${folder}:${process.env.PATH}`,
      NOTE: note,
      EXIT: String(exitCode),
      GITHUB_OUTPUT: output,
    },
    encoding: 'utf8',
  });
  return {
    status,
    stderr,
    called: readFileSync(note, 'utf8').trimEnd().split('\n'),
    output: readFileSync(output, 'utf8'),
  };
}

describe('the GitHub action', { skip: process.platform === 'win32' && 'needs bash' }, () => {
  it('lets no input become a part of its script', () => {
    assert.doesNotMatch(step?.run ?? '', /\$\{\{/);
  });

  it('hands every input to its script, and docs/ci.md describes each', () => {
    const docs = readFileSync(join(repoRoot, 'docs/ci.md'), 'utf8');
    for (const name of Object.keys(action.inputs)) {
      assert.ok(Object.values(step?.env ?? {}).includes(`\${{ inputs.${name} }}`), name);
      assert.match(docs, new RegExp(`\\| \`${name}\``), name);
    }
  });

  it('calls hooks with what is given, word by word', (t) => {
    const inputs = {
      endpoint: ':3000/a b',
      provider: 'synq',
      secret: 's3cret',
      start: 'node "a b.js"; true',
      html: 'r.html',
    };
    const { status, called, output, stderr } = runStep(t, inputs, 0);
    assert.equal(status, 0, stderr);
    assert.deepEqual(called, [
      '--yes',
      'hooks-cli@latest',
      'test',
      ':3000/a b',
      '--provider',
      'synq',
      '--fail-on',
      'must',
      '--start',
      'node "a b.js"; true',
      '--html',
      'r.html',
      'secret=s3cret',
    ]);
    assert.equal(output, 'passed=true\n');
  });

  it('fails with the exit code of hooks, and says so in its output', (t) => {
    const { status, called, output } = runStep(t, { endpoint: ':3000', provider: 'acculynx' }, 1);
    assert.equal(status, 1);
    assert.equal(called.at(-1), 'secret=unset');
    assert.equal(output, 'passed=false\n');
  });
});
