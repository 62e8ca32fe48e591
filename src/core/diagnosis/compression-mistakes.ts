import { found, type Mistakes } from './mistake.ts';
import type { BodyOption } from './options.ts';

export const COMPRESSION_MISTAKES = {
  'signed-decompressed': {
    what: 'the signature is right for the decompressed body; here it is compressed ({detail})',
    fix: 'decompress before verifying where the signer signs the plain body; switch off what decompresses or compresses twice',
  },
  'signed-compressed': {
    what: 'the signature is right for the body compressed with {detail}; here it is decompressed',
    fix: 'verify the bytes as they travelled, before the framework or a proxy decompresses them',
    frameworks: {
      express: 'express.raw({ inflate: false }) keeps the compressed bytes',
      'next.js': 'verify before anything inflates the body; a proxy in front may do it (nginx: gunzip off)',
    },
  },
} as const satisfies Mistakes;

export type CompressionFormat = 'gzip' | 'deflate' | 'br';

/** Compressing and decompressing, which the core itself can't do; undefined where the bytes are not of that format. */
export interface Compression {
  decompress(format: CompressionFormat, bytes: Uint8Array): Uint8Array | undefined;
  compress(format: CompressionFormat, bytes: Uint8Array): Uint8Array | undefined;
}

const FORMATS: readonly CompressionFormat[] = ['gzip', 'deflate', 'br'];
// Compressing takes about a second for each 20 MB.
const LARGEST_BYTES = 2 * 1024 * 1024;

/** The body decompressed, or compressed as the usual libraries do by default. */
export function* compressionBodies(body: Uint8Array, compression: Compression): Generator<BodyOption> {
  if (body.length === 0) return;
  for (const format of FORMATS) {
    if (!looksCompressed(body, format)) continue;
    const bytes = compression.decompress(format, body);
    if (bytes !== undefined) yield { mistakes: [found('signed-decompressed', format)], bytes };
  }
  if (body.length > LARGEST_BYTES) return;
  for (const format of FORMATS) {
    const bytes = compression.compress(format, body);
    if (bytes !== undefined) yield { mistakes: [found('signed-compressed', format)], bytes };
  }
}

function looksCompressed(body: Uint8Array, format: CompressionFormat): boolean {
  const [first, second] = body;
  if (format === 'gzip') return first === 0x1f && second === 0x8b;
  // Zlib has a head, raw deflate and Brotli have none: whatever is not plain text is tried.
  return !body
    .subarray(0, 64)
    .every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
