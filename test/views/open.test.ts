import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import type { RunEvent } from '../../src/core/run-event.ts';
import { openView, type ViewOptions } from '../../src/views/open.ts';
import type { Output } from '../../src/views/output.ts';
import { EVENTS } from '../helpers/run-events.ts';
import { createSink } from '../helpers/sink.ts';

async function shown(options: ViewOptions, events: readonly RunEvent[] = EVENTS, isTTY = false) {
  const stdout = createSink({ isTTY });
  const stderr = createSink({ isTTY });
  const view = openView(options, { stdout, stderr, env: {} });
  for (const event of events) await view(event);
  return { stdout: stdout.text(), stderr: stderr.text() };
}

function only(...types: RunEvent['type'][]): RunEvent[] {
  return EVENTS.filter(({ type }) => types.includes(type));
}

describe('openView', () => {
  it('sends results to stdout and everything else to stderr', async () => {
    const { stdout, stderr } = await shown({ deliveries: 1 });
    assert.match(stdout, /^--> POST/);
    assert.match(stdout, /1 delivered/);
    assert.match(stdout, /2 received/);
    assert.match(stderr, /error: nothing listens at localhost:3000/);
    assert.match(stderr, /refused {2}the body is larger/);
    assert.match(stderr, /note: that Acme signs like this is assumed\n/);
    assert.doesNotMatch(stdout, /^(?:note|error):/m);
  });

  it('prints with --json each event as one line, in order', async () => {
    const { stdout } = await shown({ json: true });
    const types = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as RunEvent).type);
    assert.deepEqual(
      types,
      EVENTS.map(({ type }) => type),
    );
  });

  it('tells the person of warnings also with --json, unless it is to be quiet', async () => {
    assert.match((await shown({ json: true })).stderr, /^note: /);
    assert.equal((await shown({ json: true, quiet: true }, only('warning'))).stderr, '');
    assert.match((await shown({ json: true, quiet: true }, only('warning'))).stdout, /"type":"warning"/);
  });

  it('prints with --quiet only what went wrong', async () => {
    const events = EVENTS.filter(({ type }) => !/^(?:test|case)\./.test(type));
    const { stdout, stderr } = await shown({ quiet: true }, events);
    assert.match(
      stdout,
      /^<-- 500[\s\S]*✗ status 500 is not 2xx\n {2}<-- callback cancel by POST, invalid command [^\n]*\n[\s\S]*published[^\n]*\n✗ callback cancel did not come within 5 s \[evt_1\]\n\S+ {2}acme order\.paid [^\n]*\n[\s\S]*→ nothing listens[\s\S]*\n {4}\}\n *shop {2}a reader was refused[^\n]*\n<-- POST [^\n]+ 400 [^\n]+\n--> order_paid [^\n]+\n$/,
    );
    assert.match(stderr, /nothing listens/);
    assert.doesNotMatch(stderr, /note:/);
  });

  it('colours each stream by itself', async () => {
    assert.match((await shown({}, EVENTS, true)).stdout, /\u001b\[/);
    assert.doesNotMatch((await shown({}, EVENTS)).stdout, /\u001b/);
    assert.doesNotMatch((await shown({ color: false }, EVENTS, true)).stdout, /\u001b/);
    assert.match((await shown({ color: true }, EVENTS)).stdout, /\u001b\[/);
    assert.doesNotMatch((await shown({ color: true, json: true }, EVENTS)).stdout, /\u001b/);
  });

  it('adds what to do next to a warning', async () => {
    const { stderr } = await shown({}, [
      { type: 'warning', code: 'schema', message: 'a\u001b', next: 'b\u009b' },
    ]);
    assert.equal(stderr, 'note: a\\x1b\n  next: b\\x9b\n');
  });

  describe('with a progress line', () => {
    /** A terminal that Ink can draw on, with what was written to it. */
    function terminal() {
      let text = '';
      const stream = new PassThrough();
      stream.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      return { stream: Object.assign(stream, { isTTY: true, columns: 80, rows: 24 }), text: () => text };
    }

    async function inProgress(events: readonly RunEvent[]) {
      const { stream, text } = terminal();
      const stderr = createSink();
      const view = openView({ deliveries: 100 }, { stdout: stream as unknown as Output, stderr, env: {} });
      for (const event of events) await view(event);
      return { view, stream, stdout: text, stderr: stderr.text() };
    }

    it('sends failures and warnings to stderr, and answers that were not expected to stdout', async () => {
      const types = [
        'attempt.started',
        'attempt.finished',
        'attempt.failed',
        'warning',
        'run.finished',
      ] as const;
      const { stdout, stderr } = await inProgress(only(...types));
      assert.match(stderr, /error: nothing listens at localhost:3000/);
      assert.match(stderr, /note: that Acme signs like this is assumed\n/);
      assert.match(stdout(), /status 500 is not 2xx/);
      assert.match(stdout(), /1 delivered[^\n]*\n$/);
      assert.doesNotMatch(stdout(), /nothing listens|note:/);
    });

    it('draws nothing before the first delivery', async () => {
      const { stdout, stderr } = await inProgress(only('warning'));
      assert.equal(stdout(), '');
      assert.match(stderr, /^note: /);
    });

    // Ink does not take hold of a terminal in CI, so there is nothing to give back.
    const inCi = 'CI' in process.env && 'Ink draws nothing live in CI';
    it('gives the terminal back where the run breaks off', { skip: inCi }, async () => {
      const { view, stream } = await inProgress(only('attempt.started'));
      assert.notEqual(stream.listenerCount('resize'), 0);
      view.close?.();
      assert.equal(stream.listenerCount('resize'), 0);
      view.close?.();
    });
  });
});
