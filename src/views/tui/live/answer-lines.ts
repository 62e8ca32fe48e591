import type { AttemptResult } from '../../../core/delivery.ts';
import { formatDuration } from '../../../core/duration.ts';
import type { HeaderList } from '../../../core/headers.ts';
import { visible } from '../../../core/visible.ts';
import { bodyLines } from '../../body-text.ts';
import { statusColor } from '../../status-color.ts';
import { wrapWords } from '../../wrap-words.ts';
import type { TabContent } from './detail-source.ts';
import { forwardLines, type ShownAnswer } from './forwards.ts';

const WHOLE_BYTES = 65_536;

/** What was answered: by us, by those that it was passed on to, by the receivers of its replays. */
export function answerLines(content: TabContent): string[] {
  const { recording, row, replays, colors } = content;
  const ours = recording.direction === 'received' ? ourAnswer(content) : [];
  const forwards =
    row.forwards.length === 0 ? [] : ['', colors.bold('Passed on'), ...forwardLines(row.forwards, colors)];
  const attempts = recording.attempts.flatMap(({ attempt, url, startedAt, result }) => [
    '',
    `${colors.bold(`Attempt ${attempt}`)}  ${colors.dim(startedAt.toISOString())}${url === undefined ? '' : `  → ${visible(url)}`}`,
    ...resultLines(result, content),
  ]);
  const replayed = replays.flatMap(({ url, at, isEdited, result, note }) => [
    '',
    `${colors.bold(isEdited ? 'Edited replay' : 'Replay')}  ${visible(url)}  ${colors.dim(at.toISOString())}`,
    ...(note === undefined ? [] : [colors.yellow(`  ${visible(note)}`)]),
    ...resultLines(result, content),
  ]);
  const lines = [...ours, ...forwards, ...attempts, ...replayed];
  return lines[0] === '' ? lines.slice(1) : lines;
}

function ourAnswer({ recording, row, colors }: TabContent): string[] {
  const { answer } = recording;
  const said = answerText(
    answer === undefined ? row.answer : { ...row.answer, status: answer.status },
    colors,
  );
  const took = row.durationMs === undefined ? '' : colors.dim(`  after ${formatDuration(row.durationMs)}`);
  const from = row.answer.from === undefined ? '' : `  from ${visible(row.answer.from)}`;
  return [
    `${colors.bold('Our answer')}  ${said}${from}${took}`,
    ...(row.answer.why === undefined ? [] : [`  ${visible(row.answer.why)}`]),
    ...(answer === undefined ? [] : messageLines(answer.headers, answer.body, colors)),
  ];
}

/** A status, or what was done instead of answering. */
export function answerText({ status, instead }: ShownAnswer, colors: TabContent['colors']): string {
  return status === undefined
    ? colors.red(visible(instead ?? 'none'))
    : statusColor(status, colors)(String(status));
}

function resultLines(result: AttemptResult, { colors, columns }: TabContent): string[] {
  const took = colors.dim(`in ${formatDuration(result.durationMs)}`);
  if (result.kind === 'failed')
    return [
      ...wrapWords(`  ${colors.red(`✗ ${visible(result.message)}`)}  ${took}`, columns),
      ...wrapWords(`  next: ${visible(result.next)}`, columns),
    ];
  const status = visible(`${result.status} ${result.statusText}`.trim());
  return [
    `  ${statusColor(result.status, colors)(status)}  ${took}`,
    ...messageLines(result.headers, result.body, colors),
  ];
}

function messageLines(headers: HeaderList, body: Uint8Array, colors: TabContent['colors']): string[] {
  return [
    ...headers.map(([name, value]) => `  ${colors.cyan(visible(name))}: ${visible(value)}`),
    ...bodyLines(body, body.length > WHOLE_BYTES ? 'short' : 'full', colors).map((line) => `  ${line}`),
  ];
}
