import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorKind, EXIT, HooksError } from '../../src/core/errors.ts';

describe('HooksError', () => {
  const ROWS: { kind: ErrorKind; exitCode: number }[] = [
    { kind: 'usage', exitCode: EXIT.usage },
    { kind: 'unknown-name', exitCode: EXIT.usage },
    { kind: 'ambiguous-name', exitCode: EXIT.usage },
    { kind: 'secret-missing', exitCode: EXIT.usage },
    { kind: 'secret-unusable', exitCode: EXIT.usage },
    { kind: 'invalid-input', exitCode: EXIT.usage },
    { kind: 'invalid-manifest', exitCode: EXIT.usage },
    { kind: 'endpoint-unreachable', exitCode: EXIT.surroundings },
    { kind: 'port-unavailable', exitCode: EXIT.surroundings },
    { kind: 'file-unreadable', exitCode: EXIT.surroundings },
    { kind: 'file-unwritable', exitCode: EXIT.surroundings },
  ];
  for (const { kind, exitCode } of ROWS) {
    it(`ends with ${exitCode} for ${kind}`, () => assert.equal(new HooksError(kind, '').exitCode, exitCode));
  }

  it('keeps what happened, why, what to do next, and the cause', () => {
    const cause = new Error('ECONNREFUSED');
    const error = new HooksError('endpoint-unreachable', 'no response', {
      why: 'refused',
      next: 'start it',
      cause,
    });
    assert.deepEqual(
      [error.message, error.why, error.next, error.cause],
      ['no response', 'refused', 'start it', cause],
    );
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'HooksError');
  });
});
