import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { endpoint } from '../../helpers/endpoint.ts';
import { openBrowser } from '../../helpers/open-browser.ts';
import { callApi, runStandIn } from '../../helpers/running-stand-in.ts';

const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';

describe('the page of hooks serve in a browser', () => {
  let browser: Browser | string;
  before(async () => {
    browser = await openBrowser();
  });
  after(async () => {
    if (typeof browser !== 'string') await browser.close();
  });

  /** The page of a stand-in, and what it complained about or asked of others. */
  async function open(t: TestContext, provider: string) {
    if (typeof browser === 'string') return undefined;
    const standIn = await runStandIn(t, [provider]);
    const page = await browser.newPage();
    // In a single process, which is how the packed Chromium runs, closing a page ends the browser.
    t.after(() => page.goto('about:blank'));
    const noise: string[] = [];
    page.on('console', (message) => noise.push(message.text()));
    page.on('pageerror', (error) => noise.push(error.message));
    page.on('dialog', (dialog) => {
      noise.push(dialog.message());
      return dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(standIn.url) && !request.url().startsWith('data:'))
        noise.push(request.url());
    });
    await page.goto(standIn.url);
    await page.locator('#events li').first().waitFor();
    return { page, noise, standIn };
  }

  async function fillAndSend(page: Page, body: object): Promise<void> {
    await page.getByLabel('Request body (JSON)').fill(JSON.stringify(body));
    await page.locator('#editor-send').click();
  }

  it('makes a subscription, sends an event to it, a test event, and deletes it', async (t) => {
    const opened = await open(t, 'acculynx');
    if (opened === undefined) return t.skip(String(browser));
    const { page, noise, standIn } = opened;
    const receiver = await endpoint(t);
    assert.equal(await page.locator('#events li').count(), 22);
    await page.getByRole('button', { name: 'Create subscription' }).click();
    await fillAndSend(page, {
      consumerUrl: receiver.url,
      techContact: 'ops@example.com',
      topicNames: ['job_created'],
    });
    await page.locator('.item').waitFor();
    assert.equal(await page.locator('.item h3').textContent(), receiver.url);
    assert.match(
      (await page.locator('#said').textContent()) ?? '',
      /^POST \/webhooks\/v2\/subscriptions: 201 /,
    );

    await page.getByRole('button', { name: 'Send job_created', exact: true }).click();
    await standIn.event('delivery.sent');
    await page.locator('#deliveries .delivered').waitFor();
    assert.equal(await page.locator('#deliveries tr td').nth(4).textContent(), '204');

    await page.getByRole('button', { name: /^Send test, subscription/ }).click();
    await page.locator('#editor-send').click();
    await standIn.event('delivery.sent');
    assert.equal(receiver.received.length, 2);

    await page.getByRole('button', { name: /^Delete, subscription/ }).click();
    await page.getByRole('heading', { name: 'subscription: none yet' }).waitFor();
    assert.deepEqual(noise, []);
  });

  it('shows the secret only when asked, and replays what failed', async (t) => {
    const opened = await open(t, 'incident-io');
    if (opened === undefined) return t.skip(String(browser));
    const { page, noise, standIn } = opened;
    const receiver = await endpoint(t, (response, index) =>
      response.writeHead(index === 0 ? 500 : 204).end(),
    );
    const url = `${standIn.url}/api/v1/app/local/endpoint`;
    await callApi(url, { method: 'POST', body: { url: receiver.url } });
    await page.locator('.item').waitFor();
    assert.ok(!(await page.content()).includes('whsec_'));
    await page.getByRole('button', { name: /^Show secret/ }).click();
    await page.getByText(/200 \{"key":"whsec_/).waitFor();
    await page.getByRole('button', { name: 'Send schedule.created_v1', exact: true }).click();
    await page.locator('#deliveries .failed').waitFor();
    await page.getByRole('button', { name: /^Replay: failed messages/ }).click();
    await page.locator('#editor-send').click();
    await page.locator('#deliveries .delivered').waitFor();
    assert.equal(receiver.received.length, 2);
    assert.deepEqual(noise, []);
  });

  it('lists what is assumed', async (t) => {
    const opened = await open(t, 'synchub');
    if (opened === undefined) return t.skip(String(browser));
    const { page } = opened;
    const { json } = await callApi(`${opened.standIn.url}/_hooks/state`);
    const { assumed } = json as { assumed: string[] };
    assert.ok(assumed.length > 10);
    assert.deepEqual(await page.locator('#assumed li').allTextContents(), assumed);
  });

  it('executes nothing of what a client or a receiver says, and shows it as text', async (t) => {
    const opened = await open(t, 'incident-io');
    if (opened === undefined) return t.skip(String(browser));
    const { page, noise, standIn } = opened;
    const body = { url: 'http://127.0.0.1:1/', description: HOSTILE, metadata: { [HOSTILE]: HOSTILE } };
    const made = await callApi(`${standIn.url}/api/v1/app/a/endpoint`, { method: 'POST', body });
    assert.equal(made.status, 201);
    await page.locator('.item').waitFor();
    await page.getByRole('button', { name: 'Send schedule.created_v1', exact: true }).click();
    await page.locator('#deliveries .failed').waitFor();
    assert.match((await page.locator('.item pre').textContent()) ?? '', /<img src=x onerror=alert\(1\)>/);
    assert.equal(await page.locator('img, iframe, [onerror], .item script').count(), 0);
    assert.deepEqual(noise, []);
  });

  it('has a light and a dark side, names every button, and fits a narrow window', async (t) => {
    const opened = await open(t, 'acculynx');
    if (opened === undefined) return t.skip(String(browser));
    const { page } = opened;
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal(await paper(), 'rgb(251, 251, 250)');
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await paper(), 'rgb(20, 23, 27)');
    const names = await page
      .locator('main > :not(dialog) button')
      .evaluateAll((all) =>
        all.map((one) =>
          (one as unknown as { getAttribute(name: string): string | null }).getAttribute('aria-label'),
        ),
      );
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length > 20 && names.every((name) => name));
    await page.setViewportSize({ width: 360, height: 800 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  });
});
