import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { createAjv } from '../../src/adapters/ajv.ts';
import type { ErrorKind } from '../../src/core/errors.ts';
import type { RunEvent } from '../../src/core/run-event.ts';
import { formatEventJson } from '../../src/views/json.ts';
import { hooksProcess, startListener } from '../helpers/hooks-process.ts';
import { checkedLines, describedTypes } from '../helpers/output-schema.ts';
import { EVENTS } from '../helpers/run-events.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=';
// The compiler asks for a new kind of error here; the schema has to follow.
const EVERY_KIND: Record<ErrorKind | 'bug', true> = {
  usage: true,
  'unknown-name': true,
  'ambiguous-name': true,
  'secret-missing': true,
  'secret-unusable': true,
  'invalid-input': true,
  'invalid-manifest': true,
  'endpoint-unreachable': true,
  'port-unavailable': true,
  'file-unreadable': true,
  'file-unwritable': true,
  'store-unusable': true,
  bug: true,
};

// The compiler asks for a new type of event here; the samples and the schema have to follow.
const EVERY_TYPE: Record<RunEvent['type'], true> = {
  'attempt.started': true,
  'attempt.finished': true,
  'attempt.failed': true,
  'retry.scheduled': true,
  'delivery.given-up': true,
  'callback.received': true,
  'run.finished': true,
  ready: true,
  'delivery.received': true,
  'forward.retried': true,
  'relay.ready': true,
  'relay.accepted': true,
  'relay.reader': true,
  'relay.finished': true,
  'request.refused': true,
  'listen.finished': true,
  'serve.ready': true,
  'api.called': true,
  'delivery.sent': true,
  'serve.finished': true,
  'test.started': true,
  'case.finished': true,
  'test.finished': true,
  'load.started': true,
  'load.tick': true,
  'load.step': true,
  'load.finished': true,
  'load.exported': true,
  warning: true,
  'run.failed': true,
};
const EVENT = 'public_incident.incident_created_v2';

async function endpoint(t: TestContext, status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end('{"ok":false}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST' }, (response) => response.resume().on('end', resolve));
    call.on('error', reject).end(body);
  });
}

/** The types of the lines; what is assumed of a provider may be said before. */
function typesOf(stdout: string): unknown[] {
  return checkedLines(stdout)
    .filter(({ code }) => code !== 'assumed')
    .map(({ type }) => type);
}

describe('hooks schema', () => {
  it('prints a JSON Schema that can be used', async () => {
    const { exitCode, stdout } = await runHooks(['schema']);
    assert.equal(exitCode, 0);
    assert.equal(typeof createAjv().compile(JSON.parse(stdout) as object), 'function');
  });

  it('describes every event of a run', () => {
    for (const event of EVENTS) checkedLines(formatEventJson(event));
    const events = new Set<string>(EVENTS.map(({ type }) => type));
    assert.deepEqual([...events].sort(), Object.keys(EVERY_TYPE).sort());
    assert.deepEqual(
      describedTypes.filter((type) => !events.has(type)),
      ['request.prepared', 'verification', 'case'],
    );
  });

  it('describes every kind of error', () => {
    for (const kind of Object.keys(EVERY_KIND))
      checkedLines(formatEventJson({ type: 'run.failed', kind, message: 'no', exitCode: 2 }));
  });

  it('describes what send prints for an answer as expected, another one, and none', async (t) => {
    const env = { HOOKS_SECRET: SECRET };
    const fine = await runHooks(['send', EVENT, '--to', await endpoint(t, 200), '--json'], { env });
    assert.deepEqual(typesOf(fine.stdout), ['attempt.started', 'attempt.finished', 'run.finished']);
    const failed = await runHooks(['send', EVENT, '--to', await endpoint(t, 500), '--json', '-n', '2'], {
      env,
    });
    assert.equal(failed.exitCode, 1);
    assert.equal(typesOf(failed.stdout).length, 5);
    const nobody = await runHooks(['send', EVENT, '--to', '127.0.0.1:1', '--json'], { env });
    assert.equal(nobody.exitCode, 3);
    assert.deepEqual(typesOf(nobody.stdout), ['attempt.started', 'attempt.failed', 'run.finished']);
    for (const { stdout } of [fine, failed, nobody]) assert.ok(!stdout.includes(SECRET));
  });

  it('describes a dry run, its warnings, and a call that an error ended', async () => {
    const argv = ['send', EVENT, '--dry-run', '--json'];
    const edited = await runHooks([...argv, '--set', 'event_type=7'], { env: { HOOKS_SECRET: SECRET } });
    const types = typesOf(edited.stdout);
    assert.equal(types.at(-1), 'request.prepared');
    assert.ok(types.includes('warning'));
    assert.deepEqual(typesOf((await runHooks(argv)).stdout), ['run.failed']);
    assert.deepEqual(typesOf((await runHooks(['send', 'no_such_event', '--json'])).stdout), ['run.failed']);
  });

  it('describes what listen prints of genuine, refused and meaningless deliveries', async (t) => {
    const listener = await startListener(t, ['--exit-after', '4', '--max-body', '100k', '--timeout', '30s'], {
      env: { HOOKS_SECRET: SECRET },
    });
    const env = { HOOKS_SECRET: SECRET };
    await hooksProcess(['send', EVENT, '--to', listener.url], { env });
    await hooksProcess(['send', EVENT, '--to', listener.url, '--timestamp', '-2h'], { env });
    await post(listener.url, 'x'.repeat(200_000)).catch(() => {});
    await post(listener.url, '\u0000\u009b');
    await hooksProcess(
      ['send', EVENT, '--to', listener.url, '--set', 'event_type=unheard_of', '--unsigned'],
      { env },
    );
    const { stdout } = await listener.ended;
    const types = typesOf(stdout);
    assert.equal(types[0], 'ready');
    assert.equal(types.at(-1), 'listen.finished');
    assert.equal(types.filter((type) => type === 'delivery.received').length, 4);
    assert.ok(types.includes('request.refused'));
    assert.ok(!stdout.includes(SECRET));
  });
});
