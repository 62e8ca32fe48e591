import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EventChoice, ProviderPack } from '../../../src/core/catalogue.ts';
import type { Delivery } from '../../../src/core/delivery.ts';
import { eventFileName } from '../../../src/core/event-file-name.ts';
import type { EventSample } from '../../../src/core/exam/coverage-cases.ts';
import type { ExamCase } from '../../../src/core/exam/exam-case.ts';
import { baselineCase, examCases } from '../../../src/core/exam/exam-cases.ts';
import { createSubject, type ExamSubject } from '../../../src/core/exam/exam-subject.ts';
import { seededRandom } from '../../../src/core/identifiers.ts';
import { parseJsonBytes } from '../../../src/core/json.ts';
import type { SchemeParameters } from '../../../src/core/signing/scheme.ts';
import { createScheme } from '../../../src/core/signing/schemes.ts';
import { packs } from '../../helpers/bundled-packs.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const moment = () => ({ eventAt: NOW, signedAt: NOW, random: seededRandom('a test') });
const SECRETS: Record<string, string> = {
  'standard-webhooks': 'whsec_dGhlLXNlY3JldC1vZi10aGUtb3JkZXJzLXRlYW0=',
  svix: 'whsec_dGhlLXNlY3JldC1vZi10aGUtb3JkZXJzLXRlYW0=',
  basic: 'orders:correct horse',
};
// What proves a sender besides the providers' own schemes; each is examined with the events of one provider.
const OTHER_SCHEMES: SchemeParameters[] = [
  { scheme: 'stripe' },
  { scheme: 'github' },
  { scheme: 'slack' },
  { scheme: 'shopify' },
  { scheme: 'svix' },
  { scheme: 'token' },
  { scheme: 'bearer' },
  { scheme: 'basic' },
  {
    scheme: 'hmac-sha256',
    signatureHeader: 'X-Signature',
    signatureContent: '{id}:{timestamp}:{body}',
    timestampHeader: 'X-Time',
    idHeader: 'X-Id',
    timestampUnit: 'milliseconds',
  },
];

function samplesOf(pack: ProviderPack): EventSample[] {
  return Object.entries(pack.manifest.events).flatMap(([eventType, event]) =>
    [undefined, ...(pack.variants[eventType] ?? [])].map((variant) => {
      const choice: EventChoice = { pack, eventType, event, ...(variant !== undefined && { variant }) };
      return {
        choice,
        example: readFileSync(join(pack.directory, 'events', eventFileName(eventType, variant))),
      };
    }),
  );
}

function subjectOf(
  pack: ProviderPack,
  parameters: SchemeParameters,
  url = 'http://localhost:3000/',
): ExamSubject {
  const scheme = createScheme(parameters);
  const [sample] = samplesOf(pack);
  assert.ok(sample);
  const secret = SECRETS[scheme.id] ?? 'the-secret-of-the-orders-team';
  return createSubject(
    {
      ...sample,
      pack,
      isVerbatim: false,
      fresh: pack.manifest.fresh,
      edits: [],
      scheme,
      secrets: scheme.needsSecret ? [scheme.parseSecret(secret)] : [],
      url,
      headers: [],
      userAgent: 'hooks/test',
    },
    parameters,
  );
}

function isGenuine({ plan }: ExamSubject, { headers, body }: Delivery): boolean {
  return plan.scheme.verify(
    {
      headers: headers.map(({ name, value }) => [name, value] as const),
      body,
      nowSeconds: NOW.getTime() / 1000,
    },
    plan.secrets,
  ).ok;
}

const signed = packs.filter(
  ({ manifest }) => manifest.signing.value !== undefined && manifest.signing.value.scheme !== 'none',
);
const [first] = signed;
assert.ok(first);
const subjects = [
  ...signed.map((pack) => subjectOf(pack, pack.manifest.signing.value ?? { scheme: 'none' })),
  ...OTHER_SCHEMES.map((parameters) => subjectOf(first, parameters)),
];
const nameOf = ({ plan }: ExamSubject) => `${plan.pack.manifest.id} with ${plan.scheme.id}`;
const casesOf = (subject: ExamSubject) => [
  baselineCase(subject),
  ...examCases(subject, samplesOf(subject.plan.pack)),
];

describe('the cases of the examiner', () => {
  it('are at least 60 for every signed provider, without those of its event types', () => {
    assert.ok(signed.length >= 2);
    for (const pack of signed) {
      const subject = subjectOf(pack, pack.manifest.signing.value ?? { scheme: 'none' });
      const cases = casesOf(subject).filter(({ group }) => group !== 'coverage');
      assert.ok(cases.length >= 60, `${pack.manifest.id}: ${cases.length}`);
    }
  });

  for (const subject of subjects) {
    it(`have names of their own: ${nameOf(subject)}`, () => {
      const ids = casesOf(subject).map(({ id }) => id);
      assert.deepEqual(
        ids.filter((id, index) => ids.indexOf(id) !== index),
        [],
      );
      for (const { id, group } of casesOf(subject)) assert.ok(id.startsWith(`${group}/`), id);
    });

    it(`agree with our own verification on what is genuine: ${nameOf(subject)}`, () => {
      const wrong = casesOf(subject)
        .filter(({ group }) => group === 'authenticity' || group === 'baseline')
        .filter(({ expected }) => expected !== 'answered')
        .flatMap((one) =>
          one
            .deliveries(moment())
            .flatMap((delivery, index) =>
              isGenuine(subject, delivery) === (one.expected === 'accepted') ? [] : [`${one.id} #${index}`],
            ),
        );
      // Schemes that say nothing of the future accept it; a receiver had better not.
      const lenient = ['authenticity/hour-ahead #0', 'authenticity/year-ahead #0'];
      const { covers, tolerance } = subject.plan.scheme;
      assert.deepEqual(wrong, covers.timestamp && tolerance.futureSeconds === null ? lenient : []);
    });

    it(`sign what is to be accepted or answered outside of authenticity: ${nameOf(subject)}`, () => {
      const unsigned = casesOf(subject)
        .filter(({ group, id }) => group !== 'authenticity' && !id.startsWith('robustness/method-'))
        .flatMap((one) =>
          one.deliveries(moment()).every((delivery) => isGenuine(subject, delivery)) ? [] : [one.id],
        );
      assert.deepEqual(unsigned, []);
    });
  }

  it('say for every case what is sent, what is expected and why', () => {
    for (const one of subjects.flatMap(casesOf)) {
      for (const text of [one.title, one.why, one.sent]) assert.match(text, /\w{3}/, one.id);
    }
  });

  it('cover every event type and variant of every provider', () => {
    for (const pack of packs) {
      const subject = subjectOf(pack, { scheme: 'none' });
      const covered = casesOf(subject).filter(({ group }) => group === 'coverage');
      assert.equal(covered.length, samplesOf(pack).length);
    }
  });

  it('ask for the token of the URL where nothing is signed', () => {
    const [pack] = packs.filter(({ manifest }) => manifest.signing.value?.scheme === 'none');
    assert.ok(pack);
    const subject = subjectOf(pack, { scheme: 'none' }, 'http://localhost:3000/hooks?token=correct-horse');
    const urls = new Map(
      casesOf(subject)
        .filter(({ group }) => group === 'authenticity')
        .map((one) => [one.id, one.deliveries(moment())[0]?.url]),
    );
    assert.deepEqual(Object.fromEntries(urls), {
      'authenticity/missing-url-token': 'http://localhost:3000/hooks',
      'authenticity/empty-url-token': 'http://localhost:3000/hooks?token=',
      'authenticity/wrong-url-token': 'http://localhost:3000/hooks?token=xesroh-tcerroc',
      'authenticity/cut-url-token': 'http://localhost:3000/hooks?token=correc',
      'authenticity/extended-url-token': 'http://localhost:3000/hooks?token=correct-horsea',
    });
  });

  it('give two events of one thing where they come in the wrong order', () => {
    for (const pack of packs.filter(({ manifest }) => manifest.succession)) {
      const { succession } = pack.manifest;
      const one = findCase(subjectOf(pack, { scheme: 'none' }), 'semantics/late-event-changes-nothing');
      const [newer, older] = one.deliveries(moment());
      assert.equal(newer?.eventType, succession?.newer.eventType);
      assert.equal(older?.eventType, succession?.older.eventType);
    }
  });

  it('change nothing but what they name: the unknown event type', () => {
    const subject = subjects[0];
    assert.ok(subject);
    const [delivery] = findCase(subject, 'robustness/unknown-event-type').deliveries(moment());
    const parsed = parseJsonBytes(delivery?.body ?? new Uint8Array());
    assert.ok('value' in parsed);
    assert.match(JSON.stringify(parsed.value), /EVENT_TYPE_ADDED_NEXT_YEAR/);
  });
});

function findCase(subject: ExamSubject, id: string): ExamCase {
  const found = casesOf(subject).find((one) => one.id === id);
  assert.ok(found, id);
  return found;
}
