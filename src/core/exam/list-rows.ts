import type { CaseRow } from './case-table.ts';
import type { ExamSubject } from './exam-subject.ts';
import { replaced } from './header-edits.ts';

/** Rotation: several signatures in one header. */
export function listRows({ shape }: ExamSubject): CaseRow[] {
  const separator = shape?.separator;
  if (shape === undefined || separator === undefined) return [];
  const { prefix } = shape;
  const join = (...signatures: string[]) => signatures.join(separator);
  const wrong = (right: string) =>
    prefix + [...right.slice(prefix.length)].reverse().join('').replace(/^=+/, 'AAA');
  const unknown = (right: string) => prefix.replace(/\d+/, '9') + right.slice(prefix.length);
  const accepted = { severity: 'must', expected: 'accepted' } as const;
  const why =
    'While a secret is replaced, the sender signs with both: a receiver looks at every signature of a version that it knows, wherever it stands.';
  const hasVersion = /\d/.test(prefix);
  const rows: CaseRow[] = [
    {
      ...accepted,
      name: 'rotation-second',
      title: 'accepts a list whose second signature is the right one',
      sent: 'a list of two signatures, the second one right',
      why,
      changes: { signature: (right) => join(wrong(right), right) },
    },
    {
      ...accepted,
      name: 'rotation-first',
      title: 'accepts a list whose first signature is the right one',
      sent: 'a list of two signatures, the first one right',
      why,
      changes: { signature: (right) => join(right, wrong(right)) },
    },
    {
      ...accepted,
      name: 'rotation-last-of-ten',
      severity: 'should',
      title: 'accepts a list of ten signatures whose last is the right one',
      sent: 'a list of ten signatures, the last one right',
      why,
      changes: { signature: (right) => join(...Array.from({ length: 9 }, () => wrong(right)), right) },
    },
    {
      name: 'list-of-wrong',
      title: 'refuses a list of wrong signatures',
      severity: 'must',
      expected: 'refused',
      sent: 'a list of two wrong signatures',
      why: 'A list is as good as its best signature, no better.',
      changes: { signature: (right) => join(wrong(right), wrong(right)) },
    },
  ];
  if (!hasVersion) return rows;
  return [
    ...rows,
    {
      ...accepted,
      name: 'unknown-version-first',
      title: 'skips a signature of an unknown version and accepts the right one behind it',
      sent: `a list of a signature of the version '${unknown(prefix)}' and the right one`,
      why: 'A new version is introduced beside the old one: what is not known is skipped.',
      changes: { signature: (right) => join(unknown(right), right) },
    },
    {
      ...accepted,
      name: 'unknown-version-last',
      title: 'accepts the right signature and skips one of an unknown version behind it',
      sent: `a list of the right signature and one of the version '${unknown(prefix)}'`,
      why: 'A new version is introduced beside the old one: what is not known is skipped.',
      changes: { signature: (right) => join(right, unknown(right)) },
    },
    {
      name: 'unknown-version',
      title: 'refuses a signature of an unknown version',
      severity: 'must',
      expected: 'refused',
      sent: `the right signature under the version '${unknown(prefix)}'`,
      why: 'Nobody knows how that version is verified. A receiver that ignores the version lets a weaker one in later.',
      changes: { signature: unknown },
    },
    {
      name: 'version-zero',
      title: 'refuses a signature of version 0',
      severity: 'must',
      expected: 'refused',
      sent: `the right signature under the version '${prefix.replace(/\d+/, '0')}'`,
      why: 'Nobody knows how that version is verified. A receiver that ignores the version lets a weaker one in later.',
      changes: { signature: (right) => prefix.replace(/\d+/, '0') + right.slice(prefix.length) },
    },
  ];
}

/** Headers that must be single, twice: no right receiver has to accept them, none may fall over them. */
export function repeatRows({ shape }: ExamSubject): CaseRow[] {
  if (shape === undefined) return [];
  const fields = [
    // The official libraries read the first of two times, which does no harm as long as it is the one that was signed.
    { part: 'timestamp', name: shape.timestampField?.name, severity: 'note' },
    { part: 'id', name: shape.idField?.name, severity: 'should' },
  ] as const;
  const why = 'Of two values nobody knows which one was verified and which one is used.';
  const rows = fields.flatMap(({ part, name, severity }): CaseRow[] =>
    name === undefined
      ? []
      : [
          {
            name: `repeated-${part}`,
            title: `refuses two headers ${name}`,
            severity,
            expected: 'refused',
            sent: `the delivery with ${name} twice, the second with another value`,
            why,
            changes: {
              headers: (headers) => [
                ...headers,
                ...replaced(headers, name, (value) => `${value}1`).filter((header) => header.name === name),
              ],
            },
          },
        ],
  );
  const { name } = shape.signatureField;
  return [
    ...rows,
    {
      name: 'repeated-signature',
      title: `answers a delivery with two headers ${name}, whatever it thinks of it`,
      severity: 'must',
      expected: 'answered',
      sent: `the delivery with ${name} twice: first wrong, then right`,
      why: 'To refuse it and to read it as a list are both right, to fail is not: that can be provoked by anyone.',
      changes: { headers: (headers) => [...wrongFirst(headers, name)] },
    },
    {
      name: 'repeated-wrong-signature',
      title: `refuses two headers ${name} that are both wrong`,
      severity: 'must',
      expected: 'refused',
      sent: `the delivery with ${name} twice, both wrong`,
      why,
      changes: {
        headers: (headers) =>
          replaced(
            [...headers, ...headers.filter((header) => header.name === name)],
            name,
            (value) => `${value.slice(0, -6)}aaaaaa`,
          ),
      },
    },
  ];
}

function wrongFirst<T extends { name: string; value: string }>(headers: T[], name: string): T[] {
  const at = headers.findIndex((header) => header.name === name);
  const right = headers[at];
  return right ? headers.toSpliced(at, 0, { ...right, value: `${right.value.slice(0, -6)}aaaaaa` }) : headers;
}
