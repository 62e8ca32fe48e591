import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import type { RelayAccepted, RelayFinished, RelayReader, RelayReady } from '../core/run-event.ts';
import { formatSize } from '../core/size.ts';
import { visible } from '../core/visible.ts';
import { localTime } from './local-time.ts';

export function relayReadyText({ channels }: RelayReady, colors: ChalkInstance): string {
  return channels
    .map(
      ({ url }) =>
        `${colors.green('ready')} ${colors.bold(url)}  ${colors.dim('POST deliveries here; Ctrl-C ends')}\n`,
    )
    .join('');
}

export function relayAcceptedText(event: RelayAccepted, colors: ChalkInstance): string {
  const { at, channel, method, sizeBytes, peer } = event;
  return `${colors.dim(localTime(new Date(at)))}  ${colors.cyan(channel)}  ${visible(method)} ${formatSize(sizeBytes)}  ${colors.dim(`from ${visible(peer)}`)}\n`;
}

const STATES = {
  came: 'a reader came',
  went: 'a reader went',
  refused: 'a reader was refused: wrong token or none',
};

export function relayReaderText({ channel, peer, state }: RelayReader, colors: ChalkInstance): string {
  const color = state === 'refused' ? colors.red : colors.dim;
  return `          ${colors.cyan(channel)}  ${color(`${STATES[state]}, ${visible(peer)}`)}\n`;
}

export function relayFinishedText(event: RelayFinished, colors: ChalkInstance): string {
  const refused =
    event.requestsRefused > 0 ? colors.red(`, ${event.requestsRefused} requests turned away`) : '';
  return `${event.accepted} accepted${refused} in ${formatDuration(event.durationMs)}\n`;
}
