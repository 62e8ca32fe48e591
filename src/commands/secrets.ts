import { pathInside } from '../adapters/project-file.ts';
import { HooksError } from '../core/errors.ts';
import type { NamedEndpoint } from '../core/named-endpoint.ts';
import type { PlacedReference } from '../core/project/project.ts';
import { placed } from '../core/scenario/problem.ts';
import type { SecretReference } from '../core/secret-reference.ts';
import type { Context } from './context.ts';
import { readInput, STDIN } from './input.ts';
import type { SecretFlags } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

const EMPTY_HINT = 'look at where it comes from: an empty variable in --secret "$SECRET" is the usual cause';

/**
 * The signing secrets, from the nearest place that gives any: flags, files, the saved endpoint or what it refers to,
 * HOOKS_SECRET, the user's settings. Undefined where none does. Throws HooksError `file-unreadable`, `secret-unusable` or
 * `secret-missing`.
 */
export async function resolveSecrets(
  flags: SecretFlags,
  context: Context,
  workspace: Workspace,
  endpoint?: NamedEndpoint,
): Promise<string[] | undefined> {
  const given = [...(flags.secret ?? []), ...(await readSecretFiles(flags.secretFile ?? [], context))];
  if (given.includes(''))
    throw new HooksError('secret-unusable', 'the signing secret is empty', { next: EMPTY_HINT });
  if (given.length > 0) return given;
  if (endpoint?.references?.length)
    return Promise.all(endpoint.references.map((one) => readReference(one, context, workspace)));
  if (endpoint?.secrets?.length) return endpoint.secrets;
  const setting = workspace.setting('secret');
  return setting === undefined ? undefined : [setting];
}

/** The flags with the secrets of files among the others, so that stdin is read once for many endpoints. */
export async function withSecretsRead<T extends SecretFlags>(flags: T, context: Context): Promise<T> {
  const { secretFile, ...rest } = flags;
  if (secretFile === undefined) return flags;
  return { ...rest, secret: [...(flags.secret ?? []), ...(await readSecretFiles(secretFile, context))] } as T;
}

async function readReference(
  { from, name, place }: PlacedReference,
  context: Context,
  { project }: Workspace,
): Promise<string> {
  try {
    if (from === 'env') return fromEnvironment(name, context);
    const path = project && pathInside(project.directory, name);
    if (path === undefined) throw outside(name);
    const [secret = ''] = await readSecretFiles([path], context);
    return secret;
  } catch (error) {
    throw placed(place, error);
  }
}

function fromEnvironment(name: string, { io }: Context): string {
  const value = io.env[name];
  if (value) return value;
  throw new HooksError('secret-missing', `the environment has no ${name}, which the secret is taken from`, {
    ...(value === '' && { why: 'it is set but empty' }),
    next: `set ${name} to the signing secret, or give it with --secret-file`,
  });
}

/** The secret that the step of a scenario refers to. Throws HooksError `secret-missing` or as `readSecretFiles`. */
export async function secretOfStep({ from, name }: SecretReference, context: Context): Promise<string[]> {
  if (from === 'file') return readSecretFiles([name], context);
  const value = context.io.env[name];
  if (value) return [value];
  throw new HooksError(
    'secret-missing',
    `the environment has no ${name}, which the step takes its secret from`,
    { next: `set ${name} to the signing secret` },
  );
}

function outside(name: string): HooksError {
  return new HooksError('usage', `${name} leads out of the folder of the project`, {
    why: 'a project file can use only what is the project’s',
    next: 'hand the secret over with --secret-file or a variable of the environment',
  });
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
