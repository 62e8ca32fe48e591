import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';
import type { AttemptResult, FailureReason } from '../../src/core/delivery.ts';
import type { HeaderList } from '../../src/core/headers.ts';
import { afterAttempt, type RetryDecision } from '../../src/core/retry-policy.ts';
import { type RetryRules, retryRules } from '../../src/core/retry-rules.ts';
import { hooksError } from '../helpers/hooks-error.ts';

const packs = await loadProviderPacks();
const NOW = new Date('2026-11-20T09:00:00Z');
const MINUTE = 60_000;

function manifestOf(id: string) {
  const manifest = packs.find((pack) => pack.manifest.id === id)?.manifest;
  assert.ok(manifest !== undefined);
  return manifest;
}

function answered(status: number, headers: HeaderList = []): AttemptResult {
  return {
    kind: 'answered',
    status,
    statusText: '',
    headers,
    body: new Uint8Array(),
    bodyTruncated: false,
    firstByteMs: 1,
    durationMs: 1,
  };
}

function unanswered(reason: FailureReason): AttemptResult {
  return { kind: 'failed', reason, message: 'no answer', next: 'start it', tried: [], durationMs: 1 };
}

function decide(rules: RetryRules, attempt: number, result: AttemptResult, share = 0.5): RetryDecision {
  return afterAttempt(rules, { attempt, result, sinceFirstMs: 0, now: NOW, share });
}

/** The virtual times, in seconds from the first, of all attempts that a receiver gets that always fails. */
function timesOf(rules: RetryRules): { seconds: number[]; end: RetryDecision } {
  const seconds = [0];
  for (let attempt = 1; ; attempt++) {
    const sinceFirstMs = (seconds.at(-1) ?? 0) * 1000;
    const decision = afterAttempt(rules, {
      attempt,
      result: answered(500),
      sinceFirstMs,
      now: NOW,
      share: 0.5,
    });
    if (decision.kind !== 'retry') return { seconds, end: decision };
    seconds.push((sinceFirstMs + decision.delayMs) / 1000);
  }
}

describe('the retry policies of the bundled providers', () => {
  const rows = [
    {
      id: 'incident-io',
      seconds: [0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305],
      timestamp: 'renewed',
      says: /the intervals of incident\.io's retries are assumed/,
    },
    {
      id: 'synq',
      seconds: [0, 3, 9, 21, 45, 93, 189, 381, 765, 1533],
      timestamp: 'kept',
      says: /the intervals of SYNQ .* are assumed/,
    },
  ];
  for (const { id, seconds, timestamp, says } of rows) {
    it(`of ${id}: attempts at exact times, then the end, and what is assumed`, () => {
      const { rules, caveats } = retryRules(manifestOf(id), {});
      const times = timesOf(rules);
      assert.deepEqual(times.seconds, seconds);
      assert.equal(times.end.kind === 'given-up' && times.end.reason, 'schedule-over');
      assert.equal(rules.timestamp, timestamp);
      assert.ok(
        caveats.some((text) => says.test(text)),
        caveats.join('\n'),
      );
    });
  }

  it('of synq: at most 10 attempts within 30 minutes', () => {
    const { rules } = retryRules(manifestOf('synq'), {});
    const { seconds } = timesOf(rules);
    assert.equal(rules.mostAttempts, 10);
    assert.ok((seconds.at(-1) ?? Infinity) <= 1800);
  });

  for (const id of ['acculynx', 'synchub']) {
    it(`of ${id}: none is known, so that one has to be given`, () => {
      assert.throws(
        () => retryRules(manifestOf(id), {}),
        hooksError('usage', /tries again is not known[\s\S]*--retry-schedule/),
      );
      const { rules, caveats } = retryRules(manifestOf(id), { delaysSeconds: [1, 2] });
      assert.deepEqual(timesOf(rules).seconds, [0, 1, 3]);
      assert.match(caveats.join('\n'), /the schedule of the retries is yours/);
    });
  }

  it('of nobody: a body of one’s own needs a schedule', () => {
    assert.throws(() => retryRules(undefined, {}), hooksError('usage', /--retry-schedule/));
  });

  it('end sooner where the user says so, and never later', () => {
    const manifest = manifestOf('incident-io');
    assert.deepEqual(timesOf(retryRules(manifest, { most: 2 }).rules).seconds, [0, 5, 305]);
    assert.deepEqual(timesOf(retryRules(manifest, { most: 0 }).rules).seconds, [0]);
    assert.equal(timesOf(retryRules(manifest, { most: 50 }).rules).seconds.length, 8);
  });

  it('say of what is not known what is played instead', () => {
    const wishes = { delaysSeconds: [1], jitter: true as const };
    const { caveats } = retryRules(manifestOf('acculynx'), wishes);
    assert.match(caveats.join('\n'), /jitter .* is not known/);
    assert.match(caveats.join('\n'), /signs a retry anew is not known/);
  });
});

describe('afterAttempt', () => {
  const { rules } = retryRules(manifestOf('incident-io'), {});
  const delayMs = (decision: RetryDecision) => (decision.kind === 'retry' ? decision.delayMs : decision.kind);

  const rows: { name: string; attempt?: number; result: AttemptResult; expected: number | string }[] = [
    { name: 'takes a 204 for delivered', result: answered(204), expected: 'delivered' },
    { name: 'takes a redirect for a failure', result: answered(302), expected: 5000 },
    { name: 'waits the interval after a 500', attempt: 2, result: answered(500), expected: 5 * MINUTE },
    { name: 'waits the interval where nobody is there', result: unanswered('refused'), expected: 5000 },
    { name: 'waits a minute after a 429', result: answered(429), expected: MINUTE },
    { name: 'waits a minute after a timeout', result: unanswered('timeout'), expected: MINUTE },
    { name: 'shortens nothing after a 429', attempt: 2, result: answered(429), expected: 5 * MINUTE },
    { name: 'ends with a 410', result: answered(410), expected: 'given-up' },
    {
      name: 'heeds Retry-After in seconds',
      attempt: 2,
      result: answered(503, [['retry-after', '400']]),
      expected: 400_000,
    },
    {
      name: 'heeds Retry-After as a date, by the time of the provider',
      attempt: 2,
      result: answered(503, [['Retry-After', 'Fri, 20 Nov 2026 09:07:00 GMT']]),
      expected: 7 * MINUTE,
    },
    {
      name: 'heeds no more of Retry-After than two intervals',
      attempt: 2,
      result: answered(503, [['Retry-After', '86400']]),
      expected: 10 * MINUTE,
    },
    {
      name: 'heeds no Retry-After below the interval',
      attempt: 2,
      result: answered(503, [['Retry-After', '1']]),
      expected: 5 * MINUTE,
    },
    {
      name: 'takes a date that is over for the interval',
      attempt: 2,
      result: answered(503, [['Retry-After', 'Fri, 20 Nov 2026 08:00:00 GMT']]),
      expected: 5 * MINUTE,
    },
    {
      name: 'does not heed a Retry-After that is none',
      attempt: 2,
      result: answered(
        503,
        [['Retry-After', '2027']].map(([n, v]) => [n ?? '', `soon ${v}`] as const),
      ),
      expected: 5 * MINUTE,
    },
    {
      name: 'ends where the answer asks for it',
      result: answered(500, [['Webhook-Delivery', 'abort-message']]),
      expected: 'given-up',
    },
  ];
  for (const { name, attempt = 1, result, expected } of rows) {
    it(name, () => assert.equal(delayMs(decide(rules, attempt, result)), expected));
  }

  it('tells an endpoint that is switched off from a delivery that is given up', () => {
    const off = decide(rules, 1, answered(500, [['webhook-delivery', 'disable']]));
    const ended = decide(rules, 1, answered(410));
    assert.equal(off.kind === 'given-up' && off.isDisabled, true);
    assert.equal(ended.kind === 'given-up' && ended.isDisabled, false);
  });

  it('moves a delay within the jitter, by the share that is drawn', () => {
    const { rules: jittery } = retryRules(manifestOf('incident-io'), { jitter: true });
    const at = (share: number) => delayMs(decide(jittery, 2, answered(500), share));
    assert.deepEqual([at(0), at(0.5), at(0.75)], [4 * MINUTE, 5 * MINUTE, 5.5 * MINUTE]);
  });

  it('ends where the next attempt would come behind the window', () => {
    const { rules: synq } = retryRules(manifestOf('synq'), {});
    const ended = { attempt: 9, result: answered(500), now: NOW, share: 0.5 };
    const last = afterAttempt(synq, { ...ended, sinceFirstMs: 1_032_000 });
    assert.equal(last.kind, 'retry');
    const late = afterAttempt(synq, { ...ended, sinceFirstMs: 1_032_001 });
    assert.equal(late.kind === 'given-up' && late.reason, 'window-over');
  });

  it('says of a Retry-After that it does not heed why', () => {
    const { rules: synq } = retryRules(manifestOf('synq'), {});
    const decision = decide(synq, 1, answered(503, [['Retry-After', '60']]));
    assert.equal(delayMs(decision), 3000);
    assert.match(decision.kind === 'retry' ? decision.notes.join() : '', /not known, so it was not/);
  });

  it('heeds any Retry-After with a schedule of one’s own for a body of one’s own', () => {
    const { rules: own } = retryRules(undefined, { delaysSeconds: [1] });
    assert.equal(delayMs(decide(own, 1, answered(503, [['Retry-After', '3600']]))), 60 * MINUTE);
  });
});
