import { HooksError } from './errors.ts';

const UNIT_BYTES: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1000,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1e6,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1e9,
  gib: 1024 ** 3,
};

/** Bytes of `10MiB`, `512k`, `1000`. Throws HooksError `usage` for anything else. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text);
  const unit = match?.[2]?.toLowerCase() ?? '?';
  const bytes = Object.hasOwn(UNIT_BYTES, unit)
    ? Math.floor(Number(match?.[1]) * (UNIT_BYTES[unit] ?? 0))
    : -1;
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new HooksError('usage', `'${text}' is not a size`, {
    next: 'write it as 512k, 10MiB or a number of bytes',
  });
}

/** The size for a person: `482 B`, `1.2 kB`, `5.2 MB` (powers of 1000). */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
