import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Report } from '../../../src/core/report-file.ts';
import { githubAnnotations, githubSummary } from '../../../src/views/report/github.ts';
import { formatHtml } from '../../../src/views/report/html.ts';
import { formatJunit } from '../../../src/views/report/junit.ts';
import { formatSarif } from '../../../src/views/report/sarif.ts';
import { formatTap } from '../../../src/views/report/tap.ts';
import { hostileReport, reportOf, sampleCase, sampleReport } from '../../helpers/sample-report.ts';

const hostile = hostileReport();

/** The sample, of which one failure is known from the baseline. */
function withKnown(): Report {
  const report = sampleReport();
  const stillFailing = ['authenticity/wrong-secret'];
  const baseline = { newlyFailing: [], fixed: [], stillFailing, added: 0, vanished: 0 };
  return { ...report, finished: { ...report.finished, baseline } };
}

describe('the TAP report', () => {
  it('counts what fails the run, and marks the rest as TODO', () => {
    const lines = formatTap(sampleReport()).split('\n');
    assert.equal(lines[0], 'TAP version 14');
    assert.equal(lines[1], '1..6');
    assert.equal(lines.filter((line) => /^ok /.test(line)).length, 2);
    assert.equal(lines.filter((line) => /^not ok /.test(line) && !line.includes('# TODO')).length, 2);
    assert.equal(lines.filter((line) => /^not ok .*# TODO (should|note)$/.test(line)).length, 2);
    assert.equal(lines.filter((line) => /^ok .*# SKIP no --probe$/.test(line)).length, 1);
  });

  it('gives the facts of a failure as YAML', () => {
    const block = /^ {2}---\n([\s\S]*?)^ {2}\.\.\.$/m.exec(formatTap(sampleReport()))?.[1] ?? '';
    const facts = parse(block) as Record<string, string>;
    assert.equal(facts.severity, 'must');
    assert.equal(facts.got, '200 OK in 2 ms');
    assert.equal(facts.source, 'The scheme, https://docs.example/signing');
  });

  it('does not count what is known from the baseline', () => {
    const text = formatTap(withKnown());
    assert.match(text, /^not ok 2 - authenticity\/wrong-secret: .* # TODO must$/m);
    assert.equal(text.match(/^not ok (?!.*# TODO)/gm)?.length, 1);
  });

  it('bails out where the run ended early', () => {
    const report = sampleReport();
    const finished = { ...report.finished, stopped: 'unreachable' as const };
    assert.match(formatTap({ ...report, finished }), /\nBail out! ended early: unreachable\n$/);
  });

  it('keeps what a receiver answered on its line', () => {
    const text = formatTap(hostile);
    assert.equal(text.split('\n').filter((line) => /^(not )?ok/.test(line)).length, 1);
    assert.doesNotMatch(text, /\u001b|\u202e|\u0000/);
  });
});

describe('the GitHub annotations', () => {
  it('are one line for each failure, by severity', () => {
    assert.deepEqual(
      githubAnnotations(sampleReport())
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, line.indexOf('::', 2))),
      [
        '::error title=authenticity/wrong-secret',
        '::error file=stories/a story.yaml,line=7,col=5,title=a-story/01-send',
        '::warning title=robustness/large-body',
        '::notice title=robustness/method-get',
      ],
    );
  });

  it('make a notice of what is known from the baseline', () => {
    assert.match(githubAnnotations(withKnown()), /^::notice title=authenticity\/wrong-secret::/m);
  });

  it('are ten of a kind at most, which is what GitHub shows', () => {
    const cases = Array.from({ length: 25 }, (_, index) =>
      sampleCase({ id: `a/${index}`, outcome: 'failed' }),
    );
    assert.equal(githubAnnotations(reportOf(cases)).match(/^::error /gm)?.length, 10);
  });

  it('let no answer of a receiver become a command', () => {
    const text = githubAnnotations(hostile);
    assert.equal(text.split('\n').length, 2);
    assert.doesNotMatch(text, /\n::error::y/);
    assert.match(text, /%250A::error::x/);
  });

  it('let no answer of a receiver become Markdown or HTML in the summary', () => {
    const text = githubSummary(hostile);
    assert.doesNotMatch(text, /<script|<img|\u001b|```|\*\*/);
    assert.equal(text.match(/<\/pre>/g)?.length, 1);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    assert.ok(
      rows.every((row) => row.split('|').length === 9),
      'no cell is torn apart',
    );
  });

  it('keep the summary under the size that GitHub takes', () => {
    const got = '<'.repeat(20_000);
    const cases = Array.from({ length: 60 }, (_, index) =>
      sampleCase({ id: `a/${index}`, outcome: 'failed', got }),
    );
    const text = githubSummary(reportOf(cases));
    assert.ok(Buffer.byteLength(text) < 1024 * 1024);
    assert.match(text, /\n… and \d+ more\n$/);
  });
});

describe('the HTML report', () => {
  it('has no script, and loads nothing', () => {
    const text = formatHtml(sampleReport());
    assert.doesNotMatch(text, /<script|<link|@import|url\(/);
    assert.match(text, /Content-Security-Policy" content="default-src 'none'/);
  });

  it('shows what a receiver answered as text', () => {
    const text = formatHtml(hostile);
    assert.doesNotMatch(text, /<script|<img|href="javascript|\u001b|\u0000/);
    assert.match(text, /&lt;script&gt;/);
  });
});

describe('the SARIF report', () => {
  it('has a rule for each case and a result for each failure', () => {
    const report = sampleReport();
    const [run] = (JSON.parse(formatSarif(report, '1.2.3')) as { runs: SarifRun[] }).runs;
    assert.equal(run?.tool.driver.rules.length, report.cases.length);
    assert.deepEqual(
      run?.results.map(({ ruleId, level }) => [ruleId, level]),
      [
        ['authenticity/wrong-secret', 'error'],
        ['robustness/large-body', 'warning'],
        ['robustness/method-get', 'note'],
        ['a-story/01-send', 'error'],
      ],
    );
    assert.equal(
      run?.results[3]?.locations[0]?.physicalLocation.artifactLocation.uri,
      'stories/a%20story.yaml',
    );
  });
});

interface SarifRun {
  tool: { driver: { rules: unknown[] } };
  results: {
    ruleId: string;
    level: string;
    locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
  }[];
}

describe('the JUnit report', () => {
  it('fails what fails the run, and only that', () => {
    const text = formatJunit(sampleReport());
    assert.match(text, /<testsuites [^>]*tests="6" failures="2" errors="0"/);
    assert.equal(text.match(/<failure /g)?.length, 2);
    assert.equal(text.match(/<skipped>no --probe</g)?.length, 1);
  });

  it('does not fail what is known from the baseline', () => {
    const text = formatJunit(withKnown());
    assert.match(text, /<testsuites [^>]*tests="6" failures="1" errors="0"/);
    assert.equal(text.match(/<failure /g)?.length, 1);
  });

  it('fails what --fail-on counts', () => {
    const report = sampleReport();
    const finished = { ...report.finished, failOn: 'note' as const };
    assert.match(formatJunit({ ...report, finished }), /<testsuites [^>]*failures="4"/);
  });

  it('holds no character that XML forbids', () => {
    const text = formatJunit(hostile);
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f]|<script|\]\]>/);
  });
});
