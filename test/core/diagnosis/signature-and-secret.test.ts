import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import type { DiagnosisInput } from '../../../src/core/diagnosis/diagnose.ts';
import {
  BODY,
  bodyOnly,
  bytes,
  coalesce,
  coalesceOver,
  delivery,
  hmac,
  ID,
  KEY_TEXT,
  mistakes,
  sentences,
  standard,
  standardWith,
  TEXT_SECRET,
  TIME,
  WHSEC,
} from './by-hand.ts';

const CONTENT = `${ID}.${TIME}.${BODY}`;
const RIGHT = hmac(KEY_TEXT, CONTENT, 'base64');
const RIGHT_HEX = hmac(TEXT_SECRET, `${TIME}.${BODY}`);

/** Each row: what was done, the delivery, the mistakes that are to be named. */
function check(rows: [it: string, delivered: DiagnosisInput, expected: string[]][]): void {
  for (const [name, delivered, expected] of rows) {
    it(name, () => assert.deepEqual(mistakes(delivered), expected, sentences(delivered)));
  }
}

describe('a right delivery', () => {
  check([
    ['needs no explanation', standard({ signature: `v1,${RIGHT}` }), []],
    ['of a text secret neither', coalesce({ signature: `v1=${RIGHT_HEX}` }), []],
  ]);
});

describe('how the signature is written', () => {
  const base64 = hmac(TEXT_SECRET, `${TIME}.${BODY}`, 'base64');
  check([
    [
      'hex instead of base64',
      standard({ signature: `v1,${hmac(KEY_TEXT, CONTENT)}` }),
      ['signature-encoding'],
    ],
    ['base64 instead of hex', coalesce({ signature: `v1=${base64}` }), ['signature-encoding']],
    [
      'base64url instead of base64',
      standard({ signature: `v1,${hmac(KEY_TEXT, `${ID}.${TIME}.~~~~`, 'base64url')}`, body: '~~~~' }),
      ['signature-encoding'],
    ],
    [
      'hex in capital letters',
      coalesce({ signature: `v1=${RIGHT_HEX.toUpperCase()}` }),
      ['signature-upper-case'],
    ],
    ['without padding', standard({ signature: `v1,${RIGHT.replace(/=+$/, '')}` }), ['signature-padding']],
    [
      'encoded twice',
      standard({ signature: `v1,${Buffer.from(hmac(KEY_TEXT, CONTENT)).toString('base64')}` }),
      ['signature-double-encoded'],
    ],
    ['in quotation marks', coalesce({ signature: `"v1=${RIGHT_HEX}"` }), ['signature-quoted']],
    ['without its prefix', coalesce({ signature: RIGHT_HEX }), ['prefix-missing']],
    ['without its prefix, in base64', standard({ signature: RIGHT }), ['prefix-missing']],
    [
      'with a prefix where there is none',
      delivery({
        parameters: { scheme: 'shopify' },
        secrets: [TEXT_SECRET],
        headers: { 'X-Shopify-Hmac-Sha256': `sha256=${hmac(TEXT_SECRET, BODY, 'base64')}` },
      }),
      ['prefix-kept'],
    ],
    ['under another version', standard({ signature: `v2,${RIGHT}` }), ['other-version']],
    ['under another version in hex', coalesce({ signature: `v0=${RIGHT_HEX}` }), ['other-version']],
    [
      'in a list with commas',
      standard({ signature: `v1,${'A'.repeat(43)}=,v1,${RIGHT}` }),
      ['list-separator'],
    ],
    [
      'in a header that came twice',
      coalesce({
        signature: '',
        headers: [
          ['X-Coalesce-Timestamp', String(TIME)],
          ['X-Coalesce-Signature', `v1=${'0'.repeat(64)}`],
          ['X-Coalesce-Signature', `v1=${RIGHT_HEX}`],
        ],
      }),
      ['signature-repeated'],
    ],
    [
      'in a header joined of two',
      bodyOnly({ signature: `sha256=${hmac(TEXT_SECRET, BODY)}, sha256=${'0'.repeat(64)}` }),
      ['signature-repeated'],
    ],
    [
      'in another header',
      bodyOnly({ signature: '', headers: [['X-Signature', hmac(TEXT_SECRET, BODY)]] }),
      ['other-header'],
    ],
    [
      'unpadded and without its prefix',
      standard({ signature: RIGHT.replace(/=+$/, '') }),
      ['signature-padding', 'prefix-missing'],
    ],
  ]);
});

describe('the secret', () => {
  const rest = WHSEC.slice('whsec_'.length);
  const url = 'whsec_--__abcdefghijklmnopqrstuvwx';
  check([
    ['used as text with its prefix', standard({ signature: standardWith(WHSEC) }), ['secret-as-text']],
    [
      'used as text without its prefix',
      standard({ signature: standardWith(rest) }),
      ['secret-without-prefix-as-text'],
    ],
    [
      'without its prefix where the prefix belongs to it',
      coalesce({ signature: coalesceOver(BODY, 'secret0001'), secrets: ['whsec_secret0001'] }),
      ['secret-prefix-stripped'],
    ],
    [
      'decoded from base64 although it is text',
      coalesce({ signature: coalesceOver(BODY, Buffer.from(KEY_TEXT)), secrets: [WHSEC] }),
      ['secret-base64-decoded'],
    ],
    [
      'decoded from hex although it is text',
      coalesce({
        signature: coalesceOver(BODY, Buffer.from('8f742231b10e8888', 'hex')),
        secrets: ['8f742231b10e8888'],
      }),
      ['secret-hex-decoded'],
    ],
    [
      'written in base64url',
      standard({ signature: standardWith(Buffer.from(url.slice(6), 'base64url')), secrets: [url] }),
      ['secret-base64url'],
    ],
    [
      'with a line feed behind it',
      coalesce({ signature: coalesceOver(BODY, `${TEXT_SECRET}\n`) }),
      ['secret-white-space'],
    ],
    [
      'with a space behind the one given',
      coalesce({ signature: coalesceOver(BODY), secrets: [`${TEXT_SECRET} `] }),
      ['secret-white-space'],
    ],
    [
      'in quotation marks',
      coalesce({ signature: coalesceOver(BODY, `"${TEXT_SECRET}"`) }),
      ['secret-quoted'],
    ],
    [
      'given in quotation marks',
      coalesce({ signature: coalesceOver(BODY), secrets: [`'${TEXT_SECRET}'`] }),
      ['secret-quoted'],
    ],
    [
      'given without its prefix',
      coalesce({ signature: coalesceOver(BODY, 'whsec_AbC123'), secrets: ['AbC123'] }),
      ['secret-prefix-missing'],
    ],
    [
      'percent-encoded',
      coalesce({ signature: coalesceOver(BODY, 'a%2Fb%3D1'), secrets: ['a/b=1'] }),
      ['secret-percent-encoded'],
    ],
    [
      'in capital letters',
      coalesce({ signature: coalesceOver(BODY, 'ABCDEF01'), secrets: ['abcdef01'] }),
      ['secret-letter-case'],
    ],
    [
      'another one that is known',
      coalesce({
        signature: coalesceOver(BODY, 'another secret'),
        knownSecrets: [{ name: "the secret of endpoint 'staging'", text: 'another secret' }],
      }),
      ['secret-other'],
    ],
    ['empty', coalesce({ signature: coalesceOver(BODY, '') }), ['secret-empty']],
    ['the word undefined', coalesce({ signature: coalesceOver(BODY, 'undefined') }), ['secret-placeholder']],
    [
      'a public key as an HMAC secret',
      standard({
        signature: standardWith(Buffer.from('ZHJj9O4CguHFSOZWshH/EjvpZb9M6A+hmsBnYBeIWaU=', 'base64')),
        secrets: ['whpk_ZHJj9O4CguHFSOZWshH/EjvpZb9M6A+hmsBnYBeIWaU='],
      }),
      ['public-key-as-secret'],
    ],
    [
      'as text and with a line feed',
      standard({ signature: standardWith(`${WHSEC}\n`) }),
      ['secret-white-space', 'secret-as-text'],
    ],
  ]);

  it('is named by its endpoint and never shown', () => {
    const text = sentences(
      coalesce({
        signature: coalesceOver(BODY, 'another secret'),
        knownSecrets: [{ name: "the secret of endpoint 'staging'", text: 'another secret' }],
      }),
    );
    assert.match(text, /the secret of endpoint 'staging'/);
    assert.doesNotMatch(text, /another secret/);
  });
});

describe('the hash', () => {
  const content = `${TIME}.${BODY}`;
  const sha256 = (...parts: string[]) =>
    createHash('sha256')
      .update(bytes(...parts))
      .digest('hex');
  check([
    ['SHA-1', coalesce({ signature: `v1=${hmac(TEXT_SECRET, content, 'hex', 'sha1')}` }), ['hash-sha1']],
    [
      'SHA-512',
      coalesce({ signature: `v1=${hmac(TEXT_SECRET, content, 'hex', 'sha512')}` }),
      ['hash-sha512'],
    ],
    [
      'no HMAC, secret first',
      coalesce({ signature: `v1=${sha256(TEXT_SECRET, content)}` }),
      ['hash-without-hmac'],
    ],
    [
      'no HMAC, secret last',
      coalesce({ signature: `v1=${sha256(content, TEXT_SECRET)}` }),
      ['hash-without-hmac'],
    ],
    [
      'key and message swapped',
      coalesce({ signature: `v1=${createHmac('sha256', content).update(TEXT_SECRET).digest('hex')}` }),
      ['hmac-arguments-swapped'],
    ],
  ]);
});
