import { createHttpClient } from '../adapters/http-client/http-client.ts';
import { reachesPort } from '../adapters/own-address.ts';
import { splitPattern } from '../core/answering/answer-rule.ts';
import type { HttpClient } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { createEventMatch } from '../core/event-pattern.ts';
import type { RunningServer } from '../core/received.ts';
import { shownUrl } from '../core/shown-url.ts';
import type { ForwardPlan, ForwardTarget } from '../flows/forward.ts';
import { connectionOptions } from './clients.ts';
import type { Context } from './context.ts';
import { chooseEndpoint } from './endpoints.ts';
import type { ConnectionFlags } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

export interface ForwardFlags extends ConnectionFlags {
  forwardTo?: string[];
  forwardTimeout: number;
  forwardRetries?: number[];
  maxBody: number;
}

export interface Forwarding {
  plan: ForwardPlan;
  /** Throws HooksError `usage` where a target is this server itself. */
  refuseOwn(server: RunningServer): Promise<void>;
  close(): Promise<void>;
}

/** Where deliveries are passed on to; undefined where nowhere. Throws HooksError for a target that is none. */
export async function planForwarding(
  flags: ForwardFlags,
  workspace: Workspace,
  context: Context,
): Promise<Forwarding | undefined> {
  if (flags.forwardTo === undefined) {
    if (flags.forwardRetries !== undefined) {
      throw new HooksError('usage', '--forward-retries without --forward-to has nothing to repeat', {
        next: 'name a target: --forward-to localhost:3000',
      });
    }
    return undefined;
  }
  const clients: HttpClient[] = [];
  const targets = await Promise.all(
    flags.forwardTo.map(async (text): Promise<ForwardTarget> => {
      const { pattern, rest } = splitPattern(text);
      const { url, credentials } = chooseEndpoint(rest, workspace);
      const client = createHttpClient(await connectionOptions(flags, url, context));
      clients.push(client);
      const authorization = credentials[0]?.value;
      return {
        url,
        ...(authorization !== undefined && { authorization }),
        isFor: pattern === undefined ? () => true : createEventMatch(pattern, workspace.packs),
        deliver: client.deliver,
      };
    }),
  );
  return {
    plan: {
      targets,
      timeoutMs: flags.forwardTimeout,
      maxAnswerBytes: flags.maxBody,
      retryDelaysMs: flags.forwardRetries ?? [],
    },
    async refuseOwn({ port }) {
      for (const { url } of targets) {
        if (!(await reachesPort(url, port))) continue;
        throw new HooksError('usage', `--forward-to ${shownUrl(url.href)} is this listener itself`, {
          why: 'every delivery would come back for ever',
          next: 'give the port that your receiver listens on, or another --port to listen on',
        });
      }
    },
    close: async () => void (await Promise.all(clients.map((client) => client.close()))),
  };
}

/** The event patterns of targets, for a note where one fits nothing known. */
export function forwardPatterns({ forwardTo = [] }: ForwardFlags): string[] {
  return forwardTo.flatMap((text) => splitPattern(text).pattern ?? []);
}
