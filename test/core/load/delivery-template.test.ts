import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readExample } from '../../../src/adapters/provider-packs.ts';
import type { EventChoice } from '../../../src/core/catalogue.ts';
import { seededRandom } from '../../../src/core/identifiers.ts';
import { prepareDeliveries, slowly } from '../../../src/core/load/delivery-template.ts';
import type { OutgoingPlan } from '../../../src/core/outgoing.ts';
import { chooseScheme } from '../../../src/core/provider-scheme.ts';
import { packs } from '../../helpers/bundled-packs.ts';
import { bytes } from '../../helpers/test-bytes.ts';

const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const TIMES = ['2026-11-20T08:00:00.000Z', '2026-11-20T08:00:00.000Z', '2031-01-02T23:59:59.999Z'];

const choices = packs.flatMap((pack) =>
  Object.entries(pack.manifest.events).flatMap(([eventType, event]): EventChoice[] => [
    { pack, eventType, event },
    ...(pack.variants[eventType] ?? []).map((variant) => ({ pack, eventType, event, variant })),
  ]),
);

async function planFor(choice: EventChoice, changes: Partial<OutgoingPlan> = {}): Promise<OutgoingPlan> {
  const { scheme } = chooseScheme(choice.pack, {});
  return {
    choice,
    example: await readExample(choice),
    isVerbatim: false,
    fresh: choice.pack.manifest.fresh,
    edits: [],
    scheme,
    secrets: [scheme.parseSecret(SECRET)],
    url: 'http://localhost:3000/',
    headers: [],
    userAgent: 'hooks/1',
    ...changes,
  };
}

/** The same deliveries, one after the other, as those that are made from the plan each time. */
function assertSame(plan: OutgoingPlan, name: string): void {
  const { make, isFast } = prepareDeliveries(plan);
  assert.equal(isFast, true, `${name} is made slowly`);
  const slow = slowly(plan);
  const [one, other] = [seededRandom('same'), seededRandom('same')];
  for (const time of TIMES) {
    const [prepared, made] = [make(new Date(time), one), slow(new Date(time), other)];
    assert.deepEqual(
      { ...prepared, body: Buffer.from(prepared.body).toString() },
      { ...made, body: Buffer.from(made.body).toString() },
      name,
    );
  }
}

describe('prepareDeliveries', () => {
  it('makes of every event what is sent otherwise, but fast', async () => {
    for (const choice of choices) assertSame(await planFor(choice), `${choice.eventType}@${choice.variant}`);
  });

  it('does so with edits, headers of one’s own and a body of one’s own', async () => {
    const [choice] = choices.filter(({ pack }) => pack.manifest.id === 'incident-io');
    assert.ok(choice);
    const set = (path: string, value: string) => ({ kind: 'set', path, value }) as const;
    assertSame(
      await planFor(choice, { edits: [set('note', 'ü "quoted" 😀'), set('other.deep', 'x')] }),
      'edits',
    );
    const headers = [
      { name: 'webhook-signature', value: 'mine' },
      { name: 'User-Agent', value: '' },
      { name: 'X-Own', value: '1' },
    ];
    assertSame(await planFor(choice, { headers }), 'headers');
    assertSame(await planFor(choice, { secrets: [] }), 'unsigned');
    const own = { example: bytes('{"a": 1}\n'), isVerbatim: true };
    assertSame(await planFor(choice, own), 'a body of its own');
    assertSame(await planFor(choice, { ...own, example: new Uint8Array([0xff, 0]) }), 'no JSON');
  });

  it('signs each delivery anew', async () => {
    const [choice] = choices.filter(({ pack }) => pack.manifest.id === 'incident-io');
    assert.ok(choice);
    const plan = await planFor(choice);
    const { make } = prepareDeliveries(plan);
    const random = seededRandom('each');
    const made = Array.from({ length: 3 }, () => make(new Date(), random));
    assert.equal(new Set(made.map(({ id }) => id)).size, 3);
    for (const { fields, body } of made) {
      const headers = fields.flatMap((name, at): [string, string][] =>
        at % 2 === 0 ? [[name, fields[at + 1] ?? '']] : [],
      );
      const nowSeconds = Math.floor(Date.now() / 1000);
      assert.equal(plan.scheme.verify({ headers, body, nowSeconds }, plan.secrets).ok, true);
    }
  });
});
