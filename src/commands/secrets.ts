import { HooksError } from '../core/errors.ts';
import type { SavedEndpoint } from '../core/saved-endpoint.ts';
import type { Context } from './context.ts';
import { readInput, STDIN } from './input.ts';
import type { SecretFlags } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

const EMPTY_HINT = 'look at where it comes from: an empty variable in --secret "$SECRET" is the usual cause';

/**
 * The signing secrets, from the nearest place that gives any: flags, files, the saved endpoint, HOOKS_SECRET, the
 * user's settings. Undefined where none does. Throws HooksError `file-unreadable` or `secret-unusable`.
 */
export async function resolveSecrets(
  flags: SecretFlags,
  context: Context,
  workspace: Workspace,
  endpoint?: SavedEndpoint,
): Promise<string[] | undefined> {
  const given = [...(flags.secret ?? []), ...(await readSecretFiles(flags.secretFile ?? [], context))];
  if (given.includes(''))
    throw new HooksError('secret-unusable', 'the signing secret is empty', { next: EMPTY_HINT });
  if (given.length > 0) return given;
  if (endpoint?.secrets?.length) return endpoint.secrets;
  const setting = workspace.setting('secret');
  return setting === undefined ? undefined : [setting];
}

/** The secrets in the files, one each. Throws HooksError `file-unreadable` or `secret-unusable`. */
export function readSecretFiles(paths: readonly string[], { io }: Context): Promise<string[]> {
  return Promise.all(paths.map((path) => readSecret(path, io.stdin)));
}

/** A secret from a file or, for `-`, from stdin; one line end behind it is not part of it. */
async function readSecret(path: string, stdin: NodeJS.ReadableStream): Promise<string> {
  const name = path === '-' ? STDIN : path;
  const bytes = await readInput(path, stdin, 'the secret');
  const secret = bytes.toString('utf8').replace(/\r?\n$/, '');
  if (secret === '') throw new HooksError('secret-unusable', `the secret in ${name} is empty`);
  if (/[\r\n]/.test(secret)) {
    throw new HooksError('secret-unusable', `the secret in ${name} has several lines`, {
      next: 'put one secret in each file; --secret-file may be repeated',
    });
  }
  return secret;
}
