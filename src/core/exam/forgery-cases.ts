import { createEd25519Key, SEED_BYTES } from '../signing/ed25519-key.ts';
import { createHmacKey } from '../signing/hmac-key.ts';
import type { ParsedSecret } from '../signing/scheme.ts';
import { asSigningKey } from '../signing/signing-key.ts';
import { bindingRows } from './binding-rows.ts';
import { type CaseRow, casesFrom } from './case-table.ts';
import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import { replaced, without } from './header-edits.ts';
import { signatureRows } from './signature-rows.ts';

const WHY =
  'Anyone on the internet can send this. A receiver that accepts it acts on events that nobody sent.';

// What a secret becomes that was never set, and what stands in examples.
const GUESSABLE = ['', 'undefined', 'null', 'secret', 'test', 'changeme', 'whsec_', 'hooks'];

/** Deliveries that someone without the signing secret can make. */
export function forgeryCases(subject: ExamSubject): ExamCase[] {
  const table = {
    group: 'authenticity',
    why: WHY,
    source: sourceOf(subject, subject.plan.pack.manifest.signing),
  } as const;
  return casesFrom(subject, table, [
    ...credentialRows(subject),
    ...headerRows(subject),
    ...signatureRows(subject),
    ...bindingRows(subject),
  ]);
}

function credentialRows({ plan, shape }: ExamSubject): CaseRow[] {
  const rows: CaseRow[] = [
    {
      name: 'wrong-secret',
      title: 'refuses a delivery signed with another secret',
      severity: 'must',
      expected: 'refused',
      sent: 'the delivery, signed with a random secret',
      changes: { secret: ({ random }) => otherSecret(plan, random(SEED_BYTES), shape) },
    },
    {
      name: 'unsigned',
      title: 'refuses a delivery without any signature header',
      severity: 'must',
      expected: 'refused',
      sent: 'the delivery without the headers of the signature',
      changes: { headers: (headers) => without(headers, plan.scheme.headerNames) },
    },
  ];
  if (shape === undefined) return rows;
  return [
    ...rows,
    {
      name: 'guessable-secret',
      title: 'refuses deliveries signed with secrets that anyone would try first',
      severity: 'must',
      expected: 'refused',
      sent: 'deliveries signed with an empty secret and with words such as "undefined", "null", "secret", "test"',
      why: `${WHY} A secret that was not configured often ends up as one of these.`,
      changes: GUESSABLE.map((text) => ({ secret: () => createHmacKey(Buffer.from(text), shape) })),
    },
  ];
}

/** A secret of the same kind that the receiver does not know. */
function otherSecret(
  { scheme, secrets }: ExamSubject['plan'],
  bytes: Uint8Array,
  shape: ExamSubject['shape'],
): ParsedSecret {
  // In a form that the scheme `basic` takes as well.
  if (shape === undefined) return scheme.parseSecret(`hooks:${Buffer.from(bytes).toString('hex')}`);
  const { prefix } = asSigningKey(secrets[0]);
  return prefix === shape.prefix ? createHmacKey(bytes, shape) : createEd25519Key(bytes, prefix);
}

function headerRows({ shape }: ExamSubject): CaseRow[] {
  if (shape === undefined) return [];
  const fields = [
    { part: 'signature', name: shape.signatureField.name },
    { part: 'timestamp', name: shape.timestampField?.name },
    { part: 'id', name: shape.idField?.name },
  ];
  return fields.flatMap(({ part, name }): CaseRow[] => {
    if (name === undefined) return [];
    const common = { severity: 'must', expected: 'refused' } as const;
    return [
      {
        ...common,
        name: `missing-${part}`,
        title: `refuses a delivery without the header ${name}`,
        sent: `the delivery without ${name}`,
        changes: { headers: (headers) => without(headers, [name]) },
      },
      {
        ...common,
        name: `empty-${part}`,
        title: `refuses a delivery whose header ${name} is empty`,
        sent: `the delivery with an empty ${name}`,
        changes: { headers: (headers) => replaced(headers, name, () => '') },
      },
    ];
  });
}
