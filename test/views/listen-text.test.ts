import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { Verdicts } from '../../src/core/verdict.ts';
import {
  deliveryText,
  forwardRetriedText,
  type ListenTextOptions,
  listenFinishedText,
  readyText,
  requestRefusedText,
} from '../../src/views/listen-text.ts';
import { FORWARDED, RECEIVED } from '../helpers/run-events.ts';

const options: ListenTextOptions = {
  colors: new Chalk({ level: 0 }),
  isQuiet: false,
  isVerbose: false,
  body: 'short',
};
const quiet = { ...options, isQuiet: true };

function withVerdicts(verdicts: Partial<Verdicts>) {
  return { ...RECEIVED, verdicts: { ...RECEIVED.verdicts, ...verdicts } };
}

describe('readyText', () => {
  it('tells the address and what is checked', () => {
    assert.equal(
      readyText({ type: 'ready', url: 'http://127.0.0.1:4000', isVerifying: false }, options),
      'ready http://127.0.0.1:4000  any provider, not verifying signatures; Ctrl-C ends\n',
    );
    assert.match(
      readyText(
        { type: 'ready', url: 'http://127.0.0.1:4000', provider: 'acme', isVerifying: true },
        options,
      ),
      /acme, verifying signatures/,
    );
  });
});

describe('a delivery that was passed on', () => {
  it('says whose answer it is, and what came of the other targets', () => {
    const [line, , forward] = deliveryText(FORWARDED, options).split('\n');
    assert.match(line ?? '', / {2}200 from http:\/\/localhost:3000\/ {2}POST /);
    assert.equal(forward, '    → nothing listens  http://localhost:3001/  1 ms  again in 1 s');
  });

  it('is shown with --quiet where a target did not take it', () => {
    assert.notEqual(deliveryText(FORWARDED, quiet), '');
    assert.equal(deliveryText({ ...FORWARDED, forwards: FORWARDED.forwards.slice(0, 1) }, quiet), '');
  });

  for (const [silence, text] of [
    ['drop', 'dropped'],
    ['hang', 'left hanging'],
    ['reset', 'reset'],
  ] as const) {
    it(`says that the connection was ${text}`, () => {
      assert.match(
        deliveryText({ ...RECEIVED, answer: { silence } }, options),
        new RegExp(`  ${text}  POST `),
      );
    });
  }

  it('says what came of a further attempt', () => {
    const event = {
      type: 'forward.retried',
      deliveryId: '01J',
      target: 'http://localhost:3001/\u001b[2J',
      attempt: 2,
      result: { kind: 'answered', status: 200, durationMs: 2 },
    } as const;
    assert.equal(
      forwardRetriedText(event, options),
      '    → 200  http://localhost:3001/\\x1b[2J  2 ms  [01J] attempt 2\n',
    );
    assert.equal(forwardRetriedText(event, quiet), '');
  });
});

describe('deliveryText', () => {
  it('gives one line of verdicts, then the highlights and the body', () => {
    assert.match(
      deliveryText(RECEIVED, options),
      /^\d\d:\d\d:\d\d {2}acme order\.paid {2}✓ genuine {2}✓ valid {2}200 {2}POST \/webhooks 8 B 3 ms\n {4}A-1001 · paid\n {4}\{\n {6}"id": 1\n {4}\}\n$/,
    );
  });

  const verdicts: { name: string; verdicts: Partial<Verdicts>; shows: RegExp; isWrong: boolean }[] = [
    {
      name: 'a refused signature with its reason',
      verdicts: {
        signature: {
          state: 'refused',
          scheme: 'github',
          reason: 'signature-mismatch',
          message: 'no secret fits',
        },
      },
      shows: /✗ no secret fits/,
      isWrong: true,
    },
    {
      name: 'a signature that was not verified',
      verdicts: { signature: { state: 'not-verified', reason: 'no-secret', message: 'no secret given' } },
      shows: /– not verified: no secret given/,
      isWrong: false,
    },
    {
      name: 'every departure from the schema',
      verdicts: {
        schema: { state: 'invalid', errors: [{ pointer: '', message: 'lacks "order"' }], warnings: [] },
      },
      shows: /✗ 1 schema error {2}[\s\S]*\n {4}✗ \/ lacks "order"\n/,
      isWrong: true,
    },
    {
      name: 'warnings of a valid body',
      verdicts: { schema: { state: 'valid', warnings: [{ pointer: '/status', message: 'is new' }] } },
      shows: /✓ valid, 1 to note[\s\S]*\n {4}! \/status is new\n/,
      isWrong: false,
    },
    {
      name: 'a body that is not JSON',
      verdicts: { schema: { state: 'not-json', message: 'the body is empty' } },
      shows: /✗ the body is empty/,
      isWrong: true,
    },
    {
      name: 'a missing schema',
      verdicts: { schema: { state: 'no-schema' } },
      shows: /no schema/,
      isWrong: false,
    },
    {
      name: 'an unknown event type',
      verdicts: { isKnownEventType: false },
      shows: / {2}unknown event type {2}/,
      isWrong: true,
    },
    {
      name: 'a repeated delivery',
      verdicts: { isDuplicate: true },
      shows: / {2}duplicate {2}/,
      isWrong: false,
    },
  ];
  for (const row of verdicts) {
    it(`shows ${row.name}${row.isWrong ? ', also when it is to be quiet' : ''}`, () => {
      assert.match(deliveryText(withVerdicts(row.verdicts), options), row.shows);
      assert.equal(deliveryText(withVerdicts(row.verdicts), quiet) !== '', row.isWrong);
    });
  }

  it('shows at most eight departures', () => {
    const errors = Array.from({ length: 20 }, (_, index) => ({
      pointer: `/items/${index}`,
      message: 'is wrong',
    }));
    const text = deliveryText(withVerdicts({ schema: { state: 'invalid', errors, warnings: [] } }), options);
    assert.equal(text.match(/is wrong/g)?.length, 8);
    assert.match(text, /… 12 more/);
  });

  it('calls a provider that was not recognised unknown', () => {
    const { provider: _, eventType: __, ...rest } = RECEIVED.verdicts;
    assert.match(deliveryText({ ...RECEIVED, verdicts: rest }, options), /unknown provider/);
  });

  it('says nothing of an event type that --events leaves out', () => {
    assert.equal(deliveryText({ ...RECEIVED, isShown: false }, options), '');
  });

  it('shows the headers when it is to be verbose', () => {
    assert.match(
      deliveryText(RECEIVED, { ...options, isVerbose: true }),
      /\n {4}Content-Type: application\/json\n/,
    );
  });

  it('makes everything from the sender visible', () => {
    const hostile = '\u001b]0;owned\u0007\u009b2J\u202e';
    const text = deliveryText(
      {
        ...RECEIVED,
        target: `/${hostile}`,
        headers: [['X-Evil', hostile]],
        body: new TextEncoder().encode(hostile),
        highlights: [hostile],
        verdicts: {
          provider: 'acme',
          eventType: hostile,
          signature: { state: 'refused', scheme: 'github', reason: 'header-malformed', message: hostile },
          schema: { state: 'invalid', errors: [{ pointer: `/${hostile}`, message: hostile }], warnings: [] },
          isDuplicate: false,
        },
      },
      { ...options, isVerbose: true },
    );
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('requestRefusedText', () => {
  it('tells when, why, what was answered and to whom', () => {
    assert.match(
      requestRefusedText(
        {
          type: 'request.refused',
          at: RECEIVED.receivedAt,
          peer: '127.0.0.1:50000',
          reason: 'malformed',
          message: 'not HTTP: \u001b[2J',
          status: 400,
        },
        options,
      ),
      /^\d\d:\d\d:\d\d {2}refused {2}not HTTP: \\x1b\[2J \(answered 400\) {2}127\.0\.0\.1:50000\n$/,
    );
  });
});

describe('listenFinishedText', () => {
  const finished = {
    type: 'listen.finished' as const,
    received: 3,
    hidden: 0,
    genuine: 0,
    refused: 0,
    notVerified: 3,
    invalid: 0,
    duplicates: 0,
    notForwarded: 0,
    requestsRefused: 0,
    reason: 'timeout' as const,
    unmet: [],
    durationMs: 2500,
  };

  it('counts only what there was', () => {
    assert.equal(listenFinishedText(finished, options), '3 received, 3 not verified in 2.5 s\n');
    assert.equal(
      listenFinishedText(
        {
          ...finished,
          genuine: 1,
          refused: 1,
          notVerified: 0,
          invalid: 1,
          duplicates: 1,
          hidden: 4,
          notForwarded: 0,
          requestsRefused: 2,
        },
        options,
      ),
      '3 received, 1 genuine, 1 with a refused signature, 1 with a wrong body, 1 duplicates, 4 not shown, 2 requests turned away in 2.5 s\n',
    );
  });

  it('tells what was expected and did not come', () => {
    assert.match(
      listenFinishedText({ ...finished, unmet: ['5 were expected'] }, options),
      /\n✗ 5 were expected\n$/,
    );
  });
});
