import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { preparedAnswer } from '../src/prepared-answers.ts';
import { repoRoot } from './helpers/repo-root.ts';
import { runHooks } from './helpers/run-hooks.ts';

const { version } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as { version: string };

function bundled(...argv: string[]): string {
  return spawnSync(process.execPath, [join(repoRoot, 'dist/bundle/hooks.cjs'), ...argv], { encoding: 'utf8' })
    .stdout;
}

describe('preparedAnswer', () => {
  it('knows the version, which is what the command line says', async () => {
    for (const flag of ['--version', '-V']) {
      assert.equal(preparedAnswer([flag], 80), `${version}\n`);
      assert.equal((await runHooks([flag])).stdout, `${version}\n`);
      assert.equal(bundled(flag), `${version}\n`);
    }
  });

  it('has the help in the bundle, which is what the command line says', async () => {
    const { stdout } = await runHooks(['--help']);
    assert.match(stdout, /^Usage: hooks/);
    assert.equal(bundled('--help'), stdout);
    assert.equal(bundled('-h'), stdout);
  });

  it('has no help outside the bundle, where it could be of an older build', () => {
    assert.equal(preparedAnswer(['--help'], undefined), undefined);
  });

  it('knows nothing of any other call', () => {
    for (const argv of [
      [],
      ['help'],
      ['--version', 'send'],
      ['send', '--help'],
      ['--help', '--json'],
      ['--helpx'],
    ])
      assert.equal(preparedAnswer(argv, 80), undefined);
  });
});
