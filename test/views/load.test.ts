import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LoadFinished, RunEvent } from '../../src/core/run-event.ts';
import { colorsFor } from '../../src/views/colors.ts';
import { openLoadView } from '../../src/views/load-live.ts';
import { bar, glyphsFor, sparkline } from '../../src/views/load-plot.ts';
import { loadFinishedText, loadStartedText, loadStepText } from '../../src/views/load-text.ts';
import { formatLoadHtml } from '../../src/views/report/load-html.ts';
import { LOAD_FINISHED, LOAD_STARTED, LOAD_STEP, LOAD_TICK } from '../helpers/load-events.ts';
import { createSink } from '../helpers/sink.ts';

const UTF8 = { LANG: 'C.UTF-8' };
const options = {
  colors: colorsFor(createSink(), { env: {}, color: false }),
  isQuiet: false,
  glyphs: glyphsFor(UTF8),
  width: 70,
};
const finishedText = (changes: Partial<LoadFinished> = {}, width = 70) =>
  loadFinishedText({ ...LOAD_FINISHED, ...changes }, { ...options, width });

describe('the summary of a load', () => {
  it('has counts, latencies from when due and from when sent, and the limits', () => {
    assert.equal(
      finishedText(),
      `1000 sent, 995 answered: 498/s; 990 delivered, 5 unexpected, 5 without an answer; took 2.01 s
  204: 990, 500: 5, timeout: 5

           from when due  from when sent
  min             0.4 ms          0.4 ms  █
  mean            2.5 ms          2.5 ms  █
  p50             1.5 ms          1.5 ms  █
  p75               2 ms            2 ms  █
  p90               4 ms            4 ms  █
  p95               8 ms            8 ms  █
  p99             120 ms           20 ms  █████████████████████
  p99.9           150 ms           40 ms  ██████████████████████████
  p99.99          160 ms           50 ms  ████████████████████████████
  max             160 ms           50 ms  ████████████████████████████

✓ p99 <= 200 ms: 120 ms
✓ errors <= 1 %: 1 %
behind: 2 sent late
`,
    );
  });

  it('draws no bars where there is no room, and ASCII where the terminal has nothing else', () => {
    assert.doesNotMatch(finishedText({}, 40), /█/);
    const plain = loadFinishedText(LOAD_FINISHED, { ...options, glyphs: glyphsFor({ LANG: 'C' }) });
    assert.match(plain, /max .* #+\n/);
    assert.doesNotMatch(plain, /█/);
  });

  it('says what a load was held back by', () => {
    const shown = (changes: Partial<LoadFinished>) => finishedText(changes).split('limited: ')[1];
    assert.match(
      shown({ limitedBy: 'in-flight', held: 30, unsent: 4 }) ?? '',
      /^2 sent late, 30 held back, 4 not sent, because as many as allowed were under way[\s\S]*--max-in-flight/,
    );
    assert.match(
      shown({ limitedBy: 'sender', busy: 0.987 }) ?? '',
      /^the sender could not keep up \(busy 99 %; 2 sent late\): try more --workers/,
    );
    assert.match(shown({ limitedBy: 'sender', busy: 0.2 }) ?? '', /something else on this machine/);
    assert.match(shown({ limitedBy: 'sender', busy: 1, mode: 'closed' }) ?? '', /the receiver may do more/);
  });

  it('says which limit was found, and how surely', () => {
    const limit = { rate: 400, isConfirmed: true, isHighestTried: false, steps: 10 };
    const shown = (changes: Partial<LoadFinished['limit']> = {}) =>
      finishedText({ mode: 'limit', limit: { ...limit, ...changes } });
    assert.match(shown(), /^limit: 400\/s \(kept twice, 10 steps\)$/m);
    assert.match(shown({ isConfirmed: false }), /not confirmed/);
    assert.match(shown({ limitedBy: 'sender' }), /the sender was too slow, so the receiver may do more/);
    assert.match(shown({ limitedBy: 'in-flight' }), /as many as --max-in-flight allows were under way/);
    const none = { isConfirmed: false, isHighestTried: false, steps: 4 };
    assert.match(finishedText({ mode: 'limit', limit: none }), /no rate was kept in 4 steps/);
  });

  it('is silent when asked to be, unless a limit was missed', () => {
    const quiet = { ...options, isQuiet: true };
    assert.equal(loadFinishedText(LOAD_FINISHED, quiet), '');
    assert.match(loadFinishedText({ ...LOAD_FINISHED, isPassed: false }, quiet), /1000 sent/);
  });

  it('lets no name from outside drive the terminal', () => {
    const text = loadStartedText({ ...LOAD_STARTED, url: 'http://x/\u001b[31m', slug: 'a\u0007' }, options);
    assert.doesNotMatch(text, /[\u0007\u001b]/);
  });
});

it('a step of the search says whether the limits were kept, and when the sender was the cause', () => {
  assert.equal(loadStepText(LOAD_STEP, options), '     500/s  kept  p99 120 ms, errors 1 %\n');
  const missed = { ...LOAD_STEP, isPassed: false, isConfirmation: true, limitedBy: 'sender' as const };
  assert.match(loadStepText(missed, options), /missed \(once more\).*the sender was too slow/);
});

describe('plots', () => {
  it('show the greatest of what does not fit', () => {
    const glyphs = glyphsFor(UTF8);
    assert.equal(sparkline([0, 1, 2, 4], 4, glyphs), '▁▃▅█');
    assert.equal(sparkline([0, 8, 0, 0], 2, glyphs), '█▁');
    assert.equal(sparkline([0, 0], 4, glyphs), '▁▁');
    assert.equal(bar(0.001, 10, glyphs), '█');
    assert.equal(bar(0, 10, glyphs), '');
    assert.equal(bar(7, 3, glyphs), '███');
  });
});

describe('the live view of a load', () => {
  const open = (changes: { isTTY?: boolean; columns?: number; json?: boolean } = {}) => {
    const { isTTY = true, columns = 60, json = false } = changes;
    const stdout = createSink({ isTTY });
    const stderr = Object.assign(createSink({ isTTY }), { columns });
    const seen: RunEvent[] = [];
    const view = openLoadView(
      async (event: RunEvent) => void seen.push(event),
      { json },
      { stdout, stderr, env: UTF8 },
    );
    return { view, stderr, seen };
  };

  it('draws a line and two plots each second, and takes them away before anything else is shown', async () => {
    const { view, stderr, seen } = open();
    await view(LOAD_STARTED);
    await view(LOAD_TICK);
    const drawn = stderr.text();
    const lines = drawn.split('\n');
    assert.match(lines[0] ?? '', /^█+\.+ 1 s {2}495\/s of 500\/s/);
    assert.match(lines[1] ?? '', /p99 .* 20 ms/);
    assert.match(lines[2] ?? '', /rate .* 495\/s/);
    await view(LOAD_FINISHED);
    assert.equal(stderr.text().slice(drawn.length), '\u001b[3A\r\u001b[J');
    assert.deepEqual(
      seen.map(({ type }) => type),
      ['load.started', 'load.finished'],
    );
  });

  it('draws no line that is wider than the terminal', async () => {
    const { view, stderr } = open({ columns: 20 });
    await view(LOAD_STARTED);
    await view(LOAD_TICK);
    for (const line of stderr.text().split('\n')) {
      assert.ok(line.replace(/\u001b\[\d+m/g, '').length < 20, line);
    }
  });

  it('draws nothing where there is no terminal, and nothing beside JSON', async () => {
    for (const changes of [{ isTTY: false }, { json: true }]) {
      const { view, stderr, seen } = open(changes);
      await view(LOAD_STARTED);
      await view(LOAD_TICK);
      assert.equal(stderr.text(), '');
      assert.equal(seen.length, 2);
    }
  });
});

describe('the page of a load', () => {
  const report = { started: LOAD_STARTED, finished: LOAD_FINISHED, ticks: [LOAD_TICK], steps: [LOAD_STEP] };

  it('has limits, steps, latencies and plots, and nothing from elsewhere', () => {
    const page = formatLoadHtml(report);
    for (const title of ['Limits', 'Steps', 'Latency', 'Plots'])
      assert.match(page, new RegExp(`<h2>${title}</h2>`));
    assert.match(page, /Latency over percentile[\s\S]*<svg/);
    // Over time there is one load, and no search.
    const later = { ...LOAD_TICK, elapsedMs: 2000 };
    const steady = formatLoadHtml({ ...report, ticks: [LOAD_TICK, later], steps: [] });
    assert.match(steady, /Latency over time[\s\S]*<svg[\s\S]*Rate[\s\S]*<svg/i);
    assert.doesNotMatch(page, /<script|src=|href="http|@import|NaN|undefined|Infinity/);
  });

  it('takes what comes from outside for text', () => {
    const url = 'http://localhost:3000/<script>alert(1)</script>';
    const page = formatLoadHtml({
      ...report,
      started: { ...LOAD_STARTED, url },
      finished: { ...LOAD_FINISHED, url },
    });
    assert.doesNotMatch(page, /<script/);
    assert.match(page, /&lt;script/);
  });

  it('can be made of a load that measured nothing', () => {
    const { latency: _latency, ...bare } = LOAD_FINISHED;
    const finished = {
      ...bare,
      started: 3,
      answered: 0,
      delivered: 0,
      unexpected: 0,
      failed: 3,
      statuses: {},
      rate: 0,
      curve: [],
    };
    const page = formatLoadHtml({ started: LOAD_STARTED, finished, ticks: [], steps: [] });
    assert.doesNotMatch(page, /NaN|undefined|Infinity/);
  });
});
