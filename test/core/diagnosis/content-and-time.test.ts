import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DiagnosisInput, diagnose } from '../../../src/core/diagnosis/diagnose.ts';
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
  TEXT_SECRET,
  TIME,
} from './by-hand.ts';

function check(rows: [it: string, delivered: DiagnosisInput, expected: string[]][]): void {
  for (const [name, delivered, expected] of rows) {
    it(name, () => assert.deepEqual(mistakes(delivered), expected, sentences(delivered)));
  }
}

const over = (content: string) => `v1,${hmac(KEY_TEXT, content, 'base64')}`;
const hexOver = (content: string) => `v1=${hmac(TEXT_SECRET, content)}`;

describe('the signed content', () => {
  check([
    ['without the id', standard({ signature: over(`${TIME}.${BODY}`) }), ['id-left-out']],
    ['without the timestamp', standard({ signature: over(`${ID}.${BODY}`) }), ['timestamp-left-out']],
    ['of the body alone', standard({ signature: over(BODY) }), ['only-body-signed']],
    [
      'of the body alone, where only the time is missing',
      coalesce({ signature: hexOver(BODY) }),
      ['timestamp-left-out'],
    ],
    [
      'with a timestamp that is not due',
      bodyOnly({
        signature: `sha256=${hmac(TEXT_SECRET, `${TIME}.${BODY}`)}`,
        headers: { 'X-Timestamp': String(TIME) },
      }),
      ['timestamp-added'],
    ],
    [
      'with an id that is not due',
      coalesce({
        signature: hexOver(`${ID}.${TIME}.${BODY}`),
        headers: { 'X-Request-Id': ID },
      }),
      ['id-added'],
    ],
    [
      'with id and timestamp swapped',
      standard({ signature: over(`${TIME}.${ID}.${BODY}`) }),
      ['id-timestamp-swapped'],
    ],
    [
      'under headers that are swapped',
      standard({
        signature: over(`${ID}.${TIME}.${BODY}`),
        headers: { 'webhook-id': String(TIME), 'webhook-timestamp': ID },
      }),
      ['headers-swapped'],
    ],
    ['with the body first', coalesce({ signature: hexOver(`${BODY}.${TIME}`) }), ['body-first']],
    [
      'with the body before id and timestamp',
      standard({ signature: over(`${BODY}.${ID}.${TIME}`) }),
      ['body-first'],
    ],
    ['with colons', standard({ signature: over(`${ID}:${TIME}:${BODY}`) }), ['separator']],
    ['with nothing between its parts', coalesce({ signature: hexOver(`${TIME}${BODY}`) }), ['separator']],
    ['with line feeds', coalesce({ signature: hexOver(`${TIME}\n${BODY}`) }), ['separator']],
    [
      'with another version at its start',
      delivery({
        parameters: { scheme: 'slack' },
        secrets: [TEXT_SECRET],
        headers: {
          'X-Slack-Request-Timestamp': String(TIME),
          'X-Slack-Signature': `v0=${hmac(TEXT_SECRET, `v1:${TIME}:${BODY}`)}`,
        },
      }),
      ['version-in-content'],
    ],
    [
      'with an id header that came twice',
      standard({
        signature: '',
        headers: [
          ['webhook-id', 'msg_first'],
          ['webhook-id', ID],
          ['webhook-timestamp', String(TIME)],
          ['webhook-signature', over(`${ID}.${TIME}.${BODY}`)],
        ],
      }),
      ['header-repeated'],
    ],
    [
      'with the id of another header',
      standard({
        signature: over(`req_7.${TIME}.${BODY}`),
        headers: { 'X-Request-Id': 'req_7' },
      }),
      ['id-elsewhere'],
    ],
    ['with the id of the body', standard({ signature: over(`evt_1.${TIME}.${BODY}`) }), ['id-elsewhere']],
    [
      'with the time of another header',
      coalesce({
        signature: hexOver(`${TIME - 7200 * 24}.${BODY}`),
        headers: { Date: new Date((TIME - 7200 * 24) * 1000).toUTCString() },
      }),
      ['timestamp-elsewhere'],
    ],
    [
      'with a missing id as text',
      standard({ signature: over(`undefined.${TIME}.${BODY}`) }),
      ['missing-value-as-text'],
    ],
  ]);
});

describe('the timestamp', () => {
  const iso = new Date(TIME * 1000).toISOString();
  const changed = (seconds: number) => coalesce({ signature: hexOver(`${TIME + seconds}.${BODY}`) });
  const custom = (timestamp: string, signed: string) =>
    delivery({
      parameters: {
        scheme: 'hmac-sha256',
        signatureHeader: 'X-Signature',
        signatureContent: '{timestamp}.{body}',
        timestampHeader: 'X-Timestamp',
        timestampUnit: 'milliseconds',
      },
      secrets: [TEXT_SECRET],
      headers: { 'X-Timestamp': timestamp, 'X-Signature': hmac(TEXT_SECRET, `${signed}.${BODY}`) },
    });
  check([
    [
      'in milliseconds in the header',
      coalesce({
        signature: hexOver(`${TIME}.${BODY}`),
        headers: { 'X-Coalesce-Timestamp': `${TIME}123` },
      }),
      ['timestamp-milliseconds'],
    ],
    [
      'in milliseconds under the signature',
      coalesce({ signature: hexOver(`${TIME}000.${BODY}`) }),
      ['timestamp-milliseconds'],
    ],
    [
      'in exact milliseconds under the signature',
      coalesce({ signature: hexOver(`${TIME}417.${BODY}`) }),
      ['timestamp-milliseconds'],
    ],
    [
      'in milliseconds in both places',
      coalesce({
        signature: hexOver(`${TIME}417.${BODY}`),
        headers: { 'X-Coalesce-Timestamp': `${TIME}417` },
      }),
      ['timestamp-milliseconds'],
    ],
    [
      'in seconds where milliseconds are due',
      custom(String(TIME), String(TIME)),
      ['timestamp-seconds', 'too-old'],
    ],
    [
      'in milliseconds, signed in seconds where milliseconds are due',
      custom(`${TIME}000`, String(TIME)),
      ['timestamp-seconds'],
    ],
    ['as a date', coalesce({ signature: hexOver(`${iso}.${BODY}`) }), ['timestamp-format']],
    [
      'as a date in the header',
      coalesce({
        signature: hexOver(`${TIME}.${BODY}`),
        headers: { 'X-Coalesce-Timestamp': iso },
      }),
      ['timestamp-format'],
    ],
    ['with a fraction', coalesce({ signature: hexOver(`${TIME}.0.${BODY}`) }), ['timestamp-format']],
    ['changed by 3 s', changed(3), ['timestamp-changed']],
    ['changed by 10 min', changed(-600), ['timestamp-changed']],
    ['shifted by two hours', changed(7200), ['timestamp-changed']],
    ['shifted by 5 h 30 min', changed(-19_800), ['timestamp-changed']],
    ['too old', coalesce({ signature: hexOver(`${TIME}.${BODY}`), nowSeconds: TIME + 2400 }), ['too-old']],
    ['too new', standard({ signature: over(`${ID}.${TIME}.${BODY}`), nowSeconds: TIME - 2400 }), ['too-new']],
    [
      'too old, and the body was changed',
      coalesce({
        signature: hexOver(`${TIME}.${BODY}\n`),
        nowSeconds: TIME + 2400,
      }),
      ['newline-added', 'too-old'],
    ],
  ]);

  it('tells the direction and the time zone', () => {
    assert.match(sentences(changed(7200)), /2 h later, as a time zone makes it/);
    assert.match(sentences(changed(-19_800)), /5 h 30 min earlier/);
  });

  it('says when only the age is refused', () => {
    const old = diagnose(coalesce({ signature: hexOver(`${TIME}.${BODY}`), nowSeconds: TIME + 2400 }));
    assert.equal(old.diagnosis?.isSignatureRight, true);
    assert.match(old.diagnosis?.mistakes[0]?.what ?? '', /signed 40 min ago/);
    const changedToo = diagnose(
      coalesce({ signature: hexOver(`${TIME}.${BODY}\n`), nowSeconds: TIME + 2400 }),
    );
    assert.equal(changedToo.diagnosis?.isSignatureRight, false);
  });

  it('does not blame the signature for an id that has a full stop', () => {
    const dotted = standard({ signature: over(`a.b.${TIME}.${BODY}`), headers: { 'webhook-id': 'a.b' } });
    assert.deepEqual(mistakes(dotted), ['header-form']);
  });
});

describe('another scheme', () => {
  check([
    [
      'in its own header',
      standard({
        signature: '',
        headers: [['X-Hub-Signature-256', `sha256=${hmac(TEXT_SECRET, BODY)}`]],
        secrets: [TEXT_SECRET],
      }),
      ['other-scheme'],
    ],
    [
      'in the header of this one',
      standard({
        signature: `t=${TIME},v1=${hmac('whsec_c2VjcmV0LW51bWJlci0wMDE=', `${TIME}.${BODY}`)}`,
        secrets: ['whsec_c2VjcmV0LW51bWJlci0wMDE='],
      }),
      ['other-scheme'],
    ],
    [
      'of a known provider',
      coalesce({
        signature: '',
        headers: [['X-Acme', hmac(TEXT_SECRET, `acme|${BODY}`, 'base64')]],
        otherSchemes: [
          {
            name: 'the scheme of Acme',
            parameters: {
              scheme: 'hmac-sha256',
              signatureHeader: 'X-Acme',
              signatureContent: 'acme|{body}',
              signatureEncoding: 'base64',
            },
          },
        ],
      }),
      ['other-scheme'],
    ],
    [
      'that sends the secret itself',
      coalesce({
        signature: '',
        headers: [['Authorization', `Bearer ${TEXT_SECRET}`]],
      }),
      ['other-scheme'],
    ],
  ]);

  it('is named', () => {
    assert.match(
      sentences(
        standard({
          signature: '',
          headers: [['X-Hub-Signature-256', `sha256=${hmac(TEXT_SECRET, BODY)}`]],
          secrets: [TEXT_SECRET],
        }),
      ),
      /the scheme 'github',/,
    );
  });
});

describe('another delivery', () => {
  const other = {
    name: 'log.ndjson, line 3',
    headers: [['X-Coalesce-Timestamp', String(TIME - 7)]] as [string, string][],
    body: bytes('{"other":true}'),
  };
  check([
    [
      'whose signature this one carries',
      coalesce({
        signature: hexOver(`${TIME - 7}.{"other":true}`),
        otherDeliveries: [other],
      }),
      ['signature-of-another-delivery'],
    ],
    [
      'whose body was signed',
      coalesce({
        signature: coalesceOver('{"other":true}'),
        otherDeliveries: [other],
      }),
      ['body-of-another-delivery'],
    ],
  ]);
});

describe('a shared secret', () => {
  const token = (
    headers: Record<string, string> | [string, string][],
    scheme = 'token',
    secret = TEXT_SECRET,
  ) => delivery({ parameters: { scheme }, secrets: [secret], headers });
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  check([
    [
      'with a scheme word too many',
      token({ 'X-Webhook-Token': `Bearer ${TEXT_SECRET}` }),
      ['credential-word'],
    ],
    ['without its scheme word', token({ Authorization: TEXT_SECRET }, 'bearer'), ['credential-word']],
    ['in base64', token({ 'X-Webhook-Token': base64(TEXT_SECRET) }), ['credential-encoding']],
    [
      'not in base64',
      token({ Authorization: 'Basic user:pass' }, 'basic', 'user:pass'),
      ['credential-encoding'],
    ],
    ['in quotation marks', token({ 'X-Webhook-Token': `"${TEXT_SECRET}"` }), ['credential-quoted']],
    ['in another header', token({ 'X-Api-Key': TEXT_SECRET }), ['credential-in-another-header']],
    [
      'that came twice',
      token([
        ['X-Webhook-Token', 'nope'],
        ['X-Webhook-Token', TEXT_SECRET],
      ]),
      ['credential-repeated'],
    ],
    ['percent-encoded', token({ 'X-Webhook-Token': 'a%2Fb' }, 'token', 'a/b'), ['secret-percent-encoded']],
    ['that is wrong', token({ 'X-Webhook-Token': 'wrong' }), []],
  ]);
});
