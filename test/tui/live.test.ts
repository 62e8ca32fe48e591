import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createRecordingWriter } from '../../src/adapters/store/writer.ts';
import { endpoint } from '../helpers/endpoint.ts';
import { KEEP_ALL } from '../helpers/history-store.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { idAt, minute, received } from '../helpers/recordings.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { noTmux, startSession, type TerminalSession } from '../helpers/tmux.ts';

const SECRET = 'a signing secret of these tests';
const OTHER_SECRET = 'another signing secret of them';

/** A listener in a terminal, with what sends to it. */
async function listening(t: TestContext, argv: string[] = [], env: Record<string, string | undefined> = {}) {
  const session = await startSession(t, ['listen', '-p', '0', ...argv], {
    env: { HOOKS_SECRET: SECRET, ...env },
  });
  const screen = await session.shows(/http:\/\/127\.0\.0\.1:\d+[\s\S]*waiting for deliveries/);
  const url = /http:\/\/[\d.]+:\d+/.exec(screen)?.[0] ?? '';
  const send = async (event: string, ...more: string[]) => {
    const ran = await runHooks(['send', event, '--to', url, '--no-record', '-q', ...more], {
      env: { HOOKS_SECRET: SECRET },
    });
    assert.equal(ran.exitCode, 0, ran.stderr);
  };
  return { session, url, send };
}

/** Quits, and expects the terminal as it was. */
async function quits(session: TerminalSession, exitCode = 0) {
  await session.press('q');
  const ended = await session.ended();
  assert.equal(ended.exitCode, exitCode, ended.screen);
  assert.ok(ended.isRestored, 'the terminal is as it was');
  return ended;
}

describe('the live view of hooks listen', { skip: noTmux }, () => {
  it('lists deliveries with their verdicts, and opens one with what is wrong beside its line', async (t) => {
    const { session, send } = await listening(t);
    await send('ping');
    await send('issue_created', '--secret', OTHER_SECRET, '--set', 'issue_created.issue.title=5');
    const list = await session.shows(/2 received/);
    assert.match(list, /TIME +PROVIDER +EVENT +SIG BODY ANSWER/);
    assert.match(list, / {2}\d\d:\d\d:\d\d synq +ping .*✓ +✓ +200 .* (ms|s) .* B$/m);
    assert.match(list, /^› \d\d:\d\d:\d\d synq +issue_created .*✗ +✗ +200 /m);
    await session.press('Enter');
    await session.shows(/^ +"title": 5, {2}✗ must be string/m);
    await session.press('Tab');
    await session.shows(/^content-type: application\/json/im);
    await session.press('3');
    const verdicts = await session.shows(/not genuine/);
    assert.match(verdicts, /\/issue_created\/issue\/title must be string/);
    await session.press('5');
    await session.shows(/^00000000 {2}7b 22 /m);
    await session.press('4');
    await session.shows(/^Our answer {2}200/m);
    await session.press('K');
    await session.shows(/synq ping/);
    await session.press('Escape');
    await session.shows(/^› .* ping /m);
    const { screen } = await quits(session);
    assert.match(screen, /before\n2 received, 1 genuine, 1 with a refused signature, 1 with a wrong body in/);
  });

  it('filters as one writes, and pauses while deliveries go on being received', async (t) => {
    const { session, send } = await listening(t);
    await send('ping', '-n', '3');
    await send('issue_created');
    await session.shows(/4 received/);
    await session.type('/issue');
    await session.shows(/filter: issue/);
    assert.doesNotMatch(await session.shows(/1 match/), /synq +ping/);
    await session.press('Enter', 'Escape');
    await session.shows(/synq +ping/);
    await session.press('p');
    await session.shows(/PAUSED, 0 new/);
    await send('ping', '-n', '2');
    await session.shows(/6 received {2}PAUSED, 2 new/);
    await session.press('p');
    assert.doesNotMatch(await session.shows(/› .* ping /), /PAUSED/);
    await quits(session);
  });

  it('replays to the endpoint that it asks for once, signed anew, and edited', async (t) => {
    const receiver = await endpoint(t, (response) => response.writeHead(418).end('short and stout'));
    const editor = `sed -i s/Hello/Edited/`;
    const { session, send } = await listening(t, [], { EDITOR: editor });
    await send('ping');
    await session.shows(/1 received/);
    await session.press('r');
    await session.shows(/^replay to:/m);
    await session.type(String(receiver.port));
    await session.press('Enter');
    await session.shows(/replay to http:\/\/localhost:\d+\/: 418 in \d+ ms/);
    await session.press('e');
    await session.shows(/edited replay to http:\/\/localhost:\d+\/: 418/);
    const [first, second] = receiver.received.map(({ body }) => body.toString());
    assert.equal(second, first?.replace('Hello', 'Edited'));
    assert.notEqual(second, first);
    const signatures = receiver.received.map(({ headers }) =>
      Object.entries(headers).find(([name]) => name.includes('signature')),
    );
    assert.ok(signatures[0] && signatures[1]);
    assert.notDeepEqual(signatures[0], signatures[1]);
    await session.press('Enter', '4');
    const answers = await session.shows(/Edited replay/);
    assert.match(answers, /short and stout/);
    await quits(session);
  });

  it('replays with the old signature, and says so, where there is no secret', async (t) => {
    const receiver = await endpoint(t);
    const { session, send } = await listening(t, [], {
      HOOKS_SECRET: undefined,
      HOOKS_ENDPOINT: receiver.url,
    });
    await send('ping');
    assert.match(await session.shows(/1 received/), /^› .* ping .*– /m);
    await session.press('r');
    await session.shows(/: 204 in \d+ ms \(not signed anew: no secret\)/);
    await quits(session);
  });

  it('says what an editor that fails did, and goes on', async (t) => {
    const { session, send } = await listening(t, [], { EDITOR: 'false', HOOKS_ENDPOINT: '127.0.0.1:9' });
    await send('ping');
    await session.shows(/1 received/);
    await session.press('e');
    await session.shows(/the editor ended with an error, so nothing was sent; exit code 1/);
    await quits(session);
  });

  it('copies to the clipboard of the terminal, and exports without overwriting unasked', async (t) => {
    const { session, send } = await listening(t);
    await send('ping', '--set', 'ping.message=copied');
    await session.shows(/1 received/);
    await session.press('y');
    assert.match(await session.clipboard(), /^\{[\s\S]*"message":\s*"copied"/);
    await session.press('c');
    await session.shows(/copied a curl command/);
    assert.match(await session.clipboard(), /^curl /);
    writeFileSync(join(session.folder, 'mine'), 'precious');
    await session.press('x');
    await session.shows(/^write to: \w{26}\.ndjson/m);
    await session.press('C-u');
    await session.type('mine');
    await session.press('Enter');
    await session.shows(/^mine exists; replace it\?/m);
    await session.press('n');
    await session.shows(/left as it was/);
    assert.equal(readFileSync(join(session.folder, 'mine'), 'utf8'), 'precious');
    await session.press('x');
    await session.shows(/^write to: \w{26}\.ndjson/m);
    await session.press('Enter');
    await session.shows(/^written to /m);
    await quits(session);
  });

  it('keeps its shape when the terminal is resized, down to one that is hardly there', async (t) => {
    const { session, send } = await listening(t);
    await send('issue_created');
    await session.shows(/1 received/);
    await session.press('Enter');
    await session.shows(/^ +"event_id"/m);
    await session.resize(140, 40);
    const wide = await session.shows(/│/);
    assert.match(wide, /^› \d\d:\d\d:\d\d issue_created.*│/m);
    await session.resize(30, 6);
    await session.shows(/^\[1 body\]/m);
    await session.resize(80, 24);
    const lines = (await session.shows(/^Esc list.*q quit$/m)).split('\n');
    assert.match(lines[0] ?? '', /^http:\/\/127/);
    assert.match(lines[23] ?? '', /^Esc list/);
    await quits(session);
  });

  it('lists all its keys', async (t) => {
    const { session } = await listening(t);
    await session.press('?');
    const help = await session.shows(/any key goes back/);
    for (const word of ['Enter', 'filter', 'pause', 'replay', '$EDITOR', 'curl', 'NDJSON', 'quit'])
      assert.ok(help.includes(word), word);
    await session.press('Escape');
    await session.shows(/waiting for deliveries/);
    await quits(session);
  });

  it('shows no colour with NO_COLOR, and tells the verdicts all the same', async (t) => {
    for (const [argv, env] of [
      [[], { NO_COLOR: '1' }],
      [['--no-color'], {}],
    ] as const) {
      const { session, send } = await listening(t, [...argv], env);
      await send('ping');
      assert.match(await session.shows(/1 received/), /^› .* ✓ +✓ +200/m);
      assert.doesNotMatch(await session.screen({ escapes: true }), /\u001b\[[\d;]*(3[0-7]|9[0-7]|[34]8;5)/);
      await quits(session);
    }
  });

  it('counts every delivery of a burst', async (t) => {
    const { session, send } = await listening(t, ['--no-record']);
    await send('ping', '-n', '2000', '--concurrency', '20');
    await session.shows(/2000 received/);
    await session.press('g', 'Enter');
    await session.shows(/^ +"message"/m);
    const { screen } = await quits(session);
    assert.match(screen, /2000 received, 2000 genuine/);
  });

  it('exits with 1 on q where deliveries were not as expected', async (t) => {
    const { session, send } = await listening(t, ['--expect-valid']);
    await send('ping', '--secret', OTHER_SECRET);
    await session.shows(/1 received/);
    const { screen } = await quits(session, 1);
    assert.match(screen, /✗ 1 of 1 delivery not as expected/);
  });

  it('gives the terminal back on Ctrl-C, on SIGTERM and when it has what it waited for', async (t) => {
    const endings: {
      exitCode: number;
      end: (one: Awaited<ReturnType<typeof listening>>) => Promise<void>;
    }[] = [
      { exitCode: 130, end: ({ session }) => session.press('C-c') },
      { exitCode: 143, end: async ({ session }) => void process.kill(session.pid(), 'SIGTERM') },
      { exitCode: 0, end: ({ send }) => send('ping') },
    ];
    for (const { exitCode, end } of endings) {
      const one = await listening(t, exitCode === 0 ? ['--exit-after', '1'] : []);
      await end(one);
      const ended = await one.session.ended();
      assert.equal(ended.exitCode, exitCode, ended.screen);
      assert.ok(ended.isRestored, `after ${exitCode}`);
      assert.match(ended.screen, /\d received.* in /);
    }
  });

  it('gives the terminal back when it crashes, and then says so', async (t) => {
    const folder = temporaryFolder(t);
    const bomb = join(folder, 'bomb.cjs');
    writeFileSync(bomb, "process.on('SIGUSR2', () => { throw new Error('a bug for this test'); });");
    const { session } = await listening(t, [], { NODE_OPTIONS: `-r ${bomb}` });
    process.kill(session.pid(), 'SIGUSR2');
    const ended = await session.ended();
    assert.equal(ended.exitCode, 70, ended.screen);
    assert.ok(ended.isRestored);
    assert.match(ended.screen, /this is a bug of hooks[\s\S]*a bug for this test/);
  });

  it('says before it takes the terminal that the port is in use', async (t) => {
    const { url } = await listening(t);
    const second = await startSession(t, ['listen', '-p', new URL(url).port]);
    const ended = await second.ended();
    assert.equal(ended.exitCode, 3);
    assert.ok(ended.isRestored);
    assert.match(ended.screen, /error: /);
  });

  it('prints lines with --plain, and on a terminal that can nothing else', async (t) => {
    for (const [argv, env] of [
      [['--plain'], {}],
      [[], { TERM: 'dumb' }],
    ] as const) {
      const session = await startSession(t, ['listen', '-p', '0', ...argv], { env });
      const screen = await session.shows(/^ready http/m);
      assert.match(screen, /^before$/m);
      await session.press('C-c');
      assert.equal((await session.ended()).exitCode, 130);
    }
  });
});

describe('the live view of hooks history', { skip: noTmux }, () => {
  it('says that there is nothing, without taking the terminal', async (t) => {
    const session = await startSession(t, ['history']);
    const ended = await session.ended();
    assert.equal(ended.exitCode, 0);
    assert.match(ended.screen, /nothing has been recorded yet/);
  });

  it('opens the past, the newest at the bottom, with 10,000 deliveries', async (t) => {
    const folder = temporaryFolder(t);
    const writer = createRecordingWriter(folder, KEEP_ALL, () => minute(0));
    const count = 10_000;
    const all = Array.from({ length: count }, (_, index) =>
      received(index, { id: idAt(minute(index)), target: `/number/${index}`, slug: `event_${index}` }),
    );
    await Promise.all(all.map((recording) => writer.write(recording)));
    writer.close();
    const session = await startSession(t, ['history'], { folder });
    const screen = await session.shows(/^hooks history {2}10000 recorded *$/m);
    assert.match(screen, /^› \d\d-\d\d \d\d:\d\d:\d\d acme +event_9999/m);
    await session.press('g');
    await session.shows(/^› .* event_0 /m);
    await session.type('/event_77');
    await session.shows(/111 match/);
    await session.press('Enter', 'G', 'Enter');
    await session.shows(/"type": "payment\.failed"/);
    await session.press('2');
    await session.shows(/POST \/number\/7799/);
    await quits(session);
  });

  it('keeps to what is selected, and prints lines with --plain', async (t) => {
    const folder = temporaryFolder(t);
    const writer = createRecordingWriter(folder, KEEP_ALL, () => minute(0));
    await Promise.all(
      ['order.paid', 'user.invited', 'order.sent'].map((eventType, index) =>
        writer.write(received(index, { eventType })),
      ),
    );
    writer.close();
    const session = await startSession(t, ['history', '--event', 'order.*'], { folder });
    const screen = await session.shows(/2 recorded/);
    assert.match(screen, /order\.paid[\s\S]*order\.sent/);
    assert.doesNotMatch(screen, /user\.invited/);
    await session.press('C-c');
    assert.equal((await session.ended()).exitCode, 130);
    const plain = await startSession(t, ['history', 'list', '--plain', '--last', '1'], { folder });
    const ended = await plain.ended();
    assert.equal(ended.exitCode, 0);
    assert.match(ended.screen, /<-- {2}acme\/order\.sent/);
    assert.ok(existsSync(join(folder, 'history.sqlite')));
  });
});

describe('the progress line of hooks send', { skip: noTmux }, () => {
  it('sums up on Ctrl-C, and gives the terminal back', async (t) => {
    const { url } = await endpoint(t);
    const argv = ['send', 'ping', '--unsigned', '--to', url, '-n', '5000', '--rate', '50/s', '--no-record'];
    const session = await startSession(t, argv, { columns: 140 });
    await session.shows(/[1-9]\d*\/5000/);
    await session.press('C-c');
    const ended = await session.ended();
    assert.equal(ended.exitCode, 130);
    assert.ok(ended.isRestored);
    assert.match(ended.screen, /delivered, 0 failed in .*\(interrupted\)/);
  });
});
