import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ADDRESS_SELECTION } from './loopback-lookup.ts';

const PAUSE_MS = 50;

interface WaitOptions {
  timeoutMs: number;
  signal?: AbortSignal;
}

/** True as soon as something accepts connections at the URL's host and port; false when time is up or on the signal. */
export async function waitForEndpoint(
  url: URL | string,
  { timeoutMs, signal }: WaitOptions,
): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const address = {
    ...ADDRESS_SELECTION,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
  };
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, Math.min(timeoutMs, 2 ** 31 - 1));
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end);
  try {
    while (!ending.signal.aborted) {
      if (await accepts(address, ending.signal)) return true;
      await wait(PAUSE_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
    return false;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function accepts(address: { host: string; port: number }, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const settle = (isUp: boolean) => () => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(isUp);
    };
    const giveUp = settle(false);
    signal.addEventListener('abort', giveUp);
    socket.once('connect', settle(true));
    socket.once('error', giveUp);
  });
}
