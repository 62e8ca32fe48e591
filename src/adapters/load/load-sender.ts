import { Client, type Dispatcher } from 'undici';
import type { ConnectionOptions } from '../../core/delivery.ts';
import type { PreparedDelivery } from '../../core/load/delivery-template.ts';
import type { Outcome } from '../../core/load/shard.ts';
import { describeFailure } from '../http-client/connection-failure.ts';
import { createPoolConnector } from '../http-client/pool-connector.ts';
import { parseProxy } from '../http-client/proxy-tunnel.ts';
import type { RequestFrame } from '../http-client/request-frame.ts';
import { createTlsTrust } from '../http-client/tls-trust.ts';
import { withCode } from '../http-client/undici-error.ts';
import { Line } from './load-line.ts';

/** Receivers close idle connections without a word, and a delivery on such a one would be lost. */
const KEEP_ALIVE_MS = 1000;
/** How often deliveries are looked at whose time may be up. */
const MOST_SWEEP_MS = 50;

export interface LoadSenderOptions {
  /** Of any of the deliveries: all but fields and body is the same for each. */
  frame: RequestFrame;
  connection: ConnectionOptions;
  timeoutMs: number;
  /** Milliseconds since the start of the load. */
  nowMs: () => number;
  /** Called when a delivery has ended, with the times of `transmit`. */
  onEnd: (dueMs: number, sentMs: number, outcome: Outcome) => void;
}

export interface LoadSender {
  /** Sends on a free connection; opens one where there is none. */
  transmit(delivery: PreparedDelivery, dueMs: number): void;
  /** Ends what is under way as `cancelled`. */
  cancel(): void;
  /** What the first failure was about, in a person's words. */
  firstFailure(): { message: string; next: string } | undefined;
  close(): Promise<void>;
}

/**
 * Sends as fast as one thread can: undici's `dispatch` on connections of its own, each with one delivery at a time, so
 * that nothing is looked for and nothing is made per delivery but its headers. What goes on the wire is what the other
 * clients send.
 */
export function createLoadSender(options: LoadSenderOptions): LoadSender {
  const { frame, timeoutMs, nowMs, onEnd } = options;
  const route = openRoute(options);
  const free: Line[] = [];
  const all = new Set<Line>();
  /** In the order in which they were sent, so that the first is the first whose time is up. */
  const underWay = new Set<Line>();
  let failure: { message: string; next: string } | undefined;
  let isClosed = false;

  const sweep = setInterval(
    () => {
      const latestMs = nowMs() - timeoutMs;
      for (const line of underWay) {
        if (line.sentMs > latestMs) break;
        line.giveUp('timeout');
      }
    },
    Math.max(1, Math.min(MOST_SWEEP_MS, timeoutMs / 10)),
  );
  sweep.unref();

  function ended(line: Line, outcome: Outcome): void {
    underWay.delete(line);
    free.push(line);
    onEnd(line.dueMs, line.sentMs, outcome);
  }

  function failed(line: Line, error: Error): void {
    const described = describeFailure(withCode(error), {
      url: frame.url,
      phase: line.isConnected ? 'waiting' : 'connecting',
      timeoutMs,
      tried: [],
    });
    failure ??= described ?? unforeseen(error);
    ended(line, described?.reason ?? 'other');
  }

  function openLine(): Line {
    const client = new Client(route.origin, {
      connect: route.connect,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
    });
    const line = new Line(client, route.forwarderUrl, ended, failed);
    all.add(line);
    return line;
  }

  const framing = ['host', frame.host, 'connection', frame.connection, ...route.headers];
  return {
    transmit({ fields, body }, dueMs) {
      const line = free.pop() ?? openLine();
      underWay.add(line);
      line.send(
        {
          path: route.path,
          method: frame.method as Dispatcher.HttpMethod,
          headers: framing.concat(fields),
          body,
        },
        dueMs,
        nowMs(),
      );
    },
    cancel() {
      route.cancel();
      for (const line of [...underWay]) line.giveUp('cancelled');
    },
    firstFailure: () => failure,
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearInterval(sweep);
      route.cancel();
      await Promise.all([...all].map(({ client }) => client.destroy()));
    },
  };
}

/** One of them is no reason to lose the measurements of all the others. */
function unforeseen(error: Error) {
  const message = `a delivery failed in an unforeseen way: ${error.message}`;
  return { message, next: 'please report it with how the receiver answers' };
}

/** Where connections go and what is asked for on them: the endpoint, or a proxy that forwards. */
function openRoute({ frame, connection, timeoutMs }: LoadSenderOptions) {
  const proxy = connection.proxy === undefined ? undefined : parseProxy(connection.proxy);
  const { origin } = frame.url;
  const isForwarded = proxy !== undefined && origin.startsWith('http:');
  const isTls = origin.startsWith('https:') || proxy?.url.protocol === 'https:';
  const own = isTls ? createTlsTrust(connection) : undefined;
  const trust = own && isForwarded ? { ...own, rejectUnauthorized: true } : own;
  const { connect, cancel } = createPoolConnector({ isForwarded, proxy, trust }, () => timeoutMs);
  const authorization = isForwarded ? proxy.authorization : undefined;
  return {
    origin: isForwarded ? proxy.url.origin : origin,
    path: isForwarded ? origin + frame.path : frame.path,
    headers: authorization === undefined ? [] : ['proxy-authorization', authorization],
    forwarderUrl: isForwarded ? proxy.url : undefined,
    connect,
    cancel,
  };
}
