import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { writeAcmePack } from './helpers/acme-pack.ts';
import { repoRoot } from './helpers/repo-root.ts';

interface Lockfile {
  packages: Record<string, { resolved?: string; hasInstallScript?: boolean }>;
}

const { version } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as { version: string };

const SECRET = 'a secret of the tests';

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

interface Tarball {
  filename: string;
  files: { path: string }[];
}

/** Packs without the scripts: prepack would build anew below the tests that are running. */
function pack(folder: string): Tarball {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: repoRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [tarball] = Object.values(JSON.parse(packed) as Record<string, Tarball>);
  assert.ok(tarball);
  return tarball;
}

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-package-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const prefix = join(folder, 'global');
  const hooks = join(prefix, 'bin', 'hooks');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    HOOKS_CONFIG_DIR: join(folder, 'config'),
    HOOKS_STATE_DIR: join(folder, 'state'),
    HOOKS_SECRET: SECRET,
  };
  let paths: string[] = [];

  before(() => {
    const { filename, files } = pack(folder);
    paths = files.map(({ path }) => path);
    const install = ['install', '--global', '--prefix', prefix, '--prefer-offline', join(folder, filename)];
    execFileSync('npm', install, { cwd: folder, stdio: 'ignore' });
  });

  function run(...argv: string[]): { code: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(hooks, argv, { encoding: 'utf8', env, input: '' });
    return { code: status, stdout, stderr };
  }

  it('holds what runs, with source maps and licences, and neither sources nor tests', () => {
    for (const path of [
      'LICENSE',
      'README.md',
      'fixtures/synq/provider.json',
      'completion/hooks.bash',
      'dist/bundle/hooks.cjs',
      'dist/bundle/hooks.cjs.map',
      'dist/bundle/THIRD-PARTY-LICENSES.txt',
    ])
      assert.ok(paths.includes(path), path);
    assert.ok(paths.some((path) => /^dist\/validators\/\w+\.cjs$/.test(path)));
    assert.deepEqual(
      paths.filter((path) => /^(test|src|bin|scripts|dist\/(test|src|bin|scripts))\//.test(path)),
      [],
    );
  });

  it('prints its version, its help and its completion script', () => {
    assert.equal(run('--version').stdout, `${version}\n`);
    const help = run('--help');
    assert.match(help.stdout, /^ {2}send \[options\]/m);
    assert.match(help.stdout, /^ {2}completion/m);
    assert.match(run('help', 'history', 'list').stdout, /--failed/);
    assert.match(run('completion', 'bash').stdout, /complete /);
  });

  it('sends, receives, verifies, grades, plays and keeps', async (t) => {
    const listener = spawn(hooks, ['listen', '--port', '0', '--json', '--strict'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => listener.kill('SIGKILL'));
    const lines = createInterface({ input: listener.stdout })[Symbol.asyncIterator]();
    const next = async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
    const url = String((await next()).url);

    const sent = run('send', 'issue_created', '--to', url);
    assert.equal(sent.code, 0, sent.stderr);
    const { verdicts } = (await next()) as { verdicts?: { signature: { state: string }; schema: object } };
    assert.equal(verdicts?.signature.state, 'genuine');
    // By the validator of the build, without ajv.
    assert.deepEqual(verdicts?.schema, { state: 'valid', warnings: [] });
    // One goes over Node's own client, several over undici.
    const many = run('send', 'issue_created', '--count', '3', '--to', url, '--quiet');
    assert.equal(many.code, 0, many.stderr);

    const listed = run('history', 'list', '--event', 'issue_created', '--direction', 'received');
    assert.equal(listed.stdout.match(/issue_created/g)?.length, 4, listed.stderr);
    assert.equal(run('history', 'show', 'last').code, 0);
    assert.equal(run('verify', 'last').code, 0);
    assert.equal(run('verify', 'last', '--secret', 'another').code, 1);

    const graded = run('test', url, '--provider', 'synq', '--group', 'authenticity', '--json');
    assert.equal(graded.code, 0, graded.stdout + graded.stderr);
    const played = run('run', 'issue-life', '--to', url);
    assert.equal(played.code, 0, played.stdout + played.stderr);
  });

  it('checks schemas of the user’s own with the bundled ajv', () => {
    const own = writeAcmePack(join(folder, 'acme'));
    const checked = run('provider', 'check', own);
    assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  });

  it('draws on a terminal with the bundled Ink', () => {
    const script = join(prefix, 'lib/node_modules/hooks-cli/dist/bundle/screen-progress.mjs');
    const code = `import(${JSON.stringify(pathToFileURL(script).href)}).then(({ openProgressLine }) => {
      const line = openProgressLine(2, Object.assign(process.stdout, { columns: 80, isTTY: true }));
      line.show({ type: 'attempt.finished', isAsExpected: true, durationMs: 3 }, '');
      setImmediate(() => line.end());
    })`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', env });
    assert.match(stdout, /1\/2/, stderr);
  });
});
