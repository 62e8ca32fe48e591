/** The proxy, not the endpoint, is what failed. */
export class ProxyFailure extends Error {
  readonly code = 'HOOKS_PROXY';
  /** Where the proxy is; never its credentials. */
  readonly proxy: URL;
  /** What it answered instead of doing its work. */
  readonly status: number | undefined;

  constructor(proxy: URL, details: { status?: number; cause?: unknown }) {
    super('the proxy failed', { cause: details.cause });
    this.proxy = proxy;
    this.status = details.status;
  }
}
