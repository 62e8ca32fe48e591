import { visible } from '../../core/visible.ts';

interface TlsFailure {
  reason: 'tls';
  message: string;
  next: string;
}

const TRUST_IT = 'trust its authority with --cacert <file>, or accept any certificate with --insecure';
const RENEW_IT = 'renew the certificate, or accept any certificate with --insecure';
const CHECK_PORT = 'check that this is the right port, and which TLS versions the receiver accepts';

/** Verdicts of OpenSSL and Node over a certificate. */
const CERTIFICATE: Record<string, [what: string, next: string]> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['is self-signed', TRUST_IT],
  SELF_SIGNED_CERT_IN_CHAIN: ['comes from an authority that is not trusted', TRUST_IT],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'cannot be traced to an authority: the receiver does not send the certificates in between',
    'have the receiver send its whole certificate chain, or trust its authority with --cacert <file>',
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['comes from an authority that is not known', TRUST_IT],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['comes from an authority that is not known', TRUST_IT],
  CERT_UNTRUSTED: ['is not trusted', TRUST_IT],
  CERT_REJECTED: ['is not trusted', TRUST_IT],
  CERT_HAS_EXPIRED: ['has expired', RENEW_IT],
  CERT_NOT_YET_VALID: ['is not valid yet', 'check the clocks of both machines'],
  CERT_REVOKED: ['has been revoked', 'replace the certificate'],
};

/** Codes with which OpenSSL says that what came back was not TLS at all. */
const NOT_TLS = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** What a TLS error means, or undefined where it is not one. */
export function describeTlsFailure(error: Error & { code?: unknown }, url: URL): TlsFailure | undefined {
  const code = String(error.code);
  const verdict = CERTIFICATE[code];
  if (verdict)
    return { reason: 'tls', message: `the certificate of ${url.host} ${verdict[0]}`, next: verdict[1] };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(error, url);
  if (NOT_TLS.has(code)) {
    return {
      reason: 'tls',
      message: `${url.host} speaks HTTP, not HTTPS`,
      next: `use http://${url.host}${url.pathname}`,
    };
  }
  if (!/^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_)/.test(code)) return undefined;
  return {
    reason: 'tls',
    message: `no TLS connection with ${url.host} came about (${visible(code)})`,
    next: CHECK_PORT,
  };
}

export function describeHandshakeReset(url: URL): TlsFailure {
  return {
    reason: 'tls',
    message: `${url.host} closed the connection during the TLS handshake`,
    next: CHECK_PORT,
  };
}

function wrongName(error: Error, url: URL): TlsFailure {
  const names = certificateNames(error);
  return {
    reason: 'tls',
    message: `the certificate of ${url.host} is ${names === '' ? 'for another name' : `for ${names}`}`,
    next: 'use a name that the certificate holds, or accept any certificate with --insecure',
  };
}

/** `DNS:example.com, IP Address:10.0.0.1` as `example.com, 10.0.0.1`. */
function certificateNames(error: Error): string {
  const certificate = 'cert' in error ? error.cert : undefined;
  if (typeof certificate !== 'object' || certificate === null || !('subjectaltname' in certificate))
    return '';
  const names = String(certificate.subjectaltname).replaceAll(/(DNS|IP Address|URI):/g, '');
  return visible(names.length > 200 ? `${names.slice(0, 200)}…` : names);
}
