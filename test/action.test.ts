import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { temporaryFolder } from './helpers/hooks-process.ts';
import { repoRoot } from './helpers/repo-root.ts';

interface Step {
  name: string;
  id?: string;
  if?: string;
  run: string;
  shell: string;
  'working-directory'?: string;
  env: Record<string, string>;
}

interface Action {
  inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs: Record<string, { description: string; value: string }>;
  runs: { using: string; steps: Step[] };
}

const text = readFileSync(join(repoRoot, 'action.yml'), 'utf8');
const action = parse(text) as Action;
const page = readFileSync(join(repoRoot, 'docs/ci.md'), 'utf8');
const { steps } = action.runs;
const POSIX = { skip: process.platform === 'win32' };
const SECRET = 'whsec_dGhlLXNlY3JldC1vZi10aGUtb3JkZXJzLXRlYW0=';

interface Job {
  /** Where the runner and the checkout of the user are. */
  folder: string;
  env?: Record<string, string>;
  /** Folder of the action; by default one that holds the built tool. */
  actionPath?: string;
  /** Executables that come first in the PATH, by name. */
  stubs?: Record<string, string>;
}

interface Ran {
  outcome: 'success' | 'failure';
  outputs: Record<string, string>;
  log: string;
  exitCodes: (number | null)[];
}

/** Runs the steps as GitHub's runner does: each script in a file, with its own environment and file commands. */
function runAction(inputs: Record<string, string>, { folder, env = {}, actionPath, stubs = {} }: Job): Ran {
  const temp = mkdtempSync(join(folder, 'runner-'));
  const stubFolder = mkdtempSync(join(temp, 'stubs-'));
  for (const [name, script] of Object.entries(stubs)) executable(join(stubFolder, name), script);
  let path = `${stubFolder}${delimiter}${process.env.PATH}`;
  const known: Record<string, string> = { 'github.action_path': actionPath ?? builtAction(temp) };
  for (const [name, { default: usual = '' }] of Object.entries(action.inputs)) {
    known[`inputs.${name}`] = inputs[name] ?? usual;
  }
  const ran: Ran = { outcome: 'success', outputs: {}, log: '', exitCodes: [] };
  for (const [index, step] of steps.entries()) {
    if (!isDue(step, ran.outcome, known)) continue;
    const files = ['script', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'].map((name) =>
      join(temp, `${name}-${index}`),
    );
    const [script = '', output = '', paths = '', summary = ''] = files;
    for (const file of files) writeFileSync(file, '');
    writeFileSync(script, step.run);
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', script],
      {
        cwd: join(folder, evaluate(step['working-directory'] ?? '.', known)),
        encoding: 'utf8',
        env: {
          PATH: path,
          HOME: temp,
          RUNNER_TEMP: temp,
          GITHUB_ACTIONS: 'true',
          GITHUB_OUTPUT: output,
          GITHUB_PATH: paths,
          GITHUB_STEP_SUMMARY: summary,
          ...env,
          ...Object.fromEntries(
            Object.entries(step.env).map(([name, value]) => [name, evaluate(value, known)]),
          ),
        },
      },
    );
    ran.log += stdout + stderr;
    ran.exitCodes.push(status);
    if (status !== 0) ran.outcome = 'failure';
    for (const line of readFileSync(paths, 'utf8').split('\n').filter(Boolean)) {
      path = line + delimiter + path;
    }
    for (const [name, value] of outputsIn(readFileSync(output, 'utf8'))) {
      known[`steps.${step.id}.outputs.${name}`] = value;
    }
  }
  for (const [name, { value }] of Object.entries(action.outputs)) ran.outputs[name] = evaluate(value, known);
  return ran;
}

/** Knows the one condition that the action has. */
function isDue(
  { if: condition }: Step,
  outcome: Ran['outcome'],
  known: Readonly<Record<string, string>>,
): boolean {
  if (condition === undefined) return outcome === 'success';
  assert.match(condition, /^\$\{\{ always\(\) && steps\.test\.outputs\.report != '' \}\}$/);
  return known['steps.test.outputs.report'] !== undefined;
}

function evaluate(template: string, known: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{\{ (.*?) \}\}/g, (_, name: string) => known[name] ?? '');
}

function outputsIn(file: string): [string, string][] {
  return [...file.matchAll(/^(\w+)(?:=(.*)|<<(.+)\n(.*?)\n\3)$/gms)].map(([, name = '', line, , block]) => [
    name,
    (line ?? block ?? '').split('\n')[0] ?? '',
  ]);
}

function executable(file: string, script: string): void {
  writeFileSync(file, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A checkout of the action in which the tool is built already. */
function builtAction(folder: string): string {
  const path = mkdtempSync(join(folder, "it's an action-"));
  symlinkSync(fileURLToPath(new URL('..', import.meta.url)), join(path, 'dist'));
  return path;
}

/** A `hooks` that notes its arguments and its secret, and prints and ends as told. */
function stubOfHooks(report = '', exitCode = 0): string {
  return `printf '%s\\n' "$@" > "$NOTES/args"
printf '%s' "\${HOOKS_SECRET-unset} \${INPUT_SECRET-unset}" > "$NOTES/secrets"
printf '%s' '${report}'
exit ${exitCode}`;
}

function finished(isPassed: boolean, score: number): string {
  return `${JSON.stringify({ type: 'test.finished', isPassed, score })}\n`;
}

/** An action in whose folder that stub stands as the built tool. */
function withStub(t: TestContext, hooks: string) {
  const folder = temporaryFolder(t);
  const actionPath = join(folder, 'action');
  mkdirSync(join(actionPath, 'dist/bundle'), { recursive: true });
  // The wrapper calls node with this file.
  writeFileSync(
    join(actionPath, 'dist/bundle/hooks.cjs'),
    `const { spawnSync } = require('node:child_process');
process.exitCode = spawnSync('bash', ['-c', ${JSON.stringify(hooks)}, 'hooks', ...process.argv.slice(2)], { stdio: 'inherit' }).status;`,
  );
  return {
    job: { folder, actionPath, env: { NOTES: folder } },
    args: () => readFileSync(join(folder, 'args'), 'utf8').trimEnd().split('\n'),
    secrets: () => readFileSync(join(folder, 'secrets'), 'utf8'),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

describe('the GitHub action', () => {
  it('is composite, and each of its steps is a script of bash', () => {
    assert.equal(action.runs.using, 'composite');
    assert.ok(steps.length > 1);
    for (const { run, shell } of steps) assert.ok(run.length > 0 && shell === 'bash');
  });

  it('writes nothing into a script: what is written there is run', () => {
    for (const { name, run } of steps) assert.doesNotMatch(run, /\$\{\{/, name);
  });

  it('uses every input, and no other', () => {
    const outsideRun = steps.map((step) => JSON.stringify({ ...step, run: '' })).join('');
    const used = new Set([...outsideRun.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name));
    assert.deepEqual([...used].sort(), Object.keys(action.inputs).sort());
  });

  it('hands no variable to a script that does not read it', () => {
    for (const { run, env } of steps) {
      for (const name of Object.keys(env)) {
        // The reports are named in a loop.
        const isRead = new RegExp(`\\$\\{?${name}\\b|env\\.${name}\\b`).test(run);
        assert.ok(isRead || run.includes(`'${name.replace('INPUT_', '').toLowerCase()}'`), name);
      }
    }
  });

  it('is documented: every input and every output', () => {
    for (const name of [...Object.keys(action.inputs), ...Object.keys(action.outputs)]) {
      assert.match(page, new RegExp(`^\\|.*\`${name}\`.*\\|`, 'm'), name);
    }
  });

  it('takes in the documentation only inputs that it has', () => {
    const [, example = ''] = /uses: \S+\/hooks@\S+\n +with:\n(.*?)\n +env:/s.exec(page) ?? [];
    const names = [...example.matchAll(/^ {10}([\w-]+):/gm)].map(([, name = '']) => name);
    assert.ok(names.length > 4);
    for (const name of names) assert.ok(name in action.inputs, name);
  });

  it('hands each input to hooks as one argument', POSIX, (t) => {
    const { job, args } = withStub(t, stubOfHooks(finished(true, 100)));
    const inputs = {
      endpoint: '-3000',
      provider: 'a b',
      start: `node server.js "$HOME" 'x' $(touch injected) ; echo`,
      'wait-for-endpoint': '5s',
      probe: '-x',
      'fail-on': 'should',
      baseline: 'old.ndjson',
      junit: 'j.xml',
      tap: 't.tap',
      sarif: 's.sarif',
      html: 'h.html',
      args: '--only=authenticity/*\n\n-H\nX-Tenant: $(touch injected)\n',
    };
    assert.equal(runAction(inputs, job).outcome, 'success');
    assert.deepEqual(args(), [
      'test',
      '--json',
      '--provider=a b',
      `--start=${inputs.start}`,
      '--wait-for-endpoint=5s',
      '--probe=-x',
      '--fail-on=should',
      '--baseline=old.ndjson',
      '--junit=j.xml',
      '--tap=t.tap',
      '--sarif=s.sarif',
      '--html=h.html',
      '--only=authenticity/*',
      '-H',
      'X-Tenant: $(touch injected)',
      '--',
      '-3000',
    ]);
    assert.equal(existsSync(join(job.folder, 'injected')), false);
  });

  it('leaves out what was not given', POSIX, (t) => {
    const { job, args } = withStub(t, stubOfHooks(finished(true, 100)));
    runAction({ endpoint: ':3000' }, job);
    assert.deepEqual(args(), ['test', '--json', '--fail-on=must', '--', ':3000']);
  });

  it('hands the secret on as HOOKS_SECRET, and leaves that of the job where there is none', POSIX, (t) => {
    const { job, secrets } = withStub(t, stubOfHooks(finished(true, 100)));
    runAction({ endpoint: ':3000', secret: 'a b' }, job);
    assert.equal(secrets(), 'a b unset');
    runAction({ endpoint: ':3000' }, { ...job, env: { ...job.env, HOOKS_SECRET: 'of the job' } });
    assert.equal(secrets(), 'of the job unset');
    runAction({ endpoint: ':3000' }, job);
    assert.equal(secrets(), 'unset unset');
  });

  it('tells score, outcome and reports', POSIX, (t) => {
    const failed = {
      type: 'case.finished',
      outcome: 'failed',
      severity: 'must',
      id: 'a/b',
      title: 'refuses',
    };
    const { job } = withStub(t, stubOfHooks(`${JSON.stringify(failed)}\n${finished(false, 87)}`, 1));
    writeFileSync(join(job.folder, 'j.xml'), '<testsuites/>');
    const ran = runAction({ endpoint: ':3000', junit: 'j.xml', html: 'not-written.html' }, job);
    assert.equal(ran.outcome, 'failure');
    assert.deepEqual(ran.exitCodes, [0, 1, 0]);
    const { report = '', junit = '', ...rest } = ran.outputs;
    assert.deepEqual(rest, { score: '87', passed: 'false', tap: '', sarif: '', html: '' });
    assert.equal(realpathSync(junit), realpathSync(join(job.folder, 'j.xml')));
    assert.match(readFileSync(report, 'utf8'), /"score":87/);
    assert.match(ran.log, /^must +a\/b: refuses$/m);
    assert.match(ran.log, /^failed, score 87 %$/m);
  });

  it('has failed, without a score, where hooks could not test', POSIX, (t) => {
    const line = JSON.stringify({ type: 'run.failed', kind: 'usage', exitCode: 2 });
    const { job } = withStub(t, stubOfHooks(`${line}\n{"type":"test.finis`, 2));
    const ran = runAction({ endpoint: ':3000' }, job);
    assert.deepEqual([ran.outcome, ran.outputs.passed, ran.outputs.score], ['failure', 'false', '']);
  });

  it('works in the folder that is named', POSIX, (t) => {
    const { job } = withStub(t, `pwd > "$NOTES/args"; printf '%s' '${finished(true, 100)}'`);
    mkdirSync(join(job.folder, 'service a'));
    const ran = runAction({ endpoint: ':3000', 'working-directory': 'service a' }, job);
    assert.equal(ran.outcome, 'success');
    assert.match(readFileSync(join(job.folder, 'args'), 'utf8'), /\/service a\n$/);
  });

  it('builds the tool where its folder holds none', POSIX, (t) => {
    const folder = temporaryFolder(t);
    const actionPath = join(folder, 'action');
    mkdirSync(actionPath);
    const npm = `echo "$PWD: npm $*" >> "$NOTES/npm"
[ "$*" != 'run build' ] || { mkdir -p dist/bundle; echo 'process.stdout.write(${JSON.stringify(finished(true, 100))})' > dist/bundle/hooks.cjs; }`;
    const ran = runAction(
      { endpoint: ':3000' },
      { folder, actionPath, env: { NOTES: folder }, stubs: { npm } },
    );
    assert.equal(ran.outcome, 'success', ran.log);
    assert.equal(ran.outputs.score, '100');
    const calls = readFileSync(join(folder, 'npm'), 'utf8').trim().split('\n');
    assert.equal(calls.length, 2);
    for (const call of calls) assert.ok(call.startsWith(`${actionPath}: npm `), call);
  });

  it('installs the package of the version that is named, and refuses what is none', POSIX, (t) => {
    const folder = temporaryFolder(t);
    executable(join(folder, 'hooks'), `printf '%s' '${finished(true, 100)}'`);
    const npm = `echo "$*" >> "$NOTES/npm"; mkdir -p "$3/node_modules/.bin"; cp "$NOTES/hooks" "$3/node_modules/.bin"`;
    const job = { folder, env: { NOTES: folder }, stubs: { npm } };
    const ran = runAction({ endpoint: ':3000', version: '1.2.3-beta.1' }, job);
    assert.equal(ran.outputs.score, '100', ran.log);
    assert.match(
      readFileSync(join(folder, 'npm'), 'utf8'),
      /^install --prefix .* hooks-cli@1\.2\.3-beta\.1\n$/,
    );
    for (const version of ['npm:other@1', 'https://example.com/x.tgz', '--registry=x', '1 2', '1\n2']) {
      assert.deepEqual(runAction({ endpoint: ':3000', version }, job).exitCodes, [2], version);
    }
  });

  it('says which Node it needs', POSIX, (t) => {
    const job = { folder: temporaryFolder(t), stubs: { node: 'exit 1' } };
    const ran = runAction({ endpoint: ':3000' }, job);
    assert.deepEqual(ran.exitCodes, [3]);
    assert.match(ran.log, /^::error::hooks needs Node\.js 20\.19/m);
  });

  it('grades a real receiver with the real tool', POSIX, async (t) => {
    const folder = temporaryFolder(t);
    const port = await freePort();
    writeFileSync(
      join(folder, 'server.js'),
      `require('node:http').createServer((request, response) => request.resume().on('end', () => response.writeHead(204).end())).listen(${port}, '127.0.0.1');`,
    );
    const inputs = {
      endpoint: `127.0.0.1:${port}`,
      provider: 'synq',
      secret: SECRET,
      start: `"${process.execPath}" server.js`,
      junit: 'hooks.xml',
      args: '--only=authenticity/unsigned\n--payloads=0',
    };
    const ran = runAction(inputs, { folder });
    assert.deepEqual(ran.exitCodes, [0, 1, 0], ran.log);
    assert.deepEqual([ran.outputs.passed, ran.outputs.score], ['false', '50']);
    assert.match(readFileSync(ran.outputs.junit ?? '', 'utf8'), /<failure /);
    assert.match(ran.log, /^::error title=authenticity\/unsigned::/m);
    assert.equal(runAction({ ...inputs, baseline: ran.outputs.report ?? '' }, { folder }).outcome, 'success');
  });
});
