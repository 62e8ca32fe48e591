import { createHash } from 'node:crypto';
import { randomHex } from '../adapters/random.ts';
import type { ControlPlaneStore } from '../core/control-plane/resource.ts';
import { HooksError } from '../core/errors.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { readInput } from './input.ts';

const KEY_BYTES = 20;

/**
 * SHA-256 of the API key that holds: the one of --api-key-file or HOOKS_API_KEY, which is not kept; else the one that was
 * made at the first start, which is shown on stderr then. Throws HooksError `usage` or `file-unreadable`.
 */
export async function chooseApiKey(
  { apiKeyFile, newApiKey }: { apiKeyFile?: string; newApiKey?: boolean },
  store: ControlPlaneStore,
  { io }: Context,
): Promise<string> {
  const given =
    apiKeyFile === undefined
      ? io.env.HOOKS_API_KEY
      : (await readInput(apiKeyFile, io.stdin, 'the API key')).toString('utf8').replace(/\r?\n$/, '');
  if (given !== undefined) {
    if (newApiKey) {
      throw new HooksError('usage', '--new-api-key makes a key, and one is given', {
        next: 'leave out --api-key-file and HOOKS_API_KEY',
      });
    }
    if (/^[\x21-\x7e]+$/.test(given)) return hashOf(given);
    throw new HooksError('usage', 'the API key cannot be sent in a header', {
      why: given === '' ? 'it is empty' : 'it holds white space or characters beyond ASCII',
    });
  }
  const known = store.keyHash();
  if (known !== undefined && !newApiKey) return known;
  const key = `hooks_${randomHex(KEY_BYTES)}`;
  store.saveKeyHash(hashOf(key));
  await writeAll(io.stderr, `API key: ${key}\n  It is shown this once; --new-api-key makes another.\n`);
  return hashOf(key);
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
