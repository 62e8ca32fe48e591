import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Webhook } from 'svix';
import { request } from 'undici';
import { hooksProcess, jsonLines, startListener, temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';

const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const OTHER_SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDI=';

interface Listed {
  id: string;
  direction: string;
  slug?: string;
  status?: number;
  isInvalid: boolean;
}

describe('hooks history', () => {
  const state = mkdtempSync(join(tmpdir(), 'hooks-history-'));
  const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: state };
  const hooks = (...argv: string[]) => hooksProcess(argv, { env });
  const list = async (...argv: string[]) =>
    jsonLines<Listed>((await hooks('history', 'list', '--json', ...argv)).stdout);

  const ends: (() => unknown)[] = [];
  after(() => {
    for (const end of ends) end();
    rmSync(state, { recursive: true, force: true });
  });

  // Three events sent and received: one good, one that the listener refuses, one incident.io.
  before(async () => {
    const listener = await startListener(
      { after: (end) => void ends.push(end) },
      ['--strict', '--exit-after', '3'],
      { env },
    );
    await hooks('send', 'issue_created', '--to', listener.url);
    await hooks('send', 'issue_closed', '--to', listener.url, '--secret', 'wrong');
    await hooks('send', 'schedule.created_v1', '--to', listener.url);
    await listener.ended;
  });

  it('lists the newest first, sent and received', async () => {
    const all = await list();
    assert.deepEqual(
      all.map(({ direction, slug }) => `${direction} ${slug}`).sort(),
      ['received', 'sent'].flatMap((way) =>
        ['issue_closed', 'issue_created', 'schedule.created_v1'].map((slug) => `${way} ${slug}`),
      ),
    );
    assert.deepEqual(
      all.map(({ id }) => id),
      all
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
  });

  const selections: { argv: string[]; slugs: string[] }[] = [
    { argv: ['--event', 'issue_*', '--direction', 'sent'], slugs: ['issue_closed', 'issue_created'] },
    { argv: ['--event', 'synq/issue_created', '--direction', 'sent'], slugs: ['issue_created'] },
    { argv: ['--provider', 'incident-io', '--direction', 'received'], slugs: ['schedule.created_v1'] },
    { argv: ['--failed', '--direction', 'sent'], slugs: ['issue_closed'] },
    { argv: ['--status', '4xx', '--direction', 'sent'], slugs: ['issue_closed'] },
    { argv: ['--status', '200', '--direction', 'sent'], slugs: ['schedule.created_v1', 'issue_created'] },
    { argv: ['--invalid'], slugs: ['issue_closed'] },
    { argv: ['--grep', 'EVENT_TYPE_ISSUE_CLOSED', '--direction', 'received'], slugs: ['issue_closed'] },
    { argv: ['--since', '1h', '--last', '1', '--direction', 'received'], slugs: ['schedule.created_v1'] },
    { argv: ['--until', '1h'], slugs: [] },
    { argv: ['--limit', '1', '--offset', '1', '--direction', 'sent'], slugs: ['issue_closed'] },
  ];
  for (const { argv, slugs } of selections) {
    it(`selects with ${argv.join(' ')}`, async () => {
      assert.deepEqual(
        (await list(...argv)).map(({ slug }) => slug),
        slugs,
      );
    });
  }

  it('shows a recording by a unique prefix of its id, and its raw bytes', async () => {
    const [newest] = await list('--direction', 'received');
    assert.ok(newest);
    const shown = await hooks('history', 'show', newest.id.slice(0, -2).toLowerCase());
    assert.match(shown.stdout, /Request {2}POST \/[\s\S]*Verdicts {2}✓ genuine[\s\S]*Answer {2}200/);
    const raw = await hooks('history', 'show', newest.id, '--raw');
    const json = JSON.parse((await hooks('history', 'show', newest.id, '--json')).stdout) as {
      body: { text: string };
    };
    assert.equal(raw.stdout, json.body.text);
  });

  it('compares two recordings', async () => {
    const [closed, created] = await list('--direction', 'received', '--event', 'issue_*');
    const { stdout, exitCode } = await hooks('history', 'diff', created?.id ?? '', closed?.id ?? '');
    assert.equal(exitCode, 0);
    assert.match(stdout, /Headers[\s\S]*Signed[\s\S]*Body/);
    assert.match(stdout, /event_type/);
  });

  it('prints JSON lines that the output schema describes', async () => {
    for (const argv of [['list'], ['show', 'last'], ['diff', 'last', 'last~1'], ['prune']]) {
      const { stdout } = await hooks('history', ...argv, '--json');
      assert.ok(checkedLines(stdout).length > 0, argv.join(' '));
    }
    assert.equal(checkedLines((await hooks('verify', 'last', '--json')).stdout).at(-1)?.isGenuine, true);
  });

  it('keeps no secret, in files that only their owner can read', async () => {
    const files = readdirSync(state).map((name) => join(state, name));
    assert.ok(files.length > 0);
    for (const file of files) {
      assert.equal(statSync(file).mode & 0o077, 0, file);
      assert.ok(!readFileSync(file).includes('c3RhbmRhcmQt'), file);
    }
    assert.equal((await hooks('history', 'path')).stdout, `${join(state, 'history.sqlite')}\n`);
  });

  it('exports redacted recordings that verify under a test secret', async () => {
    const argv = ['history', 'export', '--direction', 'received', '--event', 'schedule.created_v1'];
    const redact = ['--redact', '["schedule.created_v1"].name', '--secret', OTHER_SECRET];
    const { stdout, stderr, exitCode } = await hooks(...argv, ...redact);
    assert.equal(exitCode, 0, stderr);
    const [redacted] = jsonLines<{ headers: [string, string][]; body: { text: string }; at: string }>(stdout);
    assert.ok(redacted);
    assert.match(redacted.body.text, /"name": ?"redacted"/);
    const headers = Object.fromEntries(redacted.headers);
    assert.doesNotThrow(() => new Webhook(OTHER_SECRET).verify(redacted.body.text, headers));
    assert.throws(() => new Webhook(SECRET).verify(redacted.body.text, headers));
  });

  it('exports a sample and a curl command', async () => {
    const fixture = await hooks('history', 'export', 'last', '--format', 'fixture');
    const raw = await hooks('history', 'show', 'last', '--raw');
    assert.equal(fixture.stdout, raw.stdout);
    const curl = await hooks('history', 'export', 'last', '--format', 'curl');
    assert.match(curl.stdout, /^curl /);
  });

  it('leaves a file as it was when the export fails, and says why', async (t) => {
    const file = join(temporaryFolder(t), 'kept.ndjson');
    writeFileSync(file, 'precious');
    const { exitCode, stderr } = await hooks(
      'history',
      'export',
      'last',
      '--redact',
      'no.such.field',
      '-o',
      file,
    );
    assert.equal(exitCode, 2, stderr);
    assert.equal(readFileSync(file, 'utf8'), 'precious');
    const nowhere = await hooks('history', 'export', 'last', '-o', '/nowhere/at/all.ndjson');
    assert.equal(nowhere.exitCode, 3);
    assert.doesNotMatch(nowhere.stderr, /\n\s+at /);
  });

  it('writes samples of one event type to files of their own', async (t) => {
    const folder = temporaryFolder(t);
    const argv = ['--event', 'issue_created', '--format', 'fixture', '-o', folder];
    assert.equal((await hooks('history', 'export', ...argv)).exitCode, 0);
    assert.equal(readdirSync(folder).length, 2);
  });

  it('refuses what it cannot import, with the reason, and goes on with exit code 2', async (t) => {
    const file = join(temporaryFolder(t), 'notes.bin');
    writeFileSync(file, Buffer.from([0, 1, 2, 3]));
    const { exitCode, stderr } = await hooks('history', 'import', file);
    assert.equal(exitCode, 2);
    assert.match(stderr, /error: .*\n/);
    assert.doesNotMatch(stderr, /at .*\.js/);
    assert.equal((await hooks('history', 'import', '/nowhere/at/all')).exitCode, 3);
  });

  it('imports each delivery once, where its time puts it, and masks its credentials', async (t) => {
    const folder = temporaryFolder(t);
    const own = { HOOKS_STATE_DIR: join(folder, 'state') };
    const hooksHere = (...argv: string[]) => hooksProcess(['history', ...argv], { env: own });
    const har = join(folder, 'old.har');
    const http = join(folder, 'requests.http');
    const entry = (day: string) => ({
      startedDateTime: `${day}T00:00:00Z`,
      request: {
        method: 'POST',
        url: 'http://shop.example/in?token=hunter2',
        headers: [{ name: 'X-Acme-Token', value: 'hunter3' }],
        postData: { text: `{"day":"${day}"}` },
      },
      response: { status: 200, headers: [], content: {} },
    });
    writeFileSync(har, JSON.stringify({ log: { entries: ['2020-01-02', '2020-01-01'].map(entry) } }));
    writeFileSync(
      http,
      'POST /a HTTP/1.1\ncontent-length:1\n\n1\n###\nPOST /b HTTP/1.1\ncontent-length:1\n\n2',
    );
    assert.equal((await hooksHere('import', har, http, har)).stdout, 'imported 4, 2 were there already\n');
    assert.deepEqual(checkedLines((await hooksHere('import', http, har, '--json')).stdout), [
      { imported: 0, skipped: 4 },
    ]);
    const listed = jsonLines<{ at: string; target: string }>((await hooksHere('list', '--json')).stdout);
    assert.deepEqual(
      listed.map(({ at, target }) => (at.startsWith('2020') ? at.slice(0, 10) : target)),
      ['/b', '/a', '2020-01-02', '2020-01-01'],
    );
    assert.equal((await hooksHere('prune')).stdout, 'removed 0\n');
    const exported = join(folder, 'own.ndjson');
    await hooksHere('export', '-o', exported);
    assert.equal((await hooksHere('import', exported)).stdout, 'imported 0, 4 were there already\n');
    const { stdout } = await hooksHere(
      'show',
      '--json',
      jsonLines<Listed>((await hooksHere('list', '--json')).stdout)[3]?.id ?? '',
    );
    assert.doesNotMatch(stdout, /hunter/);
  });

  it('removes the oldest with prune', async (t) => {
    const own = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const listener = await startListener(t, ['--exit-after', '4'], { env: own });
    for (let index = 0; index < 4; index++)
      await request(listener.url, { method: 'POST', body: `{"n":${index}}` });
    await listener.ended;
    const pruned = await hooksProcess(['history', 'prune', '--keep', '1'], { env: own });
    assert.equal(pruned.stdout, 'removed 3\n');
    assert.equal((await hooksProcess(['history', 'show', '--raw'], { env: own })).stdout, '{"n":3}');
  });

  it('says what is in the way of the history', async (t) => {
    const HOOKS_STATE_DIR = temporaryFolder(t);
    mkdirSync(join(HOOKS_STATE_DIR, 'history.sqlite'));
    const { exitCode, stderr } = await hooksProcess(['history'], { env: { HOOKS_STATE_DIR } });
    assert.equal(exitCode, 3);
    assert.match(
      stderr,
      /cannot use the history in .*\n {2}why: {2}it is a folder\n {2}next: move it away, or/,
    );
  });

  it('takes a provider by its name or alias', async () => {
    for (const name of ['Incident.io', 'incident-io']) {
      assert.equal((await list('--provider', name, '--direction', 'received')).length, 1);
      assert.equal((await list('--event', `${name}/schedule.*`, '--direction', 'sent')).length, 1);
    }
  });

  it('notes a provider or event type that is nobody’s, and only such', async () => {
    const rows: [argv: string[], says: RegExp][] = [
      [
        ['--provider', 'incdent-io'],
        /no provider is called 'incdent-io'\n {2}next: did you mean incident-io\?/,
      ],
      [
        ['--event', 'isue_created'],
        /no event type is called 'isue_created'\n {2}next: did you mean issue_created\?/,
      ],
      [['--event', 'nobody/issue_*'], /no event type is called 'nobody\/issue_\*'/],
    ];
    for (const [argv, says] of rows) {
      const { exitCode, stderr } = await hooks('history', ...argv);
      assert.equal(exitCode, 0);
      assert.match(stderr, says);
    }
    for (const argv of [
      ['--event', 'issue_*'],
      ['--event', 'synq/ping'],
      ['--provider', 'synchub'],
    ]) {
      assert.doesNotMatch((await hooks('history', ...argv)).stderr, /note:/);
    }
  });

  it('refuses a time that is none, and says how to write one', async () => {
    const { exitCode, stderr } = await hooks('history', '--since', 'yesterday');
    assert.equal(exitCode, 2);
    assert.match(stderr, /2h/);
    assert.doesNotMatch(stderr, /-40m/);
  });

  it('says that nothing has been recorded yet', async (t) => {
    const HOOKS_STATE_DIR = temporaryFolder(t);
    const inNone = (...argv: string[]) => hooksProcess(['history', ...argv], { env: { HOOKS_STATE_DIR } });
    const { exitCode, stderr } = await inNone();
    assert.equal(exitCode, 0);
    assert.match(stderr, /nothing has been recorded yet[\s\S]*next:/);
    assert.deepEqual(await inNone('list', '--json'), { exitCode: 0, stdout: '', stderr: '' });
    assert.deepEqual(await inNone('prune'), { exitCode: 0, stdout: 'removed 0\n', stderr: '' });
    assert.equal((await inNone('show')).exitCode, 2);
    assert.equal((await inNone('list', 'last')).exitCode, 2);
    assert.deepEqual(readdirSync(HOOKS_STATE_DIR), []);
  });
});
