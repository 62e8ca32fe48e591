import type { HeaderList } from '../../../src/core/headers.ts';
import type { Recording } from '../../../src/core/recording.ts';
import { MASK } from '../../../src/core/secret-headers.ts';

const text = (value: string) => new TextEncoder().encode(value);

export const RECEIVED: Recording = {
  id: '01JDAV3K5QZ8WY4T6N2M7P9XRC',
  direction: 'received',
  at: new Date('2026-11-20T08:30:00.250Z'),
  provider: 'acme',
  eventType: 'payment.failed',
  slug: 'failed',
  variant: 'eu',
  idempotencyKey: 'msg_2b9fTq0vXk8sYwE4',
  method: 'POST',
  target: '/webhooks/pay?tenant=7&q=%C3%A9',
  status: 500,
  durationMs: 12.5,
  sizeBytes: 24,
  isFailed: true,
  isInvalid: true,
  replayOf: '01JDAV3K5QZ8WY4T6N2M7P9XRA',
  peer: '[::1]:50412',
  httpVersion: '1.1',
  headers: [
    ['Host', 'shop.example:3000'],
    ['Content-Type', 'application/json'],
    ['Content-Length', '24'],
  ],
  body: text('{"type":"payment.fails"}'),
  verdicts: {
    provider: 'acme',
    eventType: 'payment.failed',
    isKnownEventType: true,
    signature: {
      state: 'refused',
      scheme: 'slack',
      reason: 'timestamp-too-old',
      message: 'too old',
      ageSeconds: 900,
    },
    schema: {
      state: 'invalid',
      errors: [{ pointer: '/amount', message: 'must be number' }],
      warnings: [{ pointer: '', message: 'unknown field' }],
    },
    isDuplicate: true,
    idempotencyKey: 'msg_2b9fTq0vXk8sYwE4',
  },
  answer: { status: 500, headers: [['Content-Type', 'text/plain']], body: text('no\u0000pe') },
  attempts: [],
};

export const SENT: Recording = {
  id: '01JDAV3K5QZ8WY4T6N2M7P9XRD',
  direction: 'sent',
  at: new Date('2026-11-20T08:31:00.000Z'),
  provider: 'acme',
  eventType: 'order.paid',
  idempotencyKey: 'evt_1',
  method: 'PUT',
  target: 'https://localhost:3443/hooks?x=1',
  status: 204,
  durationMs: 31,
  sizeBytes: 2,
  isFailed: false,
  isInvalid: false,
  headers: [
    ['Content-Type', 'application/json'],
    ['Authorization', MASK],
  ],
  body: text('{}'),
  attempts: [
    {
      attempt: 1,
      startedAt: new Date('2026-11-20T08:31:00.000Z'),
      result: {
        kind: 'failed',
        reason: 'refused',
        message: 'nothing listens there',
        next: 'start it',
        tried: ['127.0.0.1:3443'],
        durationMs: 3,
      },
    },
    {
      attempt: 2,
      startedAt: new Date('2026-11-20T08:31:05.000Z'),
      result: {
        kind: 'answered',
        status: 204,
        statusText: 'No Content',
        headers: [
          ['Set-Cookie', MASK],
          ['set-cookie', MASK],
        ],
        body: new Uint8Array([0xff, 0x00]),
        bodyTruncated: true,
        firstByteMs: 20,
        durationMs: 31,
      },
    },
  ],
};

const large = new Uint8Array(5 * 1024 * 1024).map((_, index) => (index * 7919) >> 3);

/** Bodies that a careless writer changes. */
export const BODIES: { it: string; body: Uint8Array }[] = [
  { it: 'an empty body', body: new Uint8Array() },
  { it: 'numbers as they were written', body: text('{"a":1.0,"b":12345678901234567890,"c":1e2}') },
  { it: 'escapes as they were written', body: text('{"name":"Zo\\u00eb","also":"Zoë","u":"\\u2028\u2028"}') },
  { it: 'repeated keys', body: text('{"a":1,"a":2}') },
  { it: 'a byte order mark', body: text('\ufeff{"a":1}\r\n') },
  { it: 'bytes that are not UTF-8', body: new Uint8Array([0x7b, 0xff, 0xfe, 0x80, 0x7d]) },
  { it: 'NULs', body: text('a\0b\0') },
  { it: 'lines that look like separators', body: text('a\r\n###\r\nPOST / HTTP/1.1\r\n\r\n### \n') },
  { it: 'line breaks at its ends', body: text('\r\n\n{"a":1}\n\r\n') },
  { it: '5 MB of bytes', body: large },
  { it: '5 MB of text', body: text(`"${'ü€'.repeat(1024 * 1024)}"`) },
];

/** Headers that a careless writer changes. */
export const HEADERS: { it: string; headers: HeaderList }[] = [
  { it: 'no headers', headers: [] },
  {
    it: 'repeats, order and case',
    headers: [
      ['X-Tag', 'b'],
      ['x-other', ''],
      ['x-TAG', 'a'],
      ['X-Tag', 'b'],
    ],
  },
  {
    it: 'values outside ASCII',
    headers: [
      ['X-Name', 'Zo\xeb \x80\xff'],
      ['X-Utf8', 'Zo\xc3\xab'],
      ['X-Dots', '\xe2\x80\xa2'],
    ],
  },
  { it: 'masked values', headers: [['Authorization', MASK]] },
  {
    it: 'odd names and values',
    headers: [
      ['#a', '#b'],
      ["!#$%&'*+.^_`|~", '": \\ {{x}}'],
    ],
  },
  {
    it: 'a wrong Content-Length',
    headers: [
      ['content-length', '7'],
      ['Host', 'a'],
      ['Content-length', '9'],
    ],
  },
  {
    it: 'chunked framing that is gone',
    headers: [
      ['Transfer-Encoding', 'chunked'],
      ['host', 'a.example'],
    ],
  },
  { it: '400 headers', headers: Array.from({ length: 400 }, (_, index) => [`X-${index}`, String(index)]) },
];
