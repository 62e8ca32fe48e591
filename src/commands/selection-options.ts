import { type Command, Option } from 'commander';
import { HooksError } from '../core/errors.ts';
import { parseMoment } from '../core/moment.ts';
import type { Direction } from '../core/recording.ts';
import type { Selection } from '../core/selection.ts';
import { parseStatusMatch } from '../core/status-match.ts';
import { asArgument, collect, parseCount } from './shared-options.ts';

export interface SelectionFlags {
  last?: number;
  event?: string[];
  provider?: string;
  status?: string[];
  since?: Date;
  until?: Date;
  direction?: Direction;
  failed?: boolean;
  invalid?: boolean;
  grep?: string;
}

/** The flags by which recorded deliveries are selected; the same in every command. */
export function addSelectionOptions(command: Command): Command {
  return command
    .optionsGroup('Selection:')
    .option('--last <n>', 'the newest n', parseCount(1))
    .option('--event <pattern>', "event type or slug, e.g. 'issue_*'; may be repeated", collect(String))
    .option(
      '--status <status>',
      'status of the answer, e.g. 404 or 5xx; may be repeated',
      collect(parseStatus),
    )
    .option('--failed', 'sent and not answered as expected, or received and not answered 2xx')
    .option('--invalid', 'received, and signature, body or event type were wrong')
    .option(
      '--since <time>',
      'from this time on: 2h, 2026-07-14, 2026-07-14T09:12:43Z',
      asArgument(parsePast),
    )
    .option('--until <time>', 'up to this time', asArgument(parsePast))
    .addOption(new Option('--direction <direction>', 'only these').choices(['received', 'sent']))
    .option('--grep <text>', 'text that stands in the body, a header or the path');
}

/** The flags, and the ids given as arguments, as a selection. */
export function selectionFrom(ids: readonly string[], flags: SelectionFlags): Selection {
  const { last, event, provider, status, since, until, direction, failed, invalid, grep } = flags;
  return {
    ...(ids.length > 0 && { ids }),
    ...(last !== undefined && { last }),
    ...(event !== undefined && { events: event }),
    ...(provider !== undefined && { provider }),
    ...(status !== undefined && { statuses: status }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(direction !== undefined && { direction }),
    ...(failed && { isFailed: true }),
    ...(invalid && { isInvalid: true }),
    ...(grep !== undefined && { grep }),
  };
}

/** A time in the past: `2h` means two hours ago. */
function parsePast(text: string): Date {
  try {
    return parseMoment(/^\d+(\.\d+)?[a-z]+$/.test(text) ? `-${text}` : text, new Date());
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    throw new HooksError('usage', `'${text}' is not a time`, {
      next: 'write it as 2h (two hours ago), 2026-07-14 or 2026-07-14T09:12:43Z',
    });
  }
}

function parseStatus(text: string): string {
  parseStatusMatch(text);
  if (text.includes(','))
    throw new HooksError('usage', 'give one status each', { next: 'repeat --status for several' });
  return text.toLowerCase();
}
