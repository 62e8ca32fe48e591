import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AttemptPhase,
  createInterimError,
  describeCancellation,
  describeFailure,
  describeTimeout,
  isWriteFailure,
} from '../../../src/adapters/http-client/connection-failure.ts';
import { ProxyFailure } from '../../../src/adapters/http-client/proxy-failure.ts';

const url = new URL('https://receiver.example/hooks');
const context = { url, phase: 'waiting' as AttemptPhase, timeoutMs: 15_000, tried: [] };

function coded(code: string, details: object = {}): Error {
  return Object.assign(new Error('\u001b[31mraw'), { code, ...details });
}

const CODES = [
  ['ECONNREFUSED', 'refused', /^nothing listens on port 443 of receiver\.example$/],
  ['ENOTFOUND', 'dns', /receiver\.example has no address/],
  ['EAI_AGAIN', 'dns', /no name server/],
  ['ETIMEDOUT', 'timeout', /within 15 s/],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout', /within 15 s/],
  ['ECONNRESET', 'reset', /closed the connection without an answer/],
  ['EPIPE', 'reset', /closed the connection without an answer/],
  ['UND_ERR_SOCKET', 'reset', /closed the connection without an answer/],
  ['EHOSTUNREACH', 'unreachable', /^no way leads to receiver\.example \(EHOSTUNREACH\)$/],
  ['ENETUNREACH', 'unreachable', /ENETUNREACH/],
  ['HPE_INVALID_CONSTANT', 'not-http', /is not HTTP/],
  ['HPE_HEADER_OVERFLOW', 'not-http', /larger than 16 KiB/],
  ['UND_ERR_HEADERS_OVERFLOW', 'not-http', /larger than 16 KiB/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', /not trusted/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', /does not send the certificates in between/],
  ['CERT_NOT_YET_VALID', 'tls', /not valid yet/],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls', /ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION/],
  ['EPROTO', 'tls', /speaks HTTP, not HTTPS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /is for another name/],
  ['UND_ERR_ABORTED', 'cancelled', /^cancelled/],
  ['EMFILE', 'other', /too many connections/],
  ['ESOMETHING\u001b', 'other', /\(ESOMETHING\\x1b\)/],
] as const;

describe('describeFailure', () => {
  for (const [code, reason, says] of CODES) {
    it(`says what ${JSON.stringify(code)} means`, () => {
      for (const error of [coded(code), new Error('outer', { cause: coded(code) })]) {
        const failure = describeFailure(error, context);
        assert.equal(failure?.reason, reason);
        assert.match(failure.message, says);
        assert.doesNotMatch(failure.message + failure.next, /\u001b|raw/);
      }
    });
  }

  it('prefers the address that refused to those that could not be reached, and names them all', () => {
    const failure = describeFailure(
      new AggregateError([
        coded('ENETUNREACH', { address: '2001:db8::1', port: 443 }),
        coded('ECONNREFUSED', { address: '192.0.2.1', port: 443 }),
      ]),
      context,
    );
    assert.equal(failure?.reason, 'refused');
    assert.deepEqual(failure.tried, ['[2001:db8::1]:443', '192.0.2.1:443']);
    assert.match(failure.message, /\(tried \[2001:db8::1\]:443, 192\.0\.2\.1:443\)$/);
  });

  it('shows the names of a certificate without their control characters, shortened', () => {
    const cert = { subjectaltname: `DNS:a\u001b[2J.example, DNS:${'b'.repeat(500)}` };
    const failure = describeFailure(coded('ERR_TLS_CERT_ALTNAME_INVALID', { cert }), context);
    assert.match(
      failure?.message ?? '',
      /^the certificate of receiver\.example is for a\\x1b\[2J\.example, b+…$/,
    );
    assert.ok((failure?.message.length ?? 0) < 300);
  });

  it('tells a TLS record from other noise', () => {
    const plain = { ...context, url: new URL('http://localhost:8443/hooks') };
    const alerts = [{ rawPacket: Buffer.from([0x15, 3, 1]) }, { data: '\u0015\u0003\u0001' }];
    for (const details of alerts) {
      const failure = describeFailure(coded('HPE_INVALID_CONSTANT', details), plain);
      assert.equal(failure?.message, 'localhost:8443 speaks HTTPS, not HTTP');
      assert.equal(failure.next, 'use https://localhost:8443/hooks');
    }
  });

  it('says how far an attempt had come when the connection was closed', () => {
    const phases = [
      ['connecting', 'tls', /during the TLS handshake$/],
      ['waiting', 'reset', /without an answer$/],
      ['answering', 'reset', /before its answer was complete \(status 503\)$/],
    ] as const;
    for (const [phase, reason, says] of phases) {
      const failure = describeFailure(coded('ECONNRESET'), { ...context, phase, status: 503 });
      assert.equal(failure?.reason, reason);
      assert.match(failure.message, says);
    }
  });

  it('says what the proxy did, and what became of it', () => {
    const proxy = new URL('http://proxy.example:3128');
    const refused = describeFailure(new ProxyFailure(proxy, { cause: coded('ECONNREFUSED') }), context);
    assert.equal(refused?.reason, 'proxy');
    assert.match(
      refused.message,
      /^the proxy proxy\.example:3128 cannot be used: nothing listens on port 3128/,
    );
    const unavailable = describeFailure(new ProxyFailure(proxy, { status: 503 }), context);
    assert.match(unavailable?.message ?? '', /refuses to connect to receiver\.example \(503\)$/);
  });

  it('tells of interim answers that nobody asked for', () => {
    assert.equal(describeFailure(createInterimError(), context)?.reason, 'not-http');
  });

  it('leaves our own mistakes alone', () => {
    for (const error of [
      new TypeError('x is not a function'),
      coded('UND_ERR_INVALID_ARG'),
      'text',
      undefined,
    ]) {
      assert.equal(describeFailure(error, context), undefined);
    }
  });
});

describe('describeTimeout', () => {
  const rows = [
    ['queued', /^no connection to receiver\.example came free within 1\.5 s$/],
    ['connecting', /^no TLS connection to receiver\.example within 1\.5 s$/],
    ['waiting', /^no answer from receiver\.example within 1\.5 s$/],
    ['answering', /^the answer of receiver\.example was not complete within 1\.5 s \(status 200\)$/],
  ] as const;
  for (const [phase, says] of rows) {
    it(`says how far the attempt had come: ${phase}`, () => {
      const tried = ['192.0.2.1:443'];
      const failure = describeTimeout({ url, phase, timeoutMs: 1500, tried, status: 200 });
      assert.match(failure.message, says);
      assert.deepEqual(failure.tried, tried);
    });
  }
});

describe('describeCancellation', () => {
  it('is a failure of its own kind', () => {
    assert.equal(describeCancellation(context).reason, 'cancelled');
  });
});

describe('isWriteFailure', () => {
  it('knows a connection that broke while the request was written', () => {
    assert.equal(isWriteFailure(coded('EPIPE')), true);
    assert.equal(isWriteFailure(coded('ECONNRESET', { syscall: 'write' })), true);
    assert.equal(isWriteFailure(coded('ECONNRESET', { syscall: 'read' })), false);
    assert.equal(isWriteFailure(undefined), false);
  });
});
