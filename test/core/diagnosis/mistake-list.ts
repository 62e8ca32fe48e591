import type { Mistakes } from '../../../src/core/diagnosis/mistake.ts';
import { MISTAKE_FAMILIES } from '../../../src/core/diagnosis/mistakes.ts';
import { RAW_BODY } from '../../../src/core/diagnosis/raw-body.ts';

/** The part of docs/verify.md that must equal the code. */
export function mistakeList(): string {
  const families = Object.entries<Mistakes>(MISTAKE_FAMILIES).map(([title, mistakes]) => {
    const rows = Object.entries(mistakes).map(
      ([id, { what, fix }]) => `| \`${id}\` | ${cell(what)} | ${cell(fix)} |`,
    );
    return `### ${title}\n\n| Mistake | What happened | What to do |\n|---|---|---|\n${rows.join('\n')}\n\n`;
  });
  const frameworks = Object.entries(RAW_BODY.frameworks ?? {}).map(
    ([name, fix]) => `| ${name} | ${cell(fix)} |`,
  );
  return `\n${families.join('')}### The raw body in frameworks\n\n| Framework | Where the raw bytes are |\n|---|---|\n${frameworks.join('\n')}\n\n`;
}

function cell(text: string): string {
  return text.replaceAll('{detail}', '…').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
