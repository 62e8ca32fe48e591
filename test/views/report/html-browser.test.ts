import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Report } from '../../../src/core/report-file.ts';
import { formatHtml } from '../../../src/views/report/html.ts';
import { openBrowser } from '../../helpers/open-browser.ts';
import { HOSTILE, hostileReport, sampleReport } from '../../helpers/sample-report.ts';

describe('the HTML report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-html-'));
  let browser: Browser | string;

  before(async () => {
    browser = await openBrowser();
  });
  after(async () => {
    if (typeof browser !== 'string') await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** The report in a page, and what the page asked for or complained about. */
  async function open(report: Report): Promise<{ page: Page; noise: string[] } | undefined> {
    if (typeof browser === 'string') return undefined;
    const file = join(folder, 'report.html');
    writeFileSync(file, formatHtml(report));
    const page = await browser.newPage();
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('dialog', (dialog) => {
      noise.push(dialog.message());
      return dialog.dismiss();
    });
    page.on('request', (request) => noise.push(request.url()));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    return { page, noise: noise.filter((line) => line !== url) };
  }

  it('shows the numbers of the report', async (t) => {
    const report = sampleReport();
    const opened = await open(report);
    if (opened === undefined) return t.skip(String(browser));
    const { page, noise } = opened;
    const rows = await Promise.all(
      (await page.locator('tbody tr').all()).map(async (row) =>
        (await row.locator('th, td').allTextContents()).map((text) => text.trim()),
      ),
    );
    const all = { ...report.finished, group: 'all' };
    assert.deepEqual(
      rows,
      [...report.finished.groups, all].map(({ group, passed, failed, skipped, score }) => [
        group,
        ...[passed, failed.must, failed.should, failed.note, skipped].map(String),
        `${score} %`,
      ]),
    );
    assert.equal(await page.locator('#score').textContent(), String(report.finished.score));
    assert.equal(await page.locator('details.case[open]').count(), 4, 'failures stand open, first');
    assert.equal(await page.locator('.group details.case').count(), report.cases.length);
    assert.deepEqual(noise, []);
  });

  it('lets its style sheet in, in light and in dark', async (t) => {
    const opened = await open(sampleReport());
    if (opened === undefined) return t.skip(String(browser));
    const { page } = opened;
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await paper(), 'rgb(251, 251, 250)');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await paper(), 'rgb(20, 23, 27)');
  });

  it('executes nothing of what a receiver answered, and shows it as text', async (t) => {
    const opened = await open(hostileReport());
    if (opened === undefined) return t.skip(String(browser));
    const { page, noise } = opened;
    assert.deepEqual(noise, []);
    assert.equal(await page.locator('script, img, a, iframe, [onerror]').count(), 0);
    assert.match(await page.title(), /^failed: hooks test <script>/);
    const got = await page.locator('details.case[open] dd').nth(2).textContent();
    const shown = HOSTILE.replace('\u001b', '\\x1b').replace('\u202e', '\\u202e').replace('\u0000', '\\x00');
    assert.equal(got, shown.replace('\n', '\\n'));
  });

  it('fits a narrow window', async (t) => {
    const opened = await open(hostileReport());
    if (opened === undefined) return t.skip(String(browser));
    const { page } = opened;
    await page.setViewportSize({ width: 360, height: 800 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  });
});
