import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callbackEdits, callbackEntries } from '../../../src/core/callbacks/callback-list.ts';
import { judgeCall } from '../../../src/core/callbacks/judge-call.ts';
import { isObject } from '../../../src/core/json.ts';

const PLACES = { list: '/calls', name: '/name', url: '/to/url', command: '/command' };
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const validate = (command: unknown) =>
  isObject(command) && command.shop === 'acme' ? [] : [{ pointer: '/shop', message: 'must be "acme"' }];

describe('callbacks in a payload', () => {
  it('are those that have a name', () => {
    const document = {
      calls: [
        { name: 'pay', to: { url: 'x' }, command: { pay: 1 } },
        { to: { url: 'y' } },
        7,
        { name: 'lose' },
      ],
    };
    assert.deepEqual(callbackEntries(document, PLACES), [
      { name: 'pay', urlAt: '/calls/0/to/url', command: { pay: 1 } },
      { name: 'lose', urlAt: '/calls/3/to/url' },
    ]);
    assert.deepEqual(callbackEntries({ calls: 'none' }, PLACES), []);
    assert.deepEqual(callbackEntries({}, PLACES), []);
  });

  it('are pointed elsewhere, each by its name', () => {
    const entries = [{ name: 'pay', urlAt: '/calls/0/to/url' }];
    assert.deepEqual(
      callbackEdits(entries, (name) => `http://here/${name}`),
      [{ kind: 'set', path: '/calls/0/to/url', value: 'http://here/pay' }],
    );
  });
});

describe('the command of a call', () => {
  const judge = (body: Uint8Array) => judgeCall(body, { shop: 'acme', pay: {} }, PLACES, validate);

  it('is valid by itself and within the whole entry', () => {
    assert.deepEqual(judge(bytes({ shop: 'acme', pay: { id: 1 } })), { state: 'valid' });
    assert.deepEqual(judge(bytes({ name: 'pay', command: { shop: 'acme', pay: {} } })), { state: 'valid' });
  });

  it('is invalid where the schema says so, and where it is that of another callback', () => {
    assert.deepEqual(judge(bytes({ shop: 'other', pay: {} })), {
      state: 'invalid',
      errors: [{ pointer: '/shop', message: 'must be "acme"' }],
    });
    assert.deepEqual(judge(bytes({ shop: 'acme', refund: {} })), {
      state: 'invalid',
      errors: [{ pointer: '', message: 'lacks "pay", which this callback carries' }],
    });
  });

  it('is unspecified without a body, without JSON, and without a schema', () => {
    for (const body of [new Uint8Array(), new TextEncoder().encode('pay=1')])
      assert.equal(judge(body).state, 'unspecified');
    assert.equal(judgeCall(bytes({}), undefined, PLACES, undefined).state, 'unspecified');
  });
});
