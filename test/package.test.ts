import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from './helpers/hooks-process.ts';
import { repoRoot } from './helpers/repo-root.ts';

interface Lockfile {
  packages: Record<string, { resolved?: string; hasInstallScript?: boolean }>;
}

const { version } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as { version: string };

describe('the lockfile', () => {
  const { packages } = JSON.parse(readFileSync(join(repoRoot, 'package-lock.json'), 'utf8')) as Lockfile;

  it('names no registry', () => {
    assert.ok(Object.keys(packages).length > 20);
    assert.deepEqual(
      Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined),
      [],
    );
  });

  it('holds no package with an install script', () => {
    assert.deepEqual(
      Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript),
      [],
    );
  });
});

describe('the package', () => {
  it('runs after npm install --global of the tarball', (t) => {
    const folder = temporaryFolder(t);
    // Without the scripts: prepack would build anew below the tests that are running.
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: repoRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [tarball] = Object.values(
      JSON.parse(packed) as Record<string, { filename: string; files: { path: string }[] }>,
    );
    assert.ok(tarball);
    const paths = tarball.files.map(({ path }) => path);
    assert.ok(
      paths.includes('LICENSE') &&
        paths.includes('README.md') &&
        paths.includes('fixtures/synq/provider.json'),
    );
    assert.deepEqual(
      paths.filter((path) => /^(test|src|scripts|dist\/test)\//.test(path)),
      [],
    );

    const prefix = join(folder, 'global');
    execFileSync(
      'npm',
      ['install', '--global', '--prefix', prefix, '--prefer-offline', join(folder, tarball.filename)],
      {
        cwd: folder,
        stdio: 'ignore',
      },
    );
    const run = (...argv: string[]) =>
      execFileSync(join(prefix, 'bin', 'hooks'), argv, {
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', HOME: folder },
      });
    assert.equal(run('--version'), `${version}\n`);
    assert.match(run('events', 'show', 'issue_created'), /issue_created/);
    assert.match(run('send', 'ping', '--unsigned', '--dry-run'), /^POST \/ HTTP\/1\.1\r\n/);
    assert.match(run('completion', 'bash'), /complete /);
  });
});
