import { Buffer } from 'node:buffer';
import { createEd25519Key, createPublicEd25519Key, publicBytes, SEED_BYTES } from './ed25519-key.ts';
import { createHmacKey } from './hmac-key.ts';
import { createMessageScheme } from './message-scheme.ts';
import { resolveTolerance } from './parameters.ts';
import type { SchemeParameters, SignatureScheme, Tolerance } from './scheme.ts';
import { secretBytes, unusableSecret } from './secret-bytes.ts';
import type { SigningKey } from './signing-key.ts';

type Family = 'webhook' | 'svix';

const TOLERANCE: Tolerance = { pastSeconds: 300, futureSeconds: 300 };
const PUBLIC_KEY_BYTES = 32;

/**
 * Standard Webhooks 1.0.0, v1 (HMAC) and v1a (Ed25519). Svix is the same under other header names; Svix sends either
 * family, so each scheme writes its own and reads the other where its own is absent, header by header, as `svix` does.
 */
export function createStandardWebhooksScheme(
  id: 'standard-webhooks' | 'svix',
  parameters: SchemeParameters,
): SignatureScheme {
  const [own, other]: Family[] = id === 'svix' ? ['svix', 'webhook'] : ['webhook', 'svix'];
  const field = (part: string) => ({ name: `${own}-${part}`, otherNames: [`${other}-${part}`] });
  return createMessageScheme({
    id,
    idField: field('id'),
    idEnd: '.',
    timestampField: field('timestamp'),
    signatureField: field('signature'),
    separator: ' ',
    content: '{id}.{timestamp}.{body}',
    timestampUnit: 'seconds',
    tolerance: resolveTolerance(TOLERANCE, parameters),
    parseSecret: (text) => parseSecret(text, id),
  });
}

/** `whsec_…` or bare base64 is a v1 key, `whsk_…` a v1a key, `whpk_…` its public half, never used as an HMAC key. */
function parseSecret(text: string, scheme: string): SigningKey {
  if (text.startsWith('whsk_')) return parseSigningKey(text.slice('whsk_'.length), scheme);
  if (text.startsWith('whpk_')) return parsePublicKey(text.slice('whpk_'.length), scheme);
  const encoded = text.startsWith('whsec_') ? text.slice('whsec_'.length) : text;
  const next = "copy the endpoint's whole signing secret (whsec_…) again";
  return createHmacKey(secretBytes(encoded, 'base64', { scheme, next }), {
    prefix: 'v1,',
    encoding: 'base64',
  });
}

function parseSigningKey(encoded: string, scheme: string): SigningKey {
  const next = 'copy the whole signing key (whsk_…) again';
  const bytes = secretBytes(encoded, 'base64', { scheme, next });
  if (bytes.length !== SEED_BYTES + PUBLIC_KEY_BYTES) {
    throw unusableSecret(scheme, `has ${bytes.length} bytes after whsk_`, {
      why: 'a signing key has 64',
      next,
    });
  }
  const seed = bytes.subarray(0, SEED_BYTES);
  if (Buffer.compare(publicBytes(seed), bytes.subarray(SEED_BYTES)) !== 0) {
    const why = 'the public key in its second half does not belong to the first half';
    throw unusableSecret(scheme, 'is not an Ed25519 key pair', { why, next });
  }
  return createEd25519Key(seed, 'v1a,');
}

function parsePublicKey(encoded: string, scheme: string): SigningKey {
  const next = 'copy the whole public key (whpk_…) again';
  const bytes = secretBytes(encoded, 'base64', { scheme, next });
  if (bytes.length !== PUBLIC_KEY_BYTES) {
    throw unusableSecret(scheme, `has ${bytes.length} bytes after whpk_`, {
      why: 'a public key has 32',
      next,
    });
  }
  return createPublicEd25519Key(bytes, 'v1a,');
}
