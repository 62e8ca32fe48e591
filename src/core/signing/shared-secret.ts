import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { createComparison } from './constant-time.ts';
import { checkHeaderName } from './parameters.ts';
import { createReader, presenceProblem, type Refusal } from './received-headers.ts';
import type { ParsedSecret, SchemeParameters, SignatureScheme, SignatureVerdict } from './scheme.ts';
import { unusableSecret } from './secret-bytes.ts';

/** How a shared secret travels in its header. */
interface Carrier {
  id: string;
  header: string;
  /** Scheme word of `Authorization`; received in any case. */
  word?: string;
  /** What follows the word. Throws HooksError `secret-unusable`, without the secret. */
  encode: (secret: string) => string;
}

interface SharedSecret extends ParsedSecret {
  /** The credentials as they stand in the header; a function, so that printing the secret shows nothing. */
  credentials(): string;
  matches(received: string): boolean;
}

/** `X-Webhook-Token: <secret>`, or the header that was asked for. */
export function createTokenScheme({ tokenHeader = 'X-Webhook-Token' }: SchemeParameters): SignatureScheme {
  checkHeaderName('tokenHeader', tokenHeader);
  return createSharedSecretScheme({ id: 'token', header: tokenHeader, encode: encodeToken });
}

/** RFC 6750. */
export function createBearerScheme(): SignatureScheme {
  return createSharedSecretScheme({
    id: 'bearer',
    header: 'Authorization',
    word: 'Bearer',
    encode: encodeBearer,
  });
}

/** RFC 7617; the secret is `user:password`. */
export function createBasicScheme(): SignatureScheme {
  return createSharedSecretScheme({
    id: 'basic',
    header: 'Authorization',
    word: 'Basic',
    encode: encodeBasic,
  });
}

/** No signature: the secret itself proves the sender, and nothing protects the body. */
function createSharedSecretScheme({ id, header, word, encode }: Carrier): SignatureScheme {
  const readHeader = createReader([{ name: header }]);
  const start = word === undefined ? '' : `${word} `;
  return {
    id,
    headerNames: [header],
    needsSecret: true,
    covers: { id: false, timestamp: false, body: false },
    tolerance: { pastSeconds: null, futureSeconds: null },
    parseSecret(text): SharedSecret {
      if (text.trim() === '')
        throw unusableSecret(id, 'is empty', { next: 'give the value that both sides know' });
      const credentials = encode(text);
      const isSame = createComparison(credentials.length);
      return {
        canSign: true,
        credentials: () => credentials,
        matches: (received) => isSame(credentials, received),
      };
    },
    sign(_input, secrets) {
      const [first, ...others] = secrets.map(asSharedSecret);
      if (first === undefined) {
        throw new HooksError('secret-missing', `${id} needs a secret to send`, {
          next: 'give one with --secret',
        });
      }
      if (others.length > 0) {
        throw new HooksError('usage', `${id} has room for one secret, but there are ${secrets.length}`, {
          next: 'send with one secret',
        });
      }
      return [{ name: header, value: start + first.credentials(), isSecret: true }];
    },
    verify({ headers }, secrets) {
      const found = readHeader(headers);
      const value = found[0]?.value ?? '';
      const refusal = presenceProblem(found) ?? formProblem(value, header, word);
      if (refusal !== undefined) return { ok: false, ...refusal };
      return findSecret(value.slice(start.length).replace(/^ +/, ''), header, secrets);
    },
  };
}

/** Never quotes the value: it may be a working secret. */
function formProblem(value: string, header: string, word: string | undefined): Refusal | undefined {
  if (value === '') return { reason: 'header-malformed', message: `header ${header} is empty` };
  if (word === undefined) return undefined;
  const hasWord = value.slice(0, word.length + 1).toLowerCase() === `${word.toLowerCase()} `;
  if (hasWord) return undefined;
  return {
    reason: 'header-malformed',
    message: `header ${header} does not have the form '${word} <credentials>'`,
  };
}

function findSecret(received: string, header: string, secrets: readonly ParsedSecret[]): SignatureVerdict {
  let found: number | undefined;
  for (const [index, secret] of secrets.map(asSharedSecret).entries()) {
    if (secret.matches(received)) found ??= index;
  }
  if (found !== undefined) return { ok: true, secretIndex: found };
  const tried = secrets.length === 1 ? '1 secret' : `${secrets.length} secrets`;
  return {
    ok: false,
    reason: 'signature-mismatch',
    message: `header ${header} does not match: ${tried} tried`,
  };
}

function asSharedSecret(secret: ParsedSecret): SharedSecret {
  if (isSharedSecret(secret)) return secret;
  throw new TypeError('this secret was parsed by another signature scheme');
}

function isSharedSecret(secret: ParsedSecret): secret is SharedSecret {
  return 'credentials' in secret && 'matches' in secret;
}

function encodeToken(secret: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(secret)) return secret;
  const why = 'a header value is printable ASCII without white space at its ends';
  throw unusableSecret('token', 'cannot travel in a header', {
    why,
    next: 'check for a line break at the end',
  });
}

function encodeBearer(secret: string): string {
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  const why = 'a bearer token is printable ASCII without white space';
  const next = "give the token alone, without the word 'Bearer' or a line break";
  throw unusableSecret('bearer', 'cannot travel in a header', { why, next });
}

function encodeBasic(secret: string): string {
  const next = 'write it as user:password';
  if (!secret.includes(':'))
    throw unusableSecret('basic', 'has no colon between user and password', { next });
  if (/[\u0000-\u001f\u007f-\u009f]/.test(secret)) {
    const why = 'RFC 7617 allows none in user and password';
    throw unusableSecret('basic', 'contains a control character', {
      why,
      next: 'check for a line break at the end',
    });
  }
  return Buffer.from(secret, 'utf8').toString('base64');
}
