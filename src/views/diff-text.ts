import type { ChalkInstance } from 'chalk';
import type { BodyDiff, RecordingDiff, SignatureInputs } from '../core/diff.ts';
import type { HeaderDiff } from '../core/diff-headers.ts';
import type { JsonChange } from '../core/diff-json.ts';
import type { HeaderList } from '../core/headers.ts';
import { formatSize } from '../core/size.ts';
import { visible } from '../core/visible.ts';
import { shorten } from './pretty-json.ts';

const LONGEST_VALUE = 200;
const MOST_CHANGES = 200;

/** Where two recordings differ: headers, what is signed, body. `-` is the first one, `+` the second. */
export function diffText(diff: RecordingDiff, colors: ChalkInstance): string {
  const lines = [
    colors.bold('Headers'),
    ...headerLines(diff.headers, colors),
    '',
    colors.bold('Signed'),
    ...inputLines(diff.signatureInputs, colors),
    '',
    colors.bold('Body'),
    ...bodyLines(diff.body, colors),
  ];
  return `${lines.join('\n')}\n`;
}

function headerLines({ added, removed, changed, isReordered }: HeaderDiff, colors: ChalkInstance): string[] {
  const lines = [
    ...removed.map((header) => minus(headerText(header), colors)),
    ...added.map((header) => plus(headerText(header), colors)),
    ...changed.flatMap(({ before, after }) => [
      minus(headerText(before), colors),
      plus(headerText(after), colors),
    ]),
    ...(isReordered ? [colors.yellow('  order differs')] : []),
  ];
  return lines.length > 0 ? lines : [colors.dim('  same')];
}

function inputLines({ id, timestampSeconds, body }: SignatureInputs, colors: ChalkInstance): string[] {
  const lines = [
    ...compared('id', id.before, id.after, colors),
    ...compared('timestamp', timeText(timestampSeconds.before), timeText(timestampSeconds.after), colors),
  ];
  const describe = (side: typeof body.before) =>
    side && `${formatSize(side.sizeBytes)}, sha256 ${side.sha256}`;
  return [...lines, ...compared('body', describe(body.before), describe(body.after), colors)];
}

function compared(
  name: string,
  before: string | undefined,
  after: string | undefined,
  colors: ChalkInstance,
): string[] {
  if (before === undefined && after === undefined) return [];
  if (before === after) return [`  ${name}: ${colors.dim(`same, ${shown(before ?? '')}`)}`];
  return [
    minus(`${name}: ${shown(before ?? 'none')}`, colors),
    plus(`${name}: ${shown(after ?? 'none')}`, colors),
  ];
}

function timeText(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined;
  return `${seconds} (${new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')})`;
}

function bodyLines(diff: BodyDiff, colors: ChalkInstance): string[] {
  if (diff.kind === 'same') return [colors.dim('  same')];
  const position = `the first difference is at byte ${diff.firstDifferenceAt + 1}`;
  if (diff.kind === 'bytes') return [`  ${position}`];
  const { changes, isKeyOrderDifferent } = diff;
  const left = changes.length - MOST_CHANGES;
  return [
    ...(changes.length === 0 ? [colors.yellow(`  the same JSON in different bytes; ${position}`)] : []),
    ...changes.slice(0, MOST_CHANGES).flatMap((change) => changeLines(change, colors)),
    ...(left > 0 ? [colors.dim(`  … ${left} more, all of them with --json`)] : []),
    ...(isKeyOrderDifferent ? [colors.yellow('  key order differs')] : []),
  ];
}

function changeLines(change: JsonChange, colors: ChalkInstance): string[] {
  const place = visible(change.pointer || 'whole body');
  return [
    ...(change.kind === 'added' ? [] : [minus(`${place}: ${shown(change.before)}`, colors)]),
    ...(change.kind === 'removed' ? [] : [plus(`${place}: ${shown(change.after)}`, colors)]),
  ];
}

function headerText([name, value]: HeaderList[number]): string {
  return `${visible(name)}: ${shown(value)}`;
}

/** Cut before it is made visible, so that no escape is cut through. */
function shown(text: string): string {
  return visible(shorten(text, LONGEST_VALUE));
}

function minus(text: string, colors: ChalkInstance): string {
  return colors.red(`- ${text}`);
}

function plus(text: string, colors: ChalkInstance): string {
  return colors.green(`+ ${text}`);
}
