import { HooksError } from '../core/errors.ts';
import { type Json, parseJsonBytes } from '../core/json.ts';
import type { PayloadEdit } from '../core/payload.ts';
import { readInput } from './input.ts';

/** The bytes of `--data`: the text itself, a file (`@path`) or stdin (`-`, `@-`). Throws HooksError `file-unreadable`. */
export async function readData(data: string, stdin: NodeJS.ReadableStream): Promise<Uint8Array> {
  if (data === '-') return readInput(data, stdin);
  if (data.startsWith('@')) return readInput(data.slice(1), stdin);
  return new TextEncoder().encode(data);
}

/** A JSON file, - for stdin, as a merge edit. Throws HooksError `file-unreadable` or `invalid-input`. */
export async function readMerge(path: string, stdin: NodeJS.ReadableStream): Promise<PayloadEdit> {
  const parsed = parseJsonBytes(await readInput(path, stdin));
  if ('problem' in parsed)
    throw new HooksError('invalid-input', `${path} cannot be merged`, { why: parsed.problem });
  return { kind: 'merge', patch: parsed.value as Json };
}
