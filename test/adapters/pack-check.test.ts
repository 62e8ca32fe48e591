import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPack } from '../../src/adapters/pack-check.ts';
import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';
import { ACME, PAID, type PackFiles, REFUND, writeAcmePack } from '../helpers/acme-pack.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';

describe('checkPack', () => {
  const events = {
    ...ACME.events,
    'refund.made': { ...ACME.events['refund.made'], variants: { large: { description: 'A large one.' } } },
  };
  const rows: { name: string; changes: PackFiles; problems: RegExp[] }[] = [
    { name: 'finds nothing wrong with a folder that is complete', changes: {}, problems: [] },
    {
      name: 'names an event type without a schema',
      changes: { 'schemas/refund.made.json': undefined },
      problems: [/^refund\.made: no schema$/],
    },
    {
      name: 'names an event type without a sample',
      changes: { 'events/refund.made.json': undefined },
      problems: [/^refund\.made: cannot read refund\.made\.json/],
    },
    {
      name: 'names a variant that is described and has no sample',
      changes: { 'provider.json': { ...ACME, events } },
      problems: [/^refund\.made@large: described, but has no sample$/],
    },
    {
      name: 'names a sample that departs from its schema',
      changes: { 'events/refund.made.json': { ...REFUND, amount: 'all' } },
      problems: [/^refund\.made: \/amount must be integer; is "all"$/],
    },
    {
      name: 'names a sample that is not JSON',
      changes: { 'events/refund.made.json': '{"amount":' },
      problems: [/^refund\.made: the body is not JSON/],
    },
    {
      name: 'names a sample that carries another event type',
      changes: { 'events/order%2Fpaid@flat.json': { ...PAID, type: 'order/lost', order_id: 'A-1001' } },
      problems: [/^order\/paid@flat: carries the event type "order\/lost"$/],
    },
    {
      name: 'names a schema that is not JSON, and goes on',
      changes: { 'schemas/order%2Fpaid.json': '{', 'schemas/refund.made.json': undefined },
      problems: [
        /^order\/paid: .*is not JSON/,
        /^order\/paid@flat: .*is not JSON/,
        /^refund\.made: no schema$/,
      ],
    },
    {
      name: 'names a schema that cannot be used, and goes on',
      changes: { 'schemas/refund.made.json': { type: 'text' }, 'events/order%2Fpaid.json': undefined },
      problems: [/^order\/paid: cannot read/, /^refund\.made: the schema of refund\.made cannot be used/],
    },
    {
      name: 'names a scheme that does not exist, and goes on',
      changes: {
        'provider.json': { ...ACME, signing: { value: { scheme: 'rot13' }, confidence: 'assumed' } },
        'schemas/refund.made.json': undefined,
      },
      problems: [/^signing: .*rot13/, /^refund\.made: no schema$/],
    },
  ];
  for (const { name, changes, problems } of rows) {
    it(name, async (t) => {
      const packs = await loadProviderPacks([writeAcmePack(temporaryFolder(t), changes)]);
      const pack = packs.find(({ manifest }) => manifest.id === 'acme');
      assert.ok(pack);
      const found = await checkPack(pack);
      assert.equal(found.length, problems.length, found.join('\n'));
      for (const [index, problem] of problems.entries()) assert.match(found[index] ?? '', problem);
    });
  }
});
