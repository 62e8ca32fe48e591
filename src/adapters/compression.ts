import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import type { Compression, CompressionFormat } from '../core/diagnosis/compression-mistakes.ts';

// What a small body may become: more would be an attack.
const LARGEST_BYTES = 64 * 1024 * 1024;

type Convert = (bytes: Uint8Array) => Uint8Array;

const LIMIT = { maxOutputLength: LARGEST_BYTES };

const DECOMPRESS: Record<CompressionFormat, Convert> = {
  gzip: (bytes) => gunzipSync(bytes, LIMIT),
  // Senders mean either by `deflate`: with the head of zlib, as the standard says, or without.
  deflate: (bytes) =>
    orElse(
      () => inflateSync(bytes, LIMIT),
      () => inflateRawSync(bytes, LIMIT),
    ),
  br: (bytes) => brotliDecompressSync(bytes, LIMIT),
};

const COMPRESS: Record<CompressionFormat, Convert> = {
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
};

/** Compression by zlib; bytes that are not of the format give undefined. */
export const zlibCompression: Compression = {
  decompress: (format, bytes) => orUndefined(() => DECOMPRESS[format](bytes)),
  compress: (format, bytes) => orUndefined(() => COMPRESS[format](bytes)),
};

function orElse<T>(first: () => T, second: () => T): T {
  try {
    return first();
  } catch {
    return second();
  }
}

function orUndefined<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
