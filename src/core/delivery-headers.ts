import { HooksError } from './errors.ts';
import type { ProviderManifest } from './provider.ts';
import { isSecretHeader } from './secret-names.ts';
import { withoutOuterSpace } from './signing/received-headers.ts';
import type { SignedHeader } from './signing/scheme.ts';

/** A header given by the user; an empty value removes the header of that name. */
export interface HeaderOverride {
  name: string;
  value: string;
}

/** `Name: value` as an override. Throws HooksError `usage`, without the value, which may be a secret. */
export function parseHeader(text: string): HeaderOverride {
  const colon = text.indexOf(':');
  const name = withoutOuterSpace(text.slice(0, Math.max(colon, 0)));
  const value = withoutOuterSpace(text.slice(colon + 1));
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    if (!/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) return { name, value };
    throw new HooksError('usage', `the value of the header '${name}' cannot be sent`, {
      why: 'it holds a line break or another control character',
    });
  }
  throw new HooksError('usage', colon < 0 ? 'a header has no colon' : `'${name}' is not a header name`, {
    next: "write it as -H 'X-GitHub-Event: push'; -H 'Name:' leaves a header out",
  });
}

/** The headers that a provider sets besides the signature, in wire order. */
export function providerHeaders(
  manifest: ProviderManifest | undefined,
  event: { eventType: string; slug: string; id: string } | undefined,
  userAgent: string,
): SignedHeader[] {
  const headers = [
    { name: 'Content-Type', value: manifest?.request.contentType.value ?? 'application/json' },
    { name: 'User-Agent', value: manifest?.request.userAgent.value ?? userAgent },
  ];
  const own = Object.entries(manifest?.request.headers?.value ?? {}).map(([name, template]) => ({
    name,
    value: template.replaceAll(
      /\{(eventType|slug|id)\}/g,
      (_, key: 'eventType' | 'slug' | 'id') => event?.[key] ?? '',
    ),
  }));
  return [...headers, ...own];
}

/** The headers with the user's own in place of those of the same name; further ones follow at the end. */
export function overrideHeaders(
  headers: readonly SignedHeader[],
  overrides: readonly HeaderOverride[],
): SignedHeader[] {
  const names = new Set(overrides.map(({ name }) => name.toLowerCase()));
  const kept = headers.filter(({ name }) => !names.has(name.toLowerCase()));
  return [...kept, ...overrides.filter(({ value }) => value !== '').map(asSignedHeader)];
}

/** Credentials that the user gives are secrets like those of a scheme. */
function asSignedHeader({ name, value }: HeaderOverride): SignedHeader {
  if (!isSecretHeader(name)) return { name, value };
  return { name, value, isSecret: true, variable: name.toUpperCase().replaceAll('-', '_') };
}
