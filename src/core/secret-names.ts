// Whatever their value, these are credentials.
const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-webhook-token',
  'x-gitlab-token',
]);

const SECRET_WORD =
  /token|secret|passw(?:or)?d|api[-_.]?key|access[-_.]?key|private[-_.]?key|credential|authorization|cookie/i;

// What verifies a delivery, or tells one token from another, is none.
const NO_SECRET = /signature|hmac|digest|timestamp|[-_.](?:id|ids|type|time|version|expiry|expires)$/i;

/** True for a header that is known to carry credentials, whoever sends it. */
export function isCredentialHeader(name: string): boolean {
  return SECRET_HEADERS.has(name.toLowerCase());
}

/** True for a header that carries credentials by all that its name tells. */
export function isSecretHeader(name: string): boolean {
  return isCredentialHeader(name) || (SECRET_WORD.test(name) && !NO_SECRET.test(name));
}

// In a URL a signature is what lets one in, e.g. `sig` of a shared access signature.
const SECRET_PARAMETERS = new Set(['key', 'auth', 'pass', 'pwd', 'sig', 'signature']);

/** True for a parameter of a URL's query that carries credentials by all that its name tells. */
export function isSecretParameter(name: string): boolean {
  return SECRET_PARAMETERS.has(name.toLowerCase()) || (SECRET_WORD.test(name) && !NO_SECRET.test(name));
}
