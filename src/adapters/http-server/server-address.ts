import { HooksError } from '../../core/errors.ts';

/** `127.0.0.1:4000`, `[::1]:4000`; an IPv4 address that came over an IPv6 socket is shown as IPv4. */
export function formatPeer(address: string | undefined, port: number | undefined): string {
  if (address === undefined || port === undefined) return 'unknown';
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/, '');
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}

/** The URL at which this machine reaches a server bound to `host`. */
export function formatUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

/** Why a server could not listen, for a person. */
export function listenError(error: unknown, host: string, port: number): HooksError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const cannot = (message: string, next: string) =>
    new HooksError('port-unavailable', message, {
      why: error instanceof Error ? error.message : String(error),
      next,
      cause: error,
    });
  switch (code) {
    case 'EADDRINUSE':
      return cannot(
        `port ${port} is in use`,
        'stop the other program, or choose another with --port; --port 0 picks a free one',
      );
    case 'EACCES':
      return cannot(
        `port ${port} may not be opened by this user`,
        'choose a port from 1024 with --port; --port 0 picks a free one',
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return cannot(
        `${host} is not an address of this machine`,
        'give --host an address of this machine: 127.0.0.1 for itself only, 0.0.0.0 for all its networks',
      );
    default:
      return cannot(`can't listen on ${host}, port ${port}`, 'choose another address with --host and --port');
  }
}
