import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { request } from 'undici';
import type { RunEvent } from '../../src/core/run-event.ts';
import { jsonLines, startListener, temporaryFolder } from '../helpers/hooks-process.ts';

describe('hooks listen', () => {
  it('neither prints nor records a token that is the secret itself', async (t) => {
    const state = temporaryFolder(t);
    const argv = [
      '--provider',
      'generic',
      '--scheme',
      'token',
      '--token-header',
      'X-My-Token',
      '--exit-after',
      '1',
    ];
    const env = { HOOKS_SECRET: 'hunter2hunter2', HOOKS_STATE_DIR: state };
    const listener = await startListener(t, argv, { env });
    await request(listener.url, { method: 'POST', headers: { 'X-My-Token': 'hunter2hunter2' }, body: '{}' });
    const { stdout, stderr } = await listener.ended;
    const received = jsonLines<RunEvent>(stdout).find((event) => event.type === 'delivery.received');
    assert.equal(received?.verdicts.signature.state, 'genuine');
    assert.ok(!`${stdout}${stderr}`.includes('hunter2'));
    for (const name of readdirSync(state))
      assert.ok(!readFileSync(join(state, name)).includes('hunter2'), name);
  });

  it('goes on, and keeps the delivery, where a schema of the user cannot be used', async (t) => {
    const folder = join(temporaryFolder(t), 'acme');
    mkdirSync(join(folder, 'schemas'), { recursive: true });
    const fact = (value: unknown) => ({ value, confidence: 'assumed' });
    const unknown = { confidence: 'unknown' };
    const manifest = {
      id: 'acme',
      name: 'Acme',
      description: 'Orders.',
      sources: {},
      request: { method: fact('POST'), contentType: unknown, userAgent: unknown },
      eventType: fact({ in: 'body', paths: ['/type'] }),
      idempotencyKey: unknown,
      idFormat: unknown,
      signing: fact({ scheme: 'none' }),
      fresh: [],
      timeoutSeconds: unknown,
      success: unknown,
      retries: unknown,
      facts: {},
      events: { paid: { slug: 'paid', description: 'Paid.', confidence: 'assumed' } },
    };
    writeFileSync(join(folder, 'provider.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'schemas', 'paid.json'), '{"type":"no such type"}');
    const listener = await startListener(t, ['--exit-after', '2'], { env: { HOOKS_PROVIDERS: folder } });
    for (let index = 0; index < 2; index++) {
      assert.equal(
        (await request(listener.url, { method: 'POST', body: '{"type":"paid"}' })).statusCode,
        200,
      );
    }
    const { exitCode, stdout } = await listener.ended;
    assert.equal(exitCode, 0);
    const received = jsonLines<RunEvent>(stdout).filter((event) => event.type === 'delivery.received');
    assert.deepEqual(
      received.map(({ verdicts }) => verdicts.schema.state),
      ['invalid', 'invalid'],
    );
  });
});
