import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import type { ReportFlags } from '../../src/commands/report-options.ts';
import { reportRun } from '../../src/commands/report-output.ts';
import type { Report } from '../../src/core/report-file.ts';
import type { RunEvent } from '../../src/core/run-event.ts';
import { openView } from '../../src/views/open.ts';
import { reportOf, sampleCase, sampleReport } from '../helpers/sample-report.ts';
import { createSink } from '../helpers/sink.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hooks-reports-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

async function* eventsOf({ started, cases, finished }: Report): AsyncGenerator<RunEvent> {
  yield started;
  yield* cases;
  yield finished;
}

/** Reports a run whose events stand in a list; says whether the run began. */
async function report(
  flags: ReportFlags & { json?: boolean },
  { env = {}, run = sampleReport() }: { env?: Record<string, string>; run?: Report } = {},
) {
  const io = { stdin: Readable.from([]), stdout: createSink(), stderr: createSink(), env };
  let hasBegun = false;
  async function* events() {
    hasBegun = true;
    yield* eventsOf(run);
  }
  const context = { io: { ...io, signal: new AbortController().signal }, exit: () => {} };
  const ended = await reportRun(events(), flags, context, openView(flags, io)).catch((error: unknown) => ({
    error,
  }));
  return { ended, hasBegun, stdout: io.stdout.text(), stderr: io.stderr.text() };
}

describe('the reports of a run', () => {
  it('are written, each to its file, in one run', async (t) => {
    const path = folder(t);
    const file = (name: string) => join(path, name);
    const { ended } = await report({
      junit: file('a.xml'),
      tap: file('a.tap'),
      sarif: file('a.sarif'),
      html: file('a.html'),
    });
    assert.deepEqual(ended, sampleReport().finished);
    const begins = {
      'a.xml': /^<\?xml /,
      'a.tap': /^TAP version 14\n/,
      'a.sarif': /^\{/,
      'a.html': /^<!doctype/,
    };
    for (const [name, pattern] of Object.entries(begins))
      assert.match(readFileSync(file(name), 'utf8'), pattern);
  });

  it('stop the run before it begins where one cannot be written', async (t) => {
    const missing = join(folder(t), 'missing', 'a.xml');
    const { ended, hasBegun } = await report({ junit: missing });
    assert.ok('error' in ended && ended.error instanceof Error);
    assert.equal((ended.error as Error & { kind?: string }).kind, 'file-unwritable');
    assert.match(ended.error.message, /cannot write the report .*a\.xml$/);
    assert.equal(hasBegun, false);
  });

  it('do not go to stdout, nor two to one file', async (t) => {
    const file = join(folder(t), 'a.txt');
    for (const flags of [{ tap: '-' }, { tap: file, junit: file }]) {
      const { ended, hasBegun } = await report(flags);
      assert.ok('error' in ended);
      assert.equal((ended.error as { kind?: string }).kind, 'usage');
      assert.equal(hasBegun, false);
    }
    assert.ok(!existsSync(file));
  });

  it('leave no report of an earlier run behind when the run is ended by an error', async (t) => {
    const file = join(folder(t), 'a.xml');
    writeFileSync(file, 'of yesterday');
    const io = { stdin: Readable.from([]), stdout: createSink(), stderr: createSink(), env: {} };
    const context = { io: { ...io, signal: new AbortController().signal }, exit: () => {} };
    // biome-ignore lint/correctness/useYield: it ends before its first event
    async function* broken(): AsyncGenerator<RunEvent> {
      throw new Error('the run broke');
    }
    await assert.rejects(reportRun(broken(), { junit: file }, context, openView({}, io)), /the run broke/);
    assert.equal(readFileSync(file, 'utf8'), '');
  });
});

describe('a run with --baseline', () => {
  async function baselineOf(t: TestContext, run: Report): Promise<string> {
    const { stdout } = await report({ json: true }, { run });
    const file = join(folder(t), 'before.ndjson');
    writeFileSync(file, stdout);
    return file;
  }

  it('passes while nothing fails that the lines of an earlier run do not hold as failed', async (t) => {
    const baseline = await baselineOf(t, sampleReport());
    const junit = join(folder(t), 'a.xml');
    const { ended, stdout } = await report({ baseline, junit });
    assert.ok(!('error' in ended) && ended.isPassed);
    assert.match(
      stdout,
      /^since the baseline: 0 newly failing, 0 fixed, 4 known to fail, 0 new, 0 not played$/m,
    );
    assert.match(readFileSync(junit, 'utf8'), /failures="0"/);
  });

  it('fails when another case fails', async (t) => {
    const baseline = await baselineOf(t, sampleReport());
    const run = reportOf([sampleCase({ id: 'baseline/genuine', outcome: 'failed' })]);
    const { ended, stdout } = await report({ baseline, json: true }, { run });
    assert.ok(!('error' in ended) && !ended.isPassed);
    const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    assert.equal(last.isPassed, false);
    assert.deepEqual(last.baseline.newlyFailing, ['baseline/genuine']);
  });

  it('keeps the reports of before when the baseline cannot be read', async (t) => {
    const junit = join(folder(t), 'a.xml');
    writeFileSync(junit, 'of yesterday');
    const { ended } = await report({ baseline: join(folder(t), 'missing.ndjson'), junit });
    assert.ok('error' in ended);
    assert.equal((ended.error as { kind?: string }).kind, 'file-unreadable');
    assert.equal(readFileSync(junit, 'utf8'), 'of yesterday');
  });
});

describe('a run inside GitHub Actions', () => {
  const hostile = reportOf([
    sampleCase({ outcome: 'failed', got: '##[add-path]/evil', reproduce: '::set-output name=a::b' }),
  ]);

  it('lets the runner take nothing for a command but our annotations', async () => {
    const { stdout } = await report({}, { env: { GITHUB_ACTIONS: 'true' }, run: hostile });
    const lines = stdout.split('\n');
    const token = /^::stop-commands::([0-9a-f]{32})$/.exec(lines[0] ?? '')?.[1];
    assert.ok(token, lines[0]);
    const resumed = lines.indexOf(`::${token}::`);
    const isCommand = (line: string) => /^\s*::|##\[/.test(line);
    assert.ok(lines.slice(1, resumed).some(isCommand), 'the answer stands between');
    const after = lines.slice(resumed + 1).filter(isCommand);
    assert.equal(after.length, 1);
    assert.match(after[0] ?? '', /^::error title=authenticity\/wrong-secret::/);
  });

  it('chooses the word that resumes commands anew each time', async () => {
    const env = { GITHUB_ACTIONS: 'true' };
    const words = [await report({}, { env }), await report({}, { env })].map(
      ({ stdout }) => stdout.split('\n')[0],
    );
    assert.notEqual(words[0], words[1]);
  });

  it('keeps stdout JSON with --json', async () => {
    const { stdout, stderr } = await report({ json: true }, { env: { GITHUB_ACTIONS: 'true' } });
    for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
    assert.match(stderr, /^::error title=/m);
  });

  it('adds to the summary of the step, and keeps what stands there', async (t) => {
    const file = join(folder(t), 'summary.md');
    writeFileSync(file, 'Before\n\n');
    await report({}, { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file } });
    const text = readFileSync(file, 'utf8');
    assert.match(text, /^Before\n\n## ❌ hooks test /);
    assert.match(text, /^\| authenticity \| 0 \| 1 \| 0 \| 0 \| 0 \| 0 % \|$/m);
  });

  it('says nothing to a runner elsewhere', async (t) => {
    const file = join(folder(t), 'summary.md');
    const { stdout } = await report({}, { env: { GITHUB_STEP_SUMMARY: file } });
    assert.doesNotMatch(stdout, /^::/m);
    assert.ok(!existsSync(file));
  });
});
