import type { IncomingMessage } from 'node:http';

const FIRST_BYTES = 64 * 1024;

/**
 * Reads a body to its end, chunked framing removed, nothing else changed. Undefined when it never came whole: the
 * client went away, or `givenUp` resolved first. What arrives beyond `maxBytes`, or after giving up, is thrown away.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  givenUp: Promise<void>,
): Promise<Uint8Array | 'too-large' | undefined> {
  return new Promise((resolve) => {
    const declared = request.headers['content-length'];
    const store =
      declared === undefined
        ? createStore(maxBytes, 2)
        : createStore(Math.min(Number(declared), maxBytes), 4);
    let open = true;
    const settle = (outcome: Uint8Array | 'too-large' | undefined) => {
      open = false;
      resolve(outcome);
    };
    request.on('data', (bytes: Buffer) => {
      if (open && !store.add(bytes)) settle('too-large');
    });
    request.once('end', () => open && settle(store.bytes()));
    request.once('close', () => open && settle(undefined));
    request.on('error', () => open && settle(undefined));
    void givenUp.then(() => open && settle(undefined));
  });
}

/**
 * One buffer that grows as bytes arrive: a Content-Length is a claim, so no more is set aside than `trust` times what the
 * client has sent, and no list of pieces has to be joined (a second copy) at the end.
 */
function createStore(maxBytes: number, trust: number) {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    /** False when the bytes do not fit; then nothing is kept. */
    add(bytes: Buffer): boolean {
      const needed = length + bytes.length;
      if (needed > maxBytes) {
        buffer = Buffer.alloc(0);
        return false;
      }
      if (needed > buffer.length) {
        // Room for the rest once that much of it has come: the last growth is the one that holds the body twice.
        const room = trust * needed >= maxBytes ? maxBytes : Math.max(FIRST_BYTES, 2 * buffer.length, needed);
        const grown = Buffer.allocUnsafe(Math.min(maxBytes, room));
        buffer.copy(grown, 0, 0, length);
        buffer = grown;
      }
      bytes.copy(buffer, length);
      length = needed;
      return true;
    },
    bytes: (): Uint8Array => buffer.subarray(0, length),
  };
}
