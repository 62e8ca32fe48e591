import type { HeaderList } from './headers.ts';
import type { SignedHeader } from './signing/scheme.ts';

const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-webhook-token',
  'x-gitlab-token',
]);

/** True for a header that carries credentials. */
export function isSecretHeader(name: string): boolean {
  return SECRET_HEADERS.has(name.toLowerCase());
}

export const MASK = '••••••';

/** The headers with the values of those masked that carry credentials; `also` names further ones. */
export function maskSecretHeaders(headers: HeaderList, also: readonly string[] = []): HeaderList {
  const names = new Set(also.map((name) => name.toLowerCase()));
  return headers.map(([name, value]) => {
    const key = name.toLowerCase();
    return SECRET_HEADERS.has(key) || names.has(key) ? ([name, MASK] as const) : ([name, value] as const);
  });
}

/** Headers that we send, as they may be shown. */
export function shownHeaders(headers: readonly SignedHeader[]): HeaderList {
  const secrets = headers.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  return maskSecretHeaders(
    headers.map(({ name, value }) => [name, value] as const),
    secrets,
  );
}
