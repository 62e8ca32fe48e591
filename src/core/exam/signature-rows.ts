import type { CaseRow } from './case-table.ts';
import type { ExamSubject } from './exam-subject.ts';

/** Values of the signature header that prove nothing. */
export function signatureRows({ shape }: ExamSubject): CaseRow[] {
  if (shape === undefined) return [];
  const start = shape.prefix;
  const row = (
    name: string,
    title: string,
    sent: string,
    signature: (right: string) => string,
    severity: CaseRow['severity'] = 'must',
  ): CaseRow => ({ name, title, severity, expected: 'refused', sent, changes: { signature } });
  // Of a base64 value the last characters may stand for no byte at all, so the change is made at the start.
  const flipped = (right: string) => {
    const at = start.length;
    return `${right.slice(0, at)}${right[at] === 'a' ? 'b' : 'a'}${right.slice(at + 1)}`;
  };
  return [
    row(
      'flipped-signature',
      'refuses a signature with one wrong character',
      'the delivery with the first character of the signature changed',
      flipped,
    ),
    row(
      'half-signature',
      'refuses half a signature',
      'the delivery with the second half of the signature cut off',
      (right) => right.slice(0, start.length + Math.floor((right.length - start.length) / 2)),
    ),
    row(
      'short-signature',
      'refuses the first characters of a signature',
      'the delivery with the first four characters of the signature',
      (right) => right.slice(0, start.length + 4),
    ),
    row(
      'cut-signature',
      'refuses a signature that lacks its last characters',
      'the delivery with the last four characters of the signature cut off',
      (right) => right.slice(0, -4),
    ),
    ...(start === ''
      ? []
      : [
          row(
            'bare-prefix',
            `refuses '${start}' without a signature behind it`,
            `the delivery with the signature '${start}'`,
            () => start,
          ),
        ]),
    row(
      'extended-signature',
      'refuses a signature with characters behind its end',
      'the delivery with characters added to the signature',
      (right) => `${right}ab`,
      'should',
    ),
    row(
      'garbage-signature',
      'refuses text that is no signature',
      'the delivery with the words "not-a-signature" as signature',
      () => 'not-a-signature',
    ),
    row(
      'non-ascii-signature',
      'refuses a signature with characters that no encoding has',
      'the delivery with é, ÿ and £ as signature',
      () => `${start}éÿ£`,
    ),
    row(
      'long-signature',
      'refuses a signature of 8 KiB',
      'the delivery with 8192 characters as signature',
      () => start + 'a'.repeat(8192),
    ),
    row(
      'many-signatures',
      'refuses a hundred wrong signatures',
      'the delivery with a list of a hundred wrong signatures',
      (right) =>
        Array.from({ length: 100 }, () => flipped(right))
          .join(shape.separator ?? ' ')
          .slice(0, 10_000),
    ),
    row(
      'other-encoding',
      `refuses a signature in another encoding than ${shape.encoding}`,
      `the right signature, but ${shape.encoding === 'hex' ? 'in base64' : 'in hex'}`,
      (right) => start + reencoded(right.slice(start.length), shape.encoding),
      'should',
    ),
  ];
}

function reencoded(value: string, encoding: 'hex' | 'base64' | 'base64url'): string {
  return Buffer.from(value, encoding).toString(encoding === 'hex' ? 'base64' : 'hex');
}
