import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Report } from '../../../src/core/report-file.ts';
import { formatSarif } from '../../../src/views/report/sarif.ts';
import { hostileReport, reportOf, sampleCase, sampleReport } from '../../helpers/sample-report.ts';

describe('the SARIF report and the schema of SARIF 2.1.0', () => {
  let validate: ValidateFunction;

  before(() => {
    const file = createRequire(import.meta.url).resolve(
      '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
    );
    // Of draft 4 it uses nothing but what later drafts know too.
    const { id: _id, $schema: _draft, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
    // One of its patterns is a regular expression only without the flag u.
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    validate = ajv.compile(schema);
  });

  function problems(report: Report): unknown[] {
    validate(JSON.parse(formatSarif(report, '1.2.3')));
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  const failedAt = (file: string) =>
    reportOf([sampleCase({ outcome: 'failed', location: { file, line: 1, column: 1 } })]);
  const sample = sampleReport();
  const reports: Record<string, Report> = {
    'a case of every kind': sample,
    'no case at all': reportOf([]),
    'what a hostile receiver answers': hostileReport(),
    'a scenario on a Windows drive': failedAt('C:\\stories\\a story #1?.yaml'),
    'a scenario with a name that is no text': failedAt('/a\ud800\u0000 100%.yaml'),
    'a baseline': {
      ...sample,
      finished: {
        ...sample.finished,
        baseline: {
          newlyFailing: [],
          fixed: [],
          stillFailing: ['authenticity/wrong-secret'],
          added: 0,
          vanished: 0,
        },
      },
    },
  };
  for (const [name, report] of Object.entries(reports)) {
    it(`is valid with ${name}`, () => {
      assert.deepEqual(problems(report), []);
    });
  }

  it('would not be valid with a severity of our own', () => {
    const document = JSON.parse(formatSarif(sampleReport(), '1.2.3'));
    document.runs[0].results[0].level = 'must';
    assert.equal(validate(document), false);
  });

  it('points to the file of a scenario, whatever its name', () => {
    const uriOf = (file: string): string =>
      JSON.parse(formatSarif(failedAt(file), '1.2.3')).runs[0].results[0].locations[0].physicalLocation
        .artifactLocation.uri;
    assert.equal(uriOf('stories/a story.yaml'), 'stories/a%20story.yaml');
    assert.equal(uriOf('C:\\stories\\a.yaml'), 'file:///C:/stories/a.yaml');
    assert.equal(uriOf('/stories/a#1.yaml'), 'file:///stories/a%231.yaml');
  });
});
