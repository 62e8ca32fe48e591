import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** A browser of this machine, or why there is none. */
export async function openBrowser(): Promise<Browser | string> {
  const { chromium } = await import('playwright-core');
  const { default: packed } = await import('@sparticuz/chromium');
  const problems: string[] = [];
  for (const path of [() => packed.executablePath(), async () => '/usr/bin/chromium']) {
    try {
      const executablePath = await path();
      if (existsSync(executablePath)) return await chromium.launch({ executablePath, args: packed.args });
    } catch (error) {
      problems.push(String(error).slice(0, 300));
    }
  }
  return `no Chromium starts here: ${problems.join('; ')}`;
}
