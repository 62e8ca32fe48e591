import type { Severity } from '../report.ts';
import type { SignedHeader } from '../signing/scheme.ts';
import { withField } from './body-edits.ts';
import { type CaseRow, casesFrom } from './case-table.ts';
import type { ExamCase, Expected } from './exam-case.ts';
import type { ExamSubject } from './exam-subject.ts';
import { replaced } from './header-edits.ts';
import { payloadRows } from './payload-rows.ts';
import { HTTP_SEMANTICS, JSON_FORMAT } from './sources.ts';

const SLOW_BODY_MS = 1500;
const LEVELS = 20_000;

/** Genuine deliveries that are unusual, and bodies that no provider should send but somebody will. */
export function robustnessCases(subject: ExamSubject): ExamCase[] {
  const table = {
    group: 'robustness',
    why: 'A receiver that fails over one delivery gets it again and again, and may be gone for all others.',
  } as const;
  const cases = casesFrom(subject, table, [
    ...payloadRows(subject),
    ...bodyRows(subject),
    ...contentTypeRows(),
    ...requestRows(),
  ]);
  return cases.map((one) => (one.id.endsWith('/slow-body') ? { ...one, holdMs: SLOW_BODY_MS } : one));
}

/** Bodies that are signed right and make no sense. */
function bodyRows({ plan }: ExamSubject): CaseRow[] {
  const signed = plan.scheme.needsSecret ? ', signed right' : '';
  const row = (
    name: string,
    what: string,
    body: (genuine: Uint8Array) => Uint8Array | string,
    [severity, expected]: [Severity, Expected] = ['should', 'refused'],
  ): CaseRow => ({
    name,
    title: `${expected === 'refused' ? 'refuses' : 'answers'} ${what}${expected === 'refused' ? ', and goes on' : ', whatever it thinks of it'}`,
    severity,
    expected,
    sent: what + signed,
    source: JSON_FORMAT,
    changes: { body: (genuine) => Buffer.from(body(genuine) as string) },
  });
  const must: [Severity, Expected] = ['must', 'answered'];
  return [
    row('empty-body', 'an empty body', () => ''),
    row('not-json', 'a body that is not JSON', () => 'this is not JSON'),
    row('cut-json', 'a body that ends in the middle', (genuine) => genuine.subarray(0, -20)),
    row('json-null', 'the body null', () => 'null', must),
    row('json-list', 'a list instead of an object', () => '[]', must),
    row('json-text', 'a text instead of an object', () => '"event"', must),
    row('json-number', 'a number instead of an object', () => '42', must),
    row('empty-object', 'an object without any field', () => '{}', must),
    row(
      'byte-order-mark',
      'a body that begins with a byte order mark',
      (genuine) => Buffer.concat([Buffer.from('\ufeff'), genuine]),
      must,
    ),
    row(
      'not-utf8',
      'a body that is not UTF-8',
      (genuine) =>
        Buffer.concat([
          genuine.subarray(0, -1),
          Buffer.from(',"x":"'),
          Buffer.from([0xff, 0xfe, 0xc3]),
          Buffer.from('"}'),
        ]),
      must,
    ),
    row('nul-bytes', 'a body of NUL bytes', () => '\0'.repeat(64), must),
    row(
      'deep-list',
      `a list nested ${LEVELS} levels deep`,
      () => '['.repeat(LEVELS) + ']'.repeat(LEVELS),
      must,
    ),
    row(
      'deep-object',
      `an object nested ${LEVELS} levels deep in a field of its own`,
      (genuine) => withField(genuine, `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`),
      must,
    ),
    row(
      'repeated-keys',
      'an object with every key twice',
      (genuine) => withField(withField(genuine, '1'), '2'),
      must,
    ),
    row(
      'prototype-key',
      'an object with the key __proto__',
      (genuine) => withField(genuine, '{"isAdmin":true}', '__proto__'),
      must,
    ),
    row(
      'constructor-key',
      'an object with the key constructor',
      (genuine) => withField(genuine, '{"prototype":{"isAdmin":true}}', 'constructor'),
      must,
    ),
    row(
      'lone-surrogate',
      'a text with half a surrogate pair',
      (genuine) => withField(genuine, '"\\ud800"'),
      must,
    ),
    row(
      'huge-number',
      'a number beyond every integer',
      (genuine) => withField(genuine, '123456789012345678901234567890'),
      must,
    ),
  ];
}

function contentTypeRows(): CaseRow[] {
  const row = (
    name: string,
    type: string | undefined,
    [severity, expected]: [Severity, Expected],
  ): CaseRow => ({
    name: `content-type-${name}`,
    title: `${expected === 'accepted' ? 'accepts' : 'answers'} a delivery ${type === undefined ? 'without Content-Type' : `with Content-Type: ${type}`}`,
    severity,
    expected,
    sent:
      type === undefined ? 'the delivery without Content-Type' : `the delivery with Content-Type: ${type}`,
    source: HTTP_SEMANTICS,
    changes: {
      headers: (headers: SignedHeader[]) =>
        type === undefined
          ? headers.filter(({ name: header }) => header.toLowerCase() !== 'content-type')
          : replaced(headers, 'content-type', () => type),
    },
  });
  return [
    row('charset', 'application/json; charset=utf-8', ['must', 'accepted']),
    row('upper-case', 'Application/JSON', ['should', 'accepted']),
    row('text', 'text/plain', ['must', 'answered']),
    row('form', 'application/x-www-form-urlencoded', ['must', 'answered']),
    row('multipart', 'multipart/form-data', ['must', 'answered']),
    row('other-charset', 'application/json; charset=utf-16', ['must', 'answered']),
    row('none', undefined, ['must', 'answered']),
  ];
}

function requestRows(): CaseRow[] {
  const other = (method: string): CaseRow => ({
    name: `method-${method.toLowerCase()}`,
    title: `does not take a ${method} for a delivery`,
    severity: 'note',
    expected: 'refused',
    sent: `a ${method} request with the headers of the delivery`,
    why: 'Browsers, crawlers and monitors call every URL they find.',
    source: HTTP_SEMANTICS,
    changes: { method, ...(method === 'GET' && { sentBody: () => new Uint8Array() }) },
  });
  return [
    other('GET'),
    other('PUT'),
    other('DELETE'),
    {
      name: 'more-headers',
      title: 'accepts a delivery with headers that it does not know',
      severity: 'must',
      expected: 'accepted',
      sent: 'the delivery with 40 headers more, as proxies and tracing add them',
      source: HTTP_SEMANTICS,
      changes: {
        headers: (headers) => [
          ...headers,
          { name: 'traceparent', value: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
          { name: 'X-Forwarded-For', value: '203.0.113.7, 198.51.100.2' },
          ...Array.from({ length: 38 }, (_, index) => ({ name: `X-Added-${index}`, value: 'by a proxy' })),
        ],
      },
    },
    {
      name: 'other-user-agent',
      title: 'accepts a delivery from another User-Agent',
      severity: 'should',
      expected: 'accepted',
      sent: 'the delivery with the User-Agent Webhooks/2.0',
      why: 'Anyone can write this header, and providers change it without notice: it proves nothing.',
      changes: { headers: (headers) => replaced(headers, 'user-agent', () => 'Webhooks/2.0') },
    },
    {
      name: 'slow-body',
      title: 'accepts a delivery whose body comes slowly',
      severity: 'should',
      expected: 'accepted',
      sent: `the delivery, its last byte held back for ${SLOW_BODY_MS} ms`,
      why: 'Networks stall. A receiver that reads what is there and takes it for the whole body refuses genuine deliveries.',
      changes: {},
    },
  ];
}
