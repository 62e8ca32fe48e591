import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { Report } from '../../src/core/report-file.ts';
import type { TestFinished } from '../../src/core/run-event.ts';
import { createTestText } from '../../src/views/test-text.ts';
import { HOSTILE, hostileReport, reportOf, sampleCase, sampleReport } from '../helpers/sample-report.ts';

const plain = new Chalk({ level: 0 });

/** Everything that is told of a run. */
function told({ started, cases, finished }: Report, flags: { isQuiet?: boolean; isVerbose?: boolean } = {}) {
  const text = createTestText({ colors: plain, isQuiet: false, isVerbose: false, ...flags });
  return [text.started(started), ...cases.map(text.finishedCase), text.finished(finished)].join('');
}

function withFinished(report: Report, changes: Partial<TestFinished>): Report {
  return { ...report, finished: { ...report.finished, ...changes } };
}

const passing = reportOf([
  sampleCase({ id: 'baseline/genuine', group: 'baseline' }),
  sampleCase(),
  sampleCase({ id: 'authenticity/unsigned' }),
]);

describe('the text of a test', () => {
  it('tells groups as they end, then a score card and the verdict', () => {
    assert.equal(
      told(passing),
      `http://localhost:3000/ as acme (github), 3 cases seed a seed
✓ baseline       1 passed
✓ authenticity   2 passed

               passed     must   should     note  skipped    score
baseline            1        ·        ·        ·        ·    100 %
authenticity        2        ·        ·        ·        ·    100 %
all                 3        ·        ·        ·        ·    100 %

passed: all demands are met; score 100 % in 1.23 s
`,
    );
  });

  it('tells failures last, with their facts and the command that sends the same again', () => {
    const text = told(sampleReport());
    assert.match(text, /^✗ authenticity {3}1 failed\n! robustness {5}2 failed\n- semantics {6}1 skipped$/m);
    assert.ok(
      text.includes(`
✗ must: refuses a delivery signed with another secret [authenticity/wrong-secret]
    sent:     the delivery, signed with a random secret
    expected: a 4xx answer
    got:      200 OK in 2 ms
    why:      Anyone can send this.
    source:   The scheme, https://docs.example/signing
    again:    hooks send acme/order_paid --to http://localhost:3000/ --case authenticity/wrong-secret
`),
      text,
    );
    assert.ok(
      text.endsWith('failed: 2 must, 1 should, 1 note not met; score 30 % in 1.23 s\n'),
      text.slice(-100),
    );
  });

  it('says where the step of a scenario is written, and tells each step as it ends', () => {
    const report = sampleReport();
    const text = told({ ...report, started: { ...report.started, command: 'run' } });
    assert.match(text, /, 6 steps /);
    assert.match(text, /^✗ a-story\/01-send 2\.5 ms$/m);
    assert.match(text, /^ {4}at: {7}stories\/a story\.yaml:7:5$/m);
    assert.doesNotMatch(text, /1 failed/);
  });

  it('tells every case when verbose, and why one was skipped', () => {
    const text = told(sampleReport(), { isVerbose: true });
    assert.match(text, /^✓ baseline\/genuine 2\.5 ms$/m);
    assert.match(text, /^- semantics\/duplicate skipped: no --probe$/m);
  });

  it('tells only the verdict of a run without failures when quiet', () => {
    assert.equal(told(passing, { isQuiet: true }), 'passed: all demands are met; score 100 % in 1.23 s\n');
  });

  it('tells failures and the verdict when quiet', () => {
    const text = told(sampleReport(), { isQuiet: true });
    assert.doesNotMatch(text, /seed|passed {2}|✓/);
    assert.equal(text.match(/^ {4}got:/gm)?.length, 4);
  });

  it('says that a run ended early, and why', () => {
    const endings = {
      baseline: /genuine delivery was not/,
      unreachable: /does not answer/,
      interrupted: /interr/,
    };
    for (const [stopped, why] of Object.entries(endings)) {
      const report = withFinished(passing, { stopped: stopped as keyof typeof endings, isPassed: false });
      assert.match(told(report).split('\n').at(-2) ?? '', why);
    }
  });

  it('names the rule where it is not the usual one', () => {
    const report = withFinished(sampleReport(), { failOn: 'note' });
    assert.match(told(report), /not met \(--fail-on note\); score/);
  });

  it('drives no terminal with what a receiver answered', () => {
    for (const isVerbose of [false, true]) {
      const text = told(hostileReport(), { isVerbose });
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
      assert.doesNotMatch(text, /^::error/m);
      assert.ok(text.includes(HOSTILE.slice(0, 40)));
    }
  });
});

describe('the text of a test with a baseline', () => {
  const report = withFinished(sampleReport(), {
    isPassed: false,
    baseline: {
      newlyFailing: ['a-story/01-send'],
      fixed: ['baseline/genuine'],
      stillFailing: ['authenticity/wrong-secret', 'robustness/large-body', 'robustness/method-get'],
      added: 2,
      vanished: 1,
    },
  });

  it('tells what has changed', () => {
    assert.ok(
      told(report).includes(`
since the baseline: 1 newly failing, 1 fixed, 3 known to fail, 2 new, 1 not played
  newly failing  a-story/01-send
  fixed          baseline/genuine
`),
    );
  });

  it('shows known failures with a line each, and not at all when quiet', () => {
    const line = '✗ known, must: refuses a delivery signed with another secret [authenticity/wrong-secret]\n';
    assert.ok(told(report).includes(line));
    assert.equal(told(report).match(/^ {4}got:/gm)?.length, 1);
    assert.ok(!told(report, { isQuiet: true }).includes('known, must'));
    assert.equal(told(report, { isVerbose: true }).match(/^ {4}got:/gm)?.length, 4);
  });

  it('says in the verdict that failures are known', () => {
    const verdict = (isPassed: boolean) => told(withFinished(report, { isPassed })).split('\n').at(-2) ?? '';
    assert.match(
      verdict(true),
      /^passed: nothing that counts fails anew \(2 must, 1 should, 1 note not met\);/,
    );
    assert.match(verdict(false), /^failed: 2 must, 1 should, 1 note not met, not all known;/);
  });
});
