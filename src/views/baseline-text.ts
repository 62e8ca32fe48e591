import type { ChalkInstance } from 'chalk';
import type { TestFinished } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';

/** What has changed since the run of `--baseline`: counts, then a line for each case that changed. */
export function baselineText(
  { newlyFailing, fixed, stillFailing, added, vanished }: NonNullable<TestFinished['baseline']>,
  colors: ChalkInstance,
): string {
  const counts = [
    `${newlyFailing.length} newly failing`,
    `${fixed.length} fixed`,
    `${stillFailing.length} known to fail`,
    `${added} new`,
    `${vanished} not played`,
  ];
  const lines = [
    ...newlyFailing.map((id) => `  ${colors.red('newly failing')}  ${visible(id)}\n`),
    ...fixed.map((id) => `  ${colors.green('fixed')}          ${visible(id)}\n`),
  ];
  return `since the baseline: ${counts.join(', ')}\n${lines.join('')}`;
}
