import { closeSync, openSync, writeFileSync } from 'node:fs';
import { HooksError } from '../core/errors.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { LoadReport } from '../views/report/load-html.ts';
import { attempt } from './report-output.ts';

/** A report of a load that is written at its end. */
export interface OpenLoadReport {
  /** The same events, which the report takes note of. */
  noting<T extends RunEvent>(events: AsyncIterable<T>): AsyncIterable<T>;
  write(): Promise<void>;
}

/** Throws HooksError before anything is sent where the report could not be written. */
export function openLoadReport(file: string): OpenLoadReport {
  if (file === '-') {
    throw new HooksError('usage', "a report goes to a file, not to '-'", {
      next: 'name one: --html load.html',
    });
  }
  // An empty file stands there until the end, so that no old report is taken for this one.
  attempt(file, () => closeSync(openSync(file, 'w')));
  const report: Partial<LoadReport> & Pick<LoadReport, 'ticks' | 'steps'> = { ticks: [], steps: [] };
  return {
    async *noting(events) {
      for await (const event of events) {
        if (event.type === 'load.started') report.started = event;
        if (event.type === 'load.tick') report.ticks.push(event);
        if (event.type === 'load.step') report.steps.push(event);
        if (event.type === 'load.finished') report.finished = event;
        yield event;
      }
    },
    async write() {
      const { started, finished, ticks, steps } = report;
      if (started === undefined || finished === undefined) return;
      const { formatLoadHtml } = await import('../views/report/load-html.ts');
      const text = formatLoadHtml({ started, finished, ticks, steps });
      attempt(file, () => writeFileSync(file, text));
    },
  };
}
