import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { HooksError } from '../core/errors.ts';
import { type Json, parseJsonBytes } from '../core/json.ts';
import type { PayloadEdit } from '../core/payload.ts';

/** The bytes of `--data`: the text itself, a file (`@path`) or stdin (`-`, `@-`). Throws HooksError `file-unreadable`. */
export async function readData(data: string, stdin: NodeJS.ReadableStream): Promise<Uint8Array> {
  if (data === '-' || data === '@-') return buffer(stdin);
  if (data.startsWith('@')) return readInput(data.slice(1));
  return new TextEncoder().encode(data);
}

/** A JSON file as a merge edit. Throws HooksError `file-unreadable` or `invalid-input`. */
export async function readMerge(path: string): Promise<PayloadEdit> {
  const parsed = parseJsonBytes(await readInput(path));
  if ('problem' in parsed)
    throw new HooksError('invalid-input', `${path} cannot be merged`, { why: parsed.problem });
  return { kind: 'merge', patch: parsed.value as Json };
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new HooksError('file-unreadable', `cannot read ${path}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
