import { createScheme } from '../signing/schemes.ts';
import { asEscape, pretty, rewrite, withField } from './body-edits.ts';
import { type CaseRow, casesFrom } from './case-table.ts';
import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import { listRows, repeatRows } from './list-rows.ts';
import { HTTP_SEMANTICS } from './sources.ts';

/** Genuine deliveries in forms that a hasty verification refuses. */
export function acceptanceCases(subject: ExamSubject): ExamCase[] {
  const { shape, plan } = subject;
  if (!plan.scheme.needsSecret) return [];
  const table = {
    group: 'authenticity',
    why: 'This is genuine. A receiver that refuses it loses an event, and too many refusals switch the endpoint off.',
    source: sourceOf(subject, plan.pack.manifest.signing),
  } as const;
  return casesFrom(subject, table, [
    ...headerFormRows(),
    ...(shape ? [...byteRows(), ...listRows(subject), ...repeatRows(subject)] : []),
    ...alternativeRows(subject),
  ]);
}

function headerFormRows(): CaseRow[] {
  const common = { severity: 'must', expected: 'accepted', source: HTTP_SEMANTICS } as const;
  const why = 'Header names have no case: proxies and HTTP/2 change it.';
  return [
    {
      ...common,
      name: 'lower-case-headers',
      title: 'accepts header names in lower case',
      sent: 'the delivery with all header names in lower case',
      why,
      changes: {
        headers: (headers) => headers.map((header) => ({ ...header, name: header.name.toLowerCase() })),
      },
    },
    {
      ...common,
      name: 'upper-case-headers',
      title: 'accepts header names in upper case',
      sent: 'the delivery with all header names in upper case',
      why,
      changes: {
        headers: (headers) => headers.map((header) => ({ ...header, name: header.name.toUpperCase() })),
      },
    },
  ];
}

/** Bodies that JSON.parse and JSON.stringify would change. */
function byteRows(): CaseRow[] {
  const row = (name: string, what: string, body: (genuine: Uint8Array) => Uint8Array): CaseRow => ({
    name,
    title: `accepts ${what}`,
    severity: 'must',
    expected: 'accepted',
    sent: `the delivery with ${what}, signed over exactly these bytes`,
    why: 'The signature is made over the bytes on the wire. A receiver that parses first and verifies what it writes again refuses genuine deliveries.',
    changes: { body },
  });
  return [
    row('spaced-body', 'a body with line breaks and indents', pretty),
    row('escaped-body', 'a body with characters written as \\u escapes', (genuine) =>
      rewrite(genuine, (text) => text.replaceAll('/', '\\/').replace(/[^\x00-\x7f]/g, asEscape)),
    ),
    row('raw-unicode-body', 'a body with characters outside ASCII', (genuine) =>
      withField(genuine, '"Zoë 東京 🚀"'),
    ),
    row('number-form-body', 'a body with the number 1.0', (genuine) => withField(genuine, '1.0')),
    row('newline-body', 'a body that ends with a line break', (genuine) =>
      rewrite(genuine, (text) => `${text}\n`),
    ),
  ];
}

/** The same signature in another scheme that the provider may use. */
function alternativeRows({ plan }: ExamSubject): CaseRow[] {
  const { manifest } = plan.pack;
  if (plan.scheme.id !== manifest.signing.value?.scheme) return [];
  return Object.entries(manifest.signingAlternatives ?? {}).flatMap(([name, fact]): CaseRow[] => {
    if (fact.value === undefined) return [];
    const alternative = createScheme(fact.value);
    // Only where it signs the same message under other header names.
    if (alternative.headerNames.length !== plan.scheme.headerNames.length) return [];
    const renamed = new Map(
      plan.scheme.headerNames.map((own, index) => [own, alternative.headerNames[index] ?? own]),
    );
    return [
      {
        name: `alternative-${name}`,
        title: `accepts the header names of the scheme ${name}`,
        severity: 'note',
        expected: 'accepted',
        sent: `the delivery with the headers ${alternative.headerNames.join(', ')}`,
        why: fact.note ?? 'The provider may send these as well.',
        changes: {
          headers: (headers) =>
            headers.map((header) => ({ ...header, name: renamed.get(header.name) ?? header.name })),
        },
      },
    ];
  });
}
