import { HooksError } from '../core/errors.ts';
import type { Context } from './context.ts';
import { readSecretFiles } from './secrets.ts';

/** The token of a relay's readers: from a file, else HOOKS_RELAY_TOKEN. Throws HooksError `secret-unusable` for an empty one. */
export async function readRelayToken(
  file: string | undefined,
  context: Context,
): Promise<string | undefined> {
  if (file !== undefined) return (await readSecretFiles([file], context))[0];
  const token = context.io.env.HOOKS_RELAY_TOKEN;
  if (token === '') {
    throw new HooksError('secret-unusable', 'HOOKS_RELAY_TOKEN is set but empty', {
      next: 'give it a value, or unset it',
    });
  }
  return token;
}
