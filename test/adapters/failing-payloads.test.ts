import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { failingPayloadsFolder, saveFailingPayload } from '../../src/adapters/failing-payloads.ts';
import { HooksError } from '../../src/core/errors.ts';

function emptyState(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-failing-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('a failing payload', () => {
  it('is kept byte for byte in a fixture of its event type', (t) => {
    const folder = failingPayloadsFolder(emptyState(t));
    const body = Buffer.from('{"a": 1.0, "b":"\u2028"}\n');
    const path = saveFailingPayload(folder, 'orders/created', body);
    assert.match(path, /failing-payloads[/\\]orders%2Fcreated@failing-[0-9a-f]{8}\.json$/);
    assert.deepEqual(readFileSync(path), body);
  });

  it('is readable to its owner alone', { skip: process.platform === 'win32' }, (t) => {
    const folder = failingPayloadsFolder(emptyState(t));
    const path = saveFailingPayload(folder, 'order', Buffer.from('{}'));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('is kept once, another one beside it', (t) => {
    const folder = failingPayloadsFolder(emptyState(t));
    const path = saveFailingPayload(folder, 'order', Buffer.from('{"a":1}'));
    assert.equal(saveFailingPayload(folder, 'order', Buffer.from('{"a":1}')), path);
    assert.notEqual(saveFailingPayload(folder, 'order', Buffer.from('{"a":2}')), path);
    assert.equal(readdirSync(folder).length, 2);
  });

  it('that cannot be kept is an error that names the folder and the way out', (t) => {
    const file = saveFailingPayload(emptyState(t), 'order', Buffer.from('{}'));
    assert.throws(
      () => saveFailingPayload(join(file, 'below'), 'order', Buffer.from('{}')),
      (error: unknown) =>
        error instanceof HooksError &&
        error.kind === 'file-unwritable' &&
        error.message.includes(file) &&
        error.next?.includes('HOOKS_STATE_DIR') === true,
    );
  });
});
