import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import type { ConnectionOptions } from '../../core/delivery.ts';
import { HooksError } from '../../core/errors.ts';

/** TLS options of a connection, shared by all connections of a client. */
export interface TlsTrust {
  secureContext: tls.SecureContext;
  rejectUnauthorized: boolean;
}

/** Throws HooksError `invalid-input` when `ca` holds no certificate. */
export function createTlsTrust({ ca, insecure }: ConnectionOptions): TlsTrust {
  return { secureContext: createContext(ca), rejectUnauthorized: insecure !== true };
}

function createContext(ca: string | undefined): tls.SecureContext {
  if (ca === undefined) return tls.createSecureContext();
  checkAuthorities(ca);
  return tls.createSecureContext({ ca: [...defaultAuthorities(), ca] });
}

/** OpenSSL passes over what it can't read, and the receiver would then seem to be the one at fault. */
function checkAuthorities(ca: string): void {
  const certificates = ca.match(/-----BEGIN ([A-Z0-9 ]*CERTIFICATE)-----[^-]*-----END \1-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error('no PEM block');
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (cause) {
    throw new HooksError('invalid-input', 'the certificate authority cannot be read', {
      why: 'it holds no certificate in PEM form',
      next: 'give a file that has -----BEGIN CERTIFICATE----- in it',
      cause,
    });
  }
}

/** What Node trusts by itself: naming authorities replaces them, so they are named too. */
function defaultAuthorities(): readonly string[] {
  // Node 22.15 and later.
  if ('getCACertificates' in tls && typeof tls.getCACertificates === 'function')
    return tls.getCACertificates('default');
  const extraFile = process.env.NODE_EXTRA_CA_CERTS;
  return extraFile ? [...tls.rootCertificates, ...readExtra(extraFile)] : tls.rootCertificates;
}

/** Node itself warns about an unreadable file and goes on without it. */
function readExtra(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}
