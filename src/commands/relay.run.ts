import { createHash, timingSafeEqual } from 'node:crypto';
import { clockMs, pause } from '../adapters/clock.ts';
import { startServer } from '../adapters/http-server/http-server.ts';
import { randomHex, randomSource } from '../adapters/random.ts';
import { openRelayStore, type RelayStore } from '../adapters/relay/relay-store.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { HooksError } from '../core/errors.ts';
import { createUlids } from '../core/identifiers.ts';
import { relay } from '../flows/relay.ts';
import { openView } from '../views/open.ts';
import type { Context } from './context.ts';
import { readRelayToken } from './relay-token.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { showRun } from './show-run.ts';

export interface RelayFlags extends OutputFlags, ConfigFlag {
  port: number;
  host: string;
  channel?: string[];
  tokenFile?: string;
  maxBody: number;
  maxBuffer: number;
  keep: number;
}

// Proxies close what is silent for a minute.
const PING_MS = 20_000;
// 128 bits: nobody guesses it.
const NAME_BYTES = 16;

/** Relays until it is interrupted. */
export async function runRelay(flags: RelayFlags, context: Context): Promise<void> {
  const { io } = context;
  const token = await readRelayToken(flags.tokenFile, context);
  if (token === undefined) {
    throw new HooksError('secret-missing', 'a relay needs a token that its readers show', {
      next: 'make one: openssl rand -hex 24 > relay-token, then hooks relay --token-file relay-token',
    });
  }
  const now = () => new Date();
  const store = openRelayStore(
    stateDirectory(io.env),
    { maxAgeMs: flags.keep, maxBytes: flags.maxBuffer },
    now,
  );
  const newId = createUlids(randomSource(undefined));
  try {
    const run = relay(
      { channels: channelsOf(store, flags.channel), pingMs: PING_MS },
      {
        serve: (on) =>
          startServer({
            host: flags.host,
            port: flags.port,
            maxBodyBytes: flags.maxBody,
            newId: () => newId(now()),
            now,
            ...on,
          }),
        buffer: store,
        isToken: (text) => timingSafeEqual(digest(text), digest(token)),
        clockMs,
        sleep: pause,
        signal: io.signal,
      },
    );
    await showRun(run, openView(flags, io), 'relay.finished');
  } finally {
    store.close();
  }
}

/** The channels that are named; else those that there are; else one that nobody can guess. */
function channelsOf(store: RelayStore, named: readonly string[] | undefined): string[] {
  const channels = named ?? store.channels();
  const wanted = channels.length > 0 ? channels : [randomHex(NAME_BYTES)];
  for (const channel of wanted) store.create(channel);
  return [...wanted];
}

/** Of one length whatever the text, as a comparison in constant time demands. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
