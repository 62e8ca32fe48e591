import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { request } from 'undici';
import { loadProviderPacks } from '../src/adapters/provider-packs.ts';
import type { DeliveryReceived, RunEvent } from '../src/core/run-event.ts';
import { hooksProcess, jsonLines, startListener, temporaryFolder } from './helpers/hooks-process.ts';

// Usable for every scheme: base64 after whsec_ for Standard Webhooks, plain text for the others.
const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const OTHER_SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDI=';

const packs = await loadProviderPacks();

/** Runs the calls a few at a time: each is a process of its own. */
async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all([work(), work(), work(), work()]);
}

/** A listener that ends after one delivery, and what it said of it. */
async function judged(
  t: TestContext,
  listenArgv: readonly string[],
  deliver: (url: string) => Promise<unknown>,
): Promise<DeliveryReceived> {
  const listener = await startListener(t, ['--strict', '--exit-after', '1', ...listenArgv], {
    env: { HOOKS_SECRET: SECRET },
  });
  await deliver(listener.url);
  const { stdout } = await listener.ended;
  const received = jsonLines<RunEvent>(stdout).find((event) => event.type === 'delivery.received');
  assert.ok(received);
  return received;
}

describe('send and listen, as processes', () => {
  for (const { manifest, variants } of packs) {
    const names = Object.entries(manifest.events).flatMap(([eventType]) => [
      `${manifest.id}/${eventType}`,
      ...(variants[eventType] ?? []).map((variant) => `${manifest.id}/${eventType}@${variant}`),
    ]);

    it(`deliver all ${names.length} samples of ${manifest.id}: signed, genuine, valid`, async (t) => {
      const listener = await startListener(
        t,
        ['--strict', '--expect-valid', '--exit-after', String(names.length), '--timeout', '10m'],
        { env: { HOOKS_SECRET: SECRET } },
      );
      await inParallel(names, async (name) => {
        const sent = await hooksProcess(['send', name, '--to', listener.url], {
          env: { HOOKS_SECRET: SECRET },
        });
        assert.equal(sent.exitCode, 0, `${name}: ${sent.stdout}${sent.stderr}`);
      });
      const { exitCode, stdout } = await listener.ended;
      assert.equal(exitCode, 0, stdout.slice(-2000));
      const received = jsonLines<RunEvent>(stdout).filter((event) => event.type === 'delivery.received');
      assert.equal(received.length, names.length);
      const needsSecret = manifest.signing.value !== undefined && manifest.signing.value.scheme !== 'none';
      for (const { verdicts, answer } of received) {
        assert.equal(answer.status, 200);
        assert.equal(verdicts.provider, manifest.id);
        assert.equal(verdicts.signature.state, needsSecret ? 'genuine' : 'not-verified');
        assert.equal(verdicts.schema.state, 'valid');
        assert.equal(verdicts.isDuplicate, false, verdicts.eventType);
      }
    });
  }

  it('work as the README shows: hooks send issue_created --to localhost:<port>', async (t) => {
    const listener = await startListener(t, ['--strict', '--exit-after', '1'], {
      env: { HOOKS_SECRET: SECRET },
    });
    const sent = await hooksProcess(
      ['send', 'issue_created', '--to', `localhost:${new URL(listener.url).port}`],
      {
        env: { HOOKS_SECRET: SECRET },
      },
    );
    assert.equal(sent.exitCode, 0, sent.stderr);
    assert.match(sent.stdout, /<-- 200 OK in .*\n[\s\S]*1 delivered, 0 failed\n$/);
    assert.equal((await listener.ended).exitCode, 0);
  });

  it('refuse a wrong secret with its own reason', async (t) => {
    const { verdicts, answer } = await judged(t, [], (url) =>
      hooksProcess(['send', 'issue_created', '--to', url], { env: { HOOKS_SECRET: OTHER_SECRET } }),
    );
    assert.equal(verdicts.signature.state === 'refused' && verdicts.signature.reason, 'signature-mismatch');
    assert.equal(answer.status, 401);
  });

  it('refuse a stale timestamp with its own reason, and accept one within the tolerance', async (t) => {
    const stale = await judged(t, [], (url) =>
      hooksProcess(['send', 'issue_created', '--to', url, '--timestamp', '-31m'], {
        env: { HOOKS_SECRET: SECRET },
      }),
    );
    assert.equal(
      stale.verdicts.signature.state === 'refused' && stale.verdicts.signature.reason,
      'timestamp-too-old',
    );
    const retried = await judged(t, [], (url) =>
      hooksProcess(['send', 'issue_created', '--to', url, '--timestamp', '-29m'], {
        env: { HOOKS_SECRET: SECRET },
      }),
    );
    assert.equal(retried.verdicts.signature.state, 'genuine');
  });

  it('refuse a flipped byte with its own reason', async (t) => {
    const { verdicts, answer } = await judged(t, [], async (url) => {
      const prepared = await hooksProcess(['send', 'issue_created', '--to', url, '--dry-run', '--json'], {
        env: { HOOKS_SECRET: SECRET },
      });
      const sent = jsonLines<{ type: string; headers: [string, string][]; body: { base64: string } }>(
        prepared.stdout,
      ).find(({ type }) => type === 'request.prepared');
      assert.ok(sent);
      const body = Buffer.from(sent.body.base64, 'base64');
      const at = body.indexOf('orders');
      body[at] = (body[at] ?? 0) ^ 1;
      await request(url, { method: 'POST', headers: sent.headers.flat(), body });
    });
    assert.equal(verdicts.signature.state === 'refused' && verdicts.signature.reason, 'signature-mismatch');
    assert.equal(verdicts.schema.state, 'valid');
    assert.equal(answer.status, 401);
  });

  it('refuse a delivery without signature headers with its own reason', async (t) => {
    const { verdicts } = await judged(t, [], (url) =>
      hooksProcess(['send', 'issue_created', '--to', url, '--unsigned']),
    );
    assert.equal(verdicts.signature.state === 'refused' && verdicts.signature.reason, 'header-missing');
  });

  it('answer 422 to a body that is signed well but departs from its schema', async (t) => {
    const { verdicts, answer } = await judged(t, [], (url) =>
      hooksProcess(['send', 'issue_created', '--to', url, '--unset', 'issue_created.issue.issue_id'], {
        env: { HOOKS_SECRET: SECRET },
      }),
    );
    assert.equal(verdicts.signature.state, 'genuine');
    assert.equal(answer.status, 422);
  });

  it('understand a signature made by independent code', async (t) => {
    const { verdicts } = await judged(t, [], async (url) => {
      const body =
        '{"workspace":"w","event_id":"1","event_time":"2026-07-14T09:00:00Z","event_type":"EVENT_TYPE_PING","ping":{}}';
      const timestamp = String(Math.floor(Date.now() / 1000));
      const hex = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
      const headers = { 'X-Coalesce-Timestamp': timestamp, 'X-Coalesce-Signature': `v1=${hex}` };
      await request(url, { method: 'POST', headers, body });
    });
    assert.equal(verdicts.signature.state, 'genuine');
  });
});

describe('a provider folder of one’s own', () => {
  it('works everywhere by being there', async (t) => {
    const folder = join(temporaryFolder(t), 'acme');
    mkdirSync(join(folder, 'events'), { recursive: true });
    mkdirSync(join(folder, 'schemas'));
    writeFileSync(join(folder, 'provider.json'), JSON.stringify(acmeManifest()));
    const sample = { type: 'order/paid', id: 'evt_1', order: { id: 'A-1001', total: 4250 } };
    writeFileSync(join(folder, 'events', 'order%2Fpaid.json'), JSON.stringify(sample));
    writeFileSync(
      join(folder, 'schemas', 'order%2Fpaid.json'),
      JSON.stringify({
        type: 'object',
        required: ['order'],
        properties: { order: { type: 'object', required: ['id'] } },
      }),
    );
    cpSync(join(folder, 'events', 'order%2Fpaid.json'), join(folder, 'events', 'order%2Fpaid@large.json'));
    const env = { HOOKS_PROVIDERS: folder, HOOKS_SECRET: 'acme-secret-0001' };

    const events = await hooksProcess(['events', '--json', '--provider', 'acme'], { env });
    assert.deepEqual(
      jsonLines(events.stdout).map(({ eventType, variant }) => [eventType, variant]),
      [
        ['order/paid', null],
        ['order/paid', 'large'],
      ],
    );
    assert.equal((await hooksProcess(['provider', 'check', folder], { env })).exitCode, 0);
    assert.match((await hooksProcess(['provider', 'show', 'acme'], { env })).stdout, /hmac-sha256/);
    const listener = await startListener(t, ['--strict', '--expect-valid', '--exit-after', '2'], { env });
    for (const name of ['order_paid', 'acme/order/paid@large']) {
      const sent = await hooksProcess(['send', name, '--to', listener.url], { env });
      assert.equal(sent.exitCode, 0, sent.stderr);
    }
    const { exitCode, stdout } = await listener.ended;
    assert.equal(exitCode, 0, stdout);
    const received = jsonLines<RunEvent>(stdout).filter((event) => event.type === 'delivery.received');
    assert.deepEqual(
      received.map(({ verdicts }) => [verdicts.provider, verdicts.signature.state, verdicts.schema.state]),
      Array(2).fill(['acme', 'genuine', 'valid']),
    );
    const candidates = await hooksProcess(['completion', '--candidates', ':send', ':acme/'], { env });
    assert.match(candidates.stdout, /^acme\/order_paid$/m);
  });
});

function acmeManifest() {
  const known = <T>(value: T) => ({ value, confidence: 'documented', source: 'docs' });
  const unknown = { confidence: 'unknown' };
  return {
    id: 'acme',
    name: 'Acme Orders',
    description: 'Orders of a shop.',
    sources: { docs: { title: 'Webhook guide', readOn: '2026-11-20' } },
    request: { method: known('POST'), contentType: known('application/json'), userAgent: unknown },
    eventType: known({ in: 'body', paths: ['/type'] }),
    idempotencyKey: known({ in: 'body', paths: ['/id'] }),
    idFormat: known('evt_'),
    signing: known({
      scheme: 'hmac-sha256',
      signatureHeader: 'X-Acme-Signature',
      signaturePrefix: 'sha256=',
      signatureEncoding: 'hex',
      signatureContent: '{timestamp}.{body}',
      timestampHeader: 'X-Acme-Timestamp',
    }),
    fresh: [{ path: '/id', value: 'uuid' }],
    timeoutSeconds: known(5),
    success: known('2xx'),
    retries: unknown,
    facts: {},
    events: {
      'order/paid': {
        slug: 'order_paid',
        description: 'An order has been paid.',
        confidence: 'documented',
        source: 'docs',
        variants: { large: { description: 'A large order.' } },
      },
    },
  };
}
