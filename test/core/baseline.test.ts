import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareWithBaseline, parseBaseline, withBaseline } from '../../src/core/baseline.ts';
import type { CaseFinished } from '../../src/core/run-event.ts';
import { reportOf, sampleCase, sampleReport } from '../helpers/sample-report.ts';

function one(id: string, changes: Partial<CaseFinished> = {}): CaseFinished {
  return sampleCase({ id, ...changes });
}

const failed = { outcome: 'failed' } as const;

function linesOf(cases: readonly CaseFinished[]): string {
  return cases.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** Compares two runs, the earlier one by way of its lines. */
function compare(before: readonly CaseFinished[], after: readonly CaseFinished[]) {
  return compareWithBaseline(after, parseBaseline(linesOf(before), 'before.ndjson'));
}

describe('a baseline', () => {
  it('is read from the lines of a whole run, with those of other events', () => {
    const { started, cases, finished } = sampleReport();
    const text = [started, ...cases, finished].map((event) => JSON.stringify(event)).join('\r\n');
    const baseline = parseBaseline(`\ufeff${text}\r\n\r\n`, 'before.ndjson');
    assert.deepEqual(
      [...baseline.keys()],
      cases.map(({ id }) => id),
    );
    assert.deepEqual(baseline.get('robustness/large-body'), { outcome: 'failed', severity: 'should' });
  });

  it('counts a case as failed that failed in any of several runs', () => {
    const text = linesOf([one('a/x', failed), one('a/x')]);
    assert.equal(parseBaseline(text, 'before.ndjson').get('a/x')?.outcome, 'failed');
  });

  const refused: [name: string, text: string, message: RegExp, why: RegExp][] = [
    ['a line that is not JSON', `${linesOf([one('a/x')])}{`, /before\.ndjson:2 is not/, /not JSON/],
    ['a line that is no object', '\n[1]\n', /before\.ndjson:2 is not/, /not a JSON object/],
    ['a case without an id', '{"type":"case.finished"}', /before\.ndjson:1 is not/, /no id, outcome/],
    [
      'an outcome that there is not',
      '{"type":"case.finished","id":"a/x","severity":"must","outcome":"great"}',
      /before\.ndjson:1 is not/,
      /no id, outcome/,
    ],
    [
      'a severity that there is not',
      '{"type":"case.finished","id":"a/x","severity":"may","outcome":"failed"}',
      /before\.ndjson:1 is not/,
      /no id, outcome or severity/,
    ],
    ['the lines of another command', '{"type":"ready"}\n', /^before\.ndjson is not/, /no case\.finished/],
    ['an empty file', '', /^before\.ndjson is not/, /no case\.finished/],
  ];
  for (const [name, text, message, why] of refused) {
    it(`is refused with ${name}`, () => {
      assert.throws(() => parseBaseline(text, 'before.ndjson'), { kind: 'invalid-input', message, why });
    });
  }
});

describe('a run and its baseline', () => {
  it('differ in what fails anew, is fixed, new and not there any more', () => {
    const before = [one('a/kept', failed), one('a/broken'), one('a/fixed', failed), one('a/gone')];
    const after = [one('a/kept', failed), one('a/broken', failed), one('a/fixed'), one('a/added')];
    assert.deepEqual(compare(before, after), {
      newlyFailing: ['a/broken'],
      fixed: ['a/fixed'],
      stillFailing: ['a/kept'],
      added: 1,
      vanished: 1,
    });
  });

  const rows: [name: string, before: CaseFinished[], after: CaseFinished, isKnown: boolean][] = [
    ['failed then', [one('a/x', failed)], one('a/x', failed), true],
    ['passed then', [one('a/x')], one('a/x', failed), false],
    ['was skipped then', [one('a/x', { outcome: 'skipped' })], one('a/x', failed), false],
    ['was not there then', [one('a/y')], one('a/x', failed), false],
    [
      'failed less badly then',
      [one('a/x', { ...failed, severity: 'should' })],
      one('a/x', { ...failed, severity: 'must' }),
      false,
    ],
    [
      'failed worse then',
      [one('a/x', { ...failed, severity: 'must' })],
      one('a/x', { ...failed, severity: 'should' }),
      true,
    ],
  ];
  for (const [name, before, after, isKnown] of rows) {
    it(`${isKnown ? 'know' : 'do not know'} a failure that ${name}`, () => {
      const { newlyFailing, stillFailing } = compare(before, [after]);
      assert.deepEqual([newlyFailing, stillFailing], isKnown ? [[], ['a/x']] : [['a/x'], []]);
    });
  }

  it('do not call a case fixed that was skipped now', () => {
    assert.deepEqual(compare([one('a/x', failed)], [one('a/x', { outcome: 'skipped' })]).fixed, []);
  });
});

describe('the verdict with a baseline', () => {
  const baseline = parseBaseline(linesOf([one('a/known', failed), one('a/good')]), 'before.ndjson');

  function isPassed(cases: readonly CaseFinished[], changes: object = {}): boolean {
    return withBaseline({ ...reportOf(cases).finished, ...changes }, cases, baseline).isPassed;
  }

  it('passes a run in which only known cases fail', () => {
    assert.equal(isPassed([one('a/known', failed), one('a/good')]), true);
  });

  it('fails a run in which another case fails', () => {
    assert.equal(isPassed([one('a/known', failed), one('a/good', failed)]), false);
    assert.equal(isPassed([one('a/added', failed)]), false);
  });

  it('counts new failures from the severity of --fail-on on', () => {
    const cases = [one('a/good', { ...failed, severity: 'should' })];
    assert.equal(isPassed(cases), true);
    assert.equal(isPassed(cases, { failOn: 'should' }), false);
  });

  it('does not pass a run that ended early', () => {
    assert.equal(isPassed([one('a/good')], { stopped: 'unreachable' }), false);
  });
});
