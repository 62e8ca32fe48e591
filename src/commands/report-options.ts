import type { Command } from 'commander';

export interface ReportFlags {
  junit?: string;
  tap?: string;
  sarif?: string;
  html?: string;
  baseline?: string;
}

/** Reports of a run, besides what is shown; several at once. */
export function addReportOptions(command: Command): Command {
  return command
    .optionsGroup('Reports:')
    .option('--junit <file>', 'write a JUnit XML report')
    .option('--tap <file>', 'write a TAP version 14 report')
    .option('--sarif <file>', 'write a SARIF 2.1.0 report')
    .option('--html <file>', 'write a report as one HTML file')
    .option(
      '--baseline <file>',
      'the --json lines of an earlier run: what failed there is known and does not fail this one',
    );
}
