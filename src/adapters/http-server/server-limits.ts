/** What one client may take of the server: times in ms, sizes in bytes. */
export interface ServerLimits {
  /** From the first byte of a request, or from the opening of the connection, to the end of the headers. */
  headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. */
  requestTimeoutMs: number;
  /** How long a connection rests between two requests. Less than `headersTimeoutMs` would cut off slow ones unreported. */
  keepAliveTimeoutMs: number;
  /** How long a client may take to accept an answer that was written. */
  answerTimeoutMs: number;
  /** How long the rest of a refused request is read and thrown away, so that its client sees the answer. */
  lingerMs: number;
  /** How often the first two times are checked. */
  checkIntervalMs: number;
  /** Request line and headers together. */
  maxHeaderBytes: number;
  maxHeaderCount: number;
  maxConnections: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 15_000,
  answerTimeoutMs: 30_000,
  lingerMs: 2_000,
  checkIntervalMs: 500,
  maxHeaderBytes: 32 * 1024,
  maxHeaderCount: 200,
  maxConnections: 1_000,
};
