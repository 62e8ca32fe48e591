import type { Report } from '../../src/core/report-file.ts';
import type { CaseFinished } from '../../src/core/run-event.ts';
import { sumUp } from '../../src/core/sum-up.ts';

const AT = '2026-11-23T10:00:00.000Z';

/** A case of a report; what is not given passed. */
export function sampleCase(changes: Partial<CaseFinished> = {}): CaseFinished {
  return {
    type: 'case.finished',
    id: 'authenticity/wrong-secret',
    group: 'authenticity',
    title: 'refuses a delivery signed with another secret',
    severity: 'must',
    outcome: 'passed',
    why: 'Anyone can send this.',
    sent: 'the delivery, signed with a random secret',
    expected: 'a 4xx answer',
    got: '401 Unauthorized in 2 ms',
    at: AT,
    durationMs: 2.5,
    ...changes,
  };
}

/** A report of these cases. */
export function reportOf(cases: readonly CaseFinished[]): Report {
  return {
    started: {
      type: 'test.started',
      command: 'test',
      title: 'http://localhost:3000/',
      url: 'http://localhost:3000/',
      provider: 'acme',
      scheme: 'github',
      seed: 'a seed',
      cases: cases.length,
      at: AT,
    },
    cases,
    finished: sumUp(cases, 'must', undefined, 1234.5),
  };
}

/** A run with a case of every kind. */
export function sampleReport(): Report {
  return reportOf([
    sampleCase({ id: 'baseline/genuine', group: 'baseline', title: 'accepts a genuine delivery' }),
    sampleCase({
      outcome: 'failed',
      got: '200 OK in 2 ms',
      source: { title: 'The scheme', url: 'https://docs.example/signing' },
      reproduce: 'hooks send acme/order_paid --to http://localhost:3000/ --case authenticity/wrong-secret',
    }),
    sampleCase({ id: 'robustness/large-body', group: 'robustness', severity: 'should', outcome: 'failed' }),
    sampleCase({ id: 'robustness/method-get', group: 'robustness', severity: 'note', outcome: 'failed' }),
    sampleCase({ id: 'semantics/duplicate', group: 'semantics', outcome: 'skipped', got: 'no --probe' }),
    sampleCase({
      id: 'a-story/01-send',
      group: 'a-story',
      outcome: 'failed',
      location: { file: 'stories/a story.yaml', line: 7, column: 5 },
    }),
  ]);
}

/** What a hostile receiver may put into its answers. */
export const HOSTILE =
  '<script>document.title="run"</script>"><img src=x onerror=alert(1)> ]]> \u001b[31m\u202e\u0000 %0A::error::x\n::error::y `|*_ </pre> # not ok';

/** A report in which everything that a receiver or a scenario can bring is hostile. */
export function hostileReport(): Report {
  const { started, ...rest } = reportOf([
    sampleCase({
      outcome: 'failed',
      group: HOSTILE,
      title: HOSTILE,
      why: HOSTILE,
      sent: HOSTILE,
      expected: HOSTILE,
      got: HOSTILE,
      reproduce: HOSTILE,
      source: { title: HOSTILE, url: 'javascript:document.title="run"' },
      location: { file: HOSTILE, line: 1, column: 1 },
    }),
  ]);
  return {
    started: { ...started, title: HOSTILE, provider: HOSTILE, scheme: HOSTILE, seed: HOSTILE },
    ...rest,
  };
}
