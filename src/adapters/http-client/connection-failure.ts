import type { FailedAttempt } from '../../core/delivery.ts';
import { formatDuration } from '../../core/duration.ts';
import { visible } from '../../core/visible.ts';
import { formatAddress, isLocalhostName } from './loopback-lookup.ts';
import { ProxyFailure } from './proxy-failure.ts';
import { describeHandshakeReset, describeTlsFailure } from './tls-failure.ts';

/** How far an attempt has come; `connecting` includes the TLS handshake, `queued` waits for a free connection. */
export type AttemptPhase = 'queued' | 'connecting' | 'waiting' | 'answering';

export interface FailureContext {
  url: URL;
  phase: AttemptPhase;
  timeoutMs: number;
  /** Addresses known to have been tried, for errors that don't name them. */
  tried: readonly string[];
  /** Of the answer, once its head is there. */
  status?: number;
}

export type Failure = Pick<FailedAttempt, 'reason' | 'message' | 'next' | 'tried'>;

type Described = Omit<Failure, 'tried'>;
type CodedError = Error & { code: string };

const RECEIVER_LOG = "look for the cause in the receiver's log";

const REFUSED = new Set(['ECONNREFUSED']);
const NO_NAME = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'ESERVFAIL',
  'ENODATA',
]);
const TIMED_OUT = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const CLOSED = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
]);
const OVERFLOW = new Set(['HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW']);
const CANCELLED = new Set(['ABORT_ERR', 'UND_ERR_ABORTED', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);
const TOO_MANY_FILES = new Set(['EMFILE', 'ENFILE']);
const UNASKED_INTERIM = 'HOOKS_UNASKED_INTERIM';
/** Wrong use of undici: ours to mend. */
const OUR_BUG = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

/** What an error of the network, the receiver or the proxy means. Undefined for any other error, which is a bug. */
export function describeFailure(error: unknown, context: FailureContext): Failure | undefined {
  const errors = codedErrors(error);
  // Of several addresses, the one that refused says more than the ones that could not be reached.
  const telling =
    errors.find(({ code }) => REFUSED.has(code)) ?? errors.find(({ code }) => !UNREACHABLE.has(code));
  const main = telling ?? errors[0];
  if (!main || OUR_BUG.has(main.code)) return undefined;
  if (main instanceof ProxyFailure) return describeProxyFailure(main, context);
  const named = [...new Set(errors.flatMap(addressOf))];
  const tried = named.length > 0 ? named : context.tried;
  return { ...describeCode(main, context, tried), tried };
}

export function describeTimeout({ url, phase, timeoutMs, tried, status }: FailureContext): Failure {
  const limit = formatDuration(timeoutMs);
  const described = {
    queued: [
      `no connection to ${url.host} came free within ${limit}`,
      'allow more connections, or send more slowly',
    ],
    connecting: [
      `no ${url.protocol === 'https:' ? 'TLS ' : ''}connection to ${url.host} within ${limit}`,
      'check the host and port, and any firewall in between',
    ],
    waiting: [
      `no answer from ${url.host} within ${limit}`,
      'answer first and work later, or raise --timeout',
    ],
    answering: [
      `the answer of ${url.host} was not complete within ${limit} (status ${status})`,
      'have the receiver end its answer, or raise --timeout',
    ],
  } as const;
  const [message, next] = described[phase];
  return { reason: 'timeout', message, next, tried };
}

export function describeCancellation({ url, tried }: Pick<FailureContext, 'url' | 'tried'>): Failure {
  return {
    reason: 'cancelled',
    message: `cancelled before ${url.host} had answered`,
    next: 'send it again',
    tried,
  };
}

/** The receiver offers to go on with, or to switch protocols for, a request that asked for neither. */
export function createInterimError(): Error {
  return Object.assign(new Error('interim answer'), { code: UNASKED_INTERIM });
}

/** True when the connection broke while the request was still being written. */
export function isWriteFailure(error: unknown): boolean {
  return codedErrors(error).some(
    (each) => each.code === 'EPIPE' || ('syscall' in each && each.syscall === 'write'),
  );
}

function describeCode(error: CodedError, context: FailureContext, tried: readonly string[]): Described {
  const { url } = context;
  const { code } = error;
  if (REFUSED.has(code)) return refused(url, tried);
  if (NO_NAME.has(code)) return noName(code, url);
  if (TIMED_OUT.has(code)) return describeTimeout(context);
  if (CANCELLED.has(code)) return describeCancellation({ url, tried });
  if (OVERFLOW.has(code)) {
    return {
      reason: 'not-http',
      message: `the headers of ${url.host}'s answer are larger than 16 KiB`,
      next: 'have the receiver send fewer or shorter headers',
    };
  }
  if (code === UNASKED_INTERIM) {
    return {
      reason: 'not-http',
      message: `${url.host} sent an interim answer (100 or 101) that nobody asked for`,
      next: RECEIVER_LOG,
    };
  }
  if (code.startsWith('HPE_')) return notHttp(error, url);
  const tls = describeTlsFailure(error, url);
  if (tls) return tls;
  if (CLOSED.has(code)) return closed(context);
  if (UNREACHABLE.has(code)) {
    return {
      reason: 'unreachable',
      message: `no way leads to ${url.host}${triedList(tried)} (${code})`,
      next: 'check the address, your network and any firewall',
    };
  }
  if (TOO_MANY_FILES.has(code)) {
    return {
      reason: 'other',
      message: `too many connections are open (${code})`,
      next: 'allow fewer connections, or raise the limit with ulimit -n',
    };
  }
  return {
    reason: 'other',
    message: `the connection to ${url.host} failed (${visible(code)})`,
    next: RECEIVER_LOG,
  };
}

function refused(url: URL, tried: readonly string[]): Described {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const where = isLocalhostName(url.hostname) ? '' : ` of ${url.hostname}`;
  return {
    reason: 'refused',
    message: `nothing listens on port ${port}${where}${triedList(tried)}`,
    next: 'start your receiver, or point --to at the port it listens on',
  };
}

function noName(code: string, url: URL): Described {
  const message =
    code === 'EAI_AGAIN'
      ? `no name server said what the address of ${url.hostname} is`
      : `the host name ${url.hostname} has no address`;
  return { reason: 'dns', message, next: 'check the spelling of the host name, and that you are online' };
}

function notHttp(error: Error, url: URL): Described {
  if (isTlsRecord(error)) {
    return {
      reason: 'not-http',
      message: `${url.host} speaks HTTPS, not HTTP`,
      next: `use https://${url.host}${url.pathname}`,
    };
  }
  return { reason: 'not-http', message: `the answer of ${url.host} is not HTTP`, next: 'check the port' };
}

/** An alert or handshake of TLS, as an HTTPS port sends it to whoever speaks HTTP to it. */
function isTlsRecord(error: Error): boolean {
  if ('rawPacket' in error && error.rawPacket instanceof Uint8Array) return isTlsByte(error.rawPacket[0]);
  return 'data' in error && typeof error.data === 'string' && isTlsByte(error.data.charCodeAt(0));
}

function isTlsByte(byte: number | undefined): boolean {
  return byte === 0x15 || byte === 0x16;
}

function closed({ url, phase, status }: FailureContext): Described {
  const { host } = url;
  if (phase === 'connecting' && url.protocol === 'https:') return describeHandshakeReset(url);
  if (phase === 'answering') {
    return {
      reason: 'reset',
      message: `${host} closed the connection before its answer was complete (status ${status})`,
      next: RECEIVER_LOG,
    };
  }
  return {
    reason: 'reset',
    message: `${host} closed the connection without an answer`,
    next: url.protocol === 'http:' ? `${RECEIVER_LOG}; if the port speaks TLS, use https://` : RECEIVER_LOG,
  };
}

function describeProxyFailure({ proxy, status, cause }: ProxyFailure, context: FailureContext): Failure {
  const { host } = proxy;
  if (status === 407) {
    const next = 'put them into the URL of the proxy: http://user:password@host:port';
    return { reason: 'proxy', message: `the proxy ${host} asks for credentials (407)`, next, tried: [] };
  }
  if (status !== undefined) {
    const message = `the proxy ${host} refuses to connect to ${context.url.host} (${status})`;
    return { reason: 'proxy', message, next: 'ask for access, or go without it: NO_PROXY', tried: [] };
  }
  const inner = describeFailure(cause, { ...context, url: proxy, phase: 'connecting' });
  const message = `the proxy ${host} cannot be used: ${inner?.message ?? 'it does not work'}`;
  return {
    reason: 'proxy',
    message,
    next: 'check --proxy and the HTTP_PROXY variables',
    tried: inner?.tried ?? [],
  };
}

/** The errors with a code in an error, an AggregateError or a chain of causes, outermost first. */
function codedErrors(error: unknown, depth = 0): CodedError[] {
  if (!(error instanceof Error) || depth > 5) return [];
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.flatMap((each) => codedErrors(each, depth + 1));
  }
  return isCoded(error) ? [error] : codedErrors(error.cause, depth + 1);
}

function isCoded(error: Error): error is CodedError {
  return 'code' in error && typeof error.code === 'string';
}

function addressOf(error: CodedError): string[] {
  const { address, port } = error as { address?: unknown; port?: unknown };
  return typeof address === 'string' && typeof port === 'number' ? [formatAddress(address, port)] : [];
}

function triedList(tried: readonly string[]): string {
  return tried.length === 0 ? '' : ` (tried ${tried.join(', ')})`;
}
