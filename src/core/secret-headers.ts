import type { HeaderList } from './headers.ts';
import { isCredentialHeader, isSecretHeader } from './secret-names.ts';
import type { SignedHeader } from './signing/scheme.ts';

export const MASK = '••••••';

/**
 * The headers with the values of those masked that carry credentials. `also` names further ones; `needed` those that a
 * signature is verified by, which stay unless they are known to be credentials.
 */
export function maskSecretHeaders(
  headers: HeaderList,
  also: readonly string[] = [],
  needed: readonly string[] = [],
): HeaderList {
  const secret = namesIn(also);
  const open = namesIn(needed);
  return headers.map(([name, value]) => {
    const key = name.toLowerCase();
    const isSecret = secret.has(key) || (open.has(key) ? isCredentialHeader(key) : isSecretHeader(key));
    return isSecret ? ([name, MASK] as const) : ([name, value] as const);
  });
}

/** The headers with the values masked that are credentials whoever sends them, and no others. */
export function maskCredentials(headers: HeaderList): HeaderList {
  return headers.map(([name, value]) => [name, isCredentialHeader(name) ? MASK : value] as const);
}

/** Headers that we send, as they may be shown. */
export function shownHeaders(headers: readonly SignedHeader[]): HeaderList {
  const marked = (isSecret: boolean) =>
    headers.filter((header) => header.isSecret === isSecret).map(({ name }) => name);
  return maskSecretHeaders(
    headers.map(({ name, value }) => [name, value] as const),
    marked(true),
    marked(false),
  );
}

/** Marks what a scheme has signed as no secret, also where its name sounds like one. */
export function signatureHeaders(headers: readonly SignedHeader[]): SignedHeader[] {
  return headers.map((header) =>
    header.isSecret === undefined && isSecretHeader(header.name) ? { ...header, isSecret: false } : header,
  );
}

function namesIn(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()));
}
