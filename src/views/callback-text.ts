import type { ChalkInstance } from 'chalk';
import type { CallbackReceived, CallbackSummary, CommandCheck } from '../core/callbacks/callback-event.ts';
import { visible } from '../core/visible.ts';
import { bodyLines } from './body-text.ts';

interface CallbackTextOptions {
  colors: ChalkInstance;
  isQuiet: boolean;
  isVerbose: boolean;
  /** The only delivery of its run. */
  isSingle: boolean;
}

/** A call of a receiver, below the delivery that it belongs to. */
export function callbackText(
  event: CallbackReceived,
  { colors, isQuiet, isVerbose, isSingle }: CallbackTextOptions,
): string {
  if (isQuiet && event.command.state !== 'invalid') return '';
  const showsBody = isSingle || isVerbose || event.command.state !== 'valid';
  const lines = [
    `${colors.dim('  <--')} callback ${colors.cyan(visible(event.name))} by ${visible(event.method)}, ${checkText(event.command, colors)} ${colors.dim(`[${visible(event.deliveryId)}]`)}`,
    ...(event.command.state === 'invalid'
      ? event.command.errors.map(
          ({ pointer, message }) =>
            `      ${colors.red('✗')} ${visible(pointer === '' ? '' : `${pointer} `)}${visible(message)}`,
        )
      : []),
    ...(showsBody
      ? bodyLines(event.body, isVerbose ? 'full' : 'short', colors).map((line) => `      ${line}`)
      : []),
    ...(showsBody && event.unspecified.length > 0
      ? [colors.dim(`      not published, so accepted in any form: ${visible(event.unspecified.join(', '))}`)]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** How many calls there were, and what is missing. */
export function callbackSummaryText(summary: CallbackSummary, colors: ChalkInstance): string {
  const { received, invalid } = summary;
  const bad =
    invalid > 0 ? `, ${colors.red(`${invalid} with a command that the provider does not take`)}` : '';
  return `${missingCallbacksText(summary, colors)}callbacks: ${received} came${bad}\n`;
}

/** The expected callbacks that did not come as they should, a line each. */
export function missingCallbacksText(summary: CallbackSummary | undefined, colors: ChalkInstance): string {
  const lines = (summary?.missing ?? []).map(
    ({ deliveryId, name, message }) =>
      `${colors.red('✗')} callback ${visible(name)} ${visible(message)} ${colors.dim(`[${visible(deliveryId)}]`)}\n`,
  );
  return lines.join('');
}

function checkText(command: CommandCheck, colors: ChalkInstance): string {
  if (command.state === 'valid') return colors.green('valid command');
  if (command.state === 'invalid') return colors.red('invalid command');
  return colors.yellow(`command unspecified: ${visible(command.message)}`);
}
