/** Where a secret stands that a file only refers to: a variable of the environment, or a file. */
export type SecretReference = { from: 'env' | 'file'; name: string };

/** What `${env:NAME}` or `${file:path}` refers to; undefined for any other text, which may be a secret itself. */
export function parseSecretReference(text: string): SecretReference | undefined {
  const [, from, name = ''] = /^\$\{(env|file):([^}]+)\}$/.exec(text) ?? [];
  return from === undefined ? undefined : { from: from === 'file' ? 'file' : 'env', name };
}
