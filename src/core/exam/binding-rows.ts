import { pretty } from './body-edits.ts';
import type { CaseRow } from './case-table.ts';
import type { ExamSubject } from './exam-subject.ts';
import { replaced } from './header-edits.ts';

/** Deliveries of which a part was changed behind the back of the signature. */
export function bindingRows(subject: ExamSubject): CaseRow[] {
  const { shape, plan } = subject;
  if (shape === undefined) return [];
  const { covers } = plan.scheme;
  const common = { severity: 'must', expected: 'refused' } as const;
  const rows: CaseRow[] = [
    {
      ...common,
      name: 'changed-body',
      title: 'refuses a body that was changed after it was signed',
      sent: 'the delivery with one letter of the body changed after signing',
      changes: { sentBody: changeLetter },
    },
    {
      ...common,
      name: 'reserialised-body',
      title: 'refuses a body that was written anew after it was signed',
      sent: 'the same JSON with other white space, under the signature of the original',
      why: 'The signature is made over the bytes. A receiver that accepts this verifies what it has parsed and written again, and so refuses genuine deliveries that are written in another way.',
      changes: { sentBody: pretty },
    },
    {
      ...common,
      name: 'added-newline',
      title: 'refuses a body with a line break added after it was signed',
      sent: 'the delivery with a line break added to the body after signing',
      changes: { sentBody: (signed) => Buffer.concat([signed, Buffer.from('\n')]) },
    },
    {
      ...common,
      name: 'emptied-body',
      title: 'refuses an empty body under the signature of another',
      sent: 'the delivery with its body removed after signing',
      changes: { sentBody: () => new Uint8Array() },
    },
  ];
  if (covers.timestamp || covers.id) {
    rows.push({
      ...common,
      name: 'body-only-signature',
      title: `refuses a signature over the body alone, without ${covers.id ? 'id and ' : ''}time`,
      sent: 'a signature made over the body alone',
      why: 'What is not under the signature can be changed: such a delivery can be replayed for ever.',
      changes: { content: '{body}' },
    });
  }
  const { timestampField, idField } = shape;
  if (timestampField) {
    rows.push({
      ...common,
      name: 'changed-timestamp',
      title: 'refuses a timestamp that was changed after it was signed',
      sent: 'a delivery signed an hour ago, with the header set to now',
      why: 'Whoever has recorded a delivery can replay it for ever when the time is not checked against the signature.',
      changes: {
        ageSeconds: 3600,
        headers: (headers) =>
          replaced(headers, timestampField.name, (old) =>
            laterBy(old, shape.timestampUnit === 'seconds' ? 3600 : 3_600_000),
          ),
      },
    });
  }
  if (idField) {
    rows.push({
      ...common,
      name: 'changed-id',
      title: 'refuses an id that was changed after it was signed',
      sent: 'the delivery under another id than the signed one',
      why: 'A receiver that dedupes on an id that anyone can change processes a recorded delivery again.',
      changes: { headers: (headers) => replaced(headers, idField.name, (old) => `${old}x`) },
    });
  }
  return rows;
}

function changeLetter(body: Uint8Array): Uint8Array {
  const changed = Buffer.from(body);
  // Behind the last quote but one stands the end of a value; a letter there leaves the JSON well-formed.
  const at = changed.findLastIndex((byte) => byte >= 0x61 && byte <= 0x79);
  changed[at] = (changed[at] ?? 0x61) + 1;
  return changed;
}

function laterBy(timestamp: string, amount: number): string {
  return String(Number(timestamp) + amount);
}
