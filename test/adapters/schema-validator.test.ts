import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';
import { createValidator } from '../../src/adapters/schema-validator.ts';
import type { Json } from '../../src/core/json.ts';
import { ACME, PAID, PAID_FLAT, type PackFiles, writeAcmePack } from '../helpers/acme-pack.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';

async function validator(t: TestContext, changes: PackFiles = {}) {
  const packs = await loadProviderPacks([writeAcmePack(temporaryFolder(t), changes)]);
  const pack = packs.find(({ manifest }) => manifest.id === 'acme');
  assert.ok(pack);
  const validate = createValidator();
  return (eventType: string, document: Json) => validate(pack, eventType, document);
}

describe('createValidator', () => {
  it('accepts each format of an event type by its own schema', async (t) => {
    const validate = await validator(t);
    assert.deepEqual(await validate('order/paid', PAID), { state: 'valid', warnings: [] });
    assert.deepEqual(await validate('order/paid', PAID_FLAT), { state: 'valid', warnings: [] });
  });

  it('reports every error of the format that was most likely meant, with its place', async (t) => {
    const validate = await validator(t);
    assert.deepEqual(
      await validate('order/paid', { ...PAID, id: 7, order: { status: 'paid', currency: 'EUR' } }),
      {
        state: 'invalid',
        errors: [
          { pointer: '/id', message: 'must be string; is 7' },
          { pointer: '/order', message: 'lacks "id"' },
        ],
        warnings: [],
      },
    );
    const check = await validate('order/paid', { type: 'order/paid', id: 7, order_id: 8 });
    assert.deepEqual(check.state === 'invalid' && check.errors, [
      { pointer: '/order_id', message: 'must be string; is 8' },
    ]);
    const refund = await validate('refund.made', { amount: 1.5 });
    assert.deepEqual(refund.state === 'invalid' && refund.errors, [
      { pointer: '/amount', message: 'must be integer; is 1.5' },
    ]);
  });

  const order = { id: 'A-1001', status: 'paid', currency: 'EUR' };
  it('only warns of a new value of a list, and of a field that is newer, where the manifest is lenient', async (t) => {
    const validate = await validator(t);
    assert.deepEqual(await validate('order/paid', { ...PAID, order: { ...order, status: 'pledged' } }), {
      state: 'valid',
      warnings: [{ pointer: '/order/status', message: 'must be one of "paid", "partly-paid"; is "pledged"' }],
    });
    assert.deepEqual(await validate('order/paid', { ...PAID, order: { id: 'A-1001', status: 'paid' } }), {
      state: 'valid',
      warnings: [{ pointer: '/order', message: 'lacks "currency"' }],
    });
  });

  it('still refuses what is missing and was always there', async (t) => {
    const validate = await validator(t, { 'schemas/order%2Fpaid@flat.json': undefined });
    const check = await validate('order/paid', { ...PAID, order: { status: 'pledged' } });
    assert.deepEqual(check, {
      state: 'invalid',
      errors: [{ pointer: '/order', message: 'lacks "id"' }],
      warnings: [
        { pointer: '/order', message: 'lacks "currency"' },
        { pointer: '/order/status', message: 'must be one of "paid", "partly-paid"; is "pledged"' },
      ],
    });
  });

  it('takes both for errors where the manifest is not lenient', async (t) => {
    const { lenient: _, ...strict } = ACME;
    const validate = await validator(t, {
      'provider.json': strict,
      'schemas/order%2Fpaid@flat.json': undefined,
    });
    const check = await validate('order/paid', { ...PAID, order: { id: 'A-1001', status: 'pledged' } });
    assert.equal(check.state === 'invalid' && check.errors.length, 2);
  });

  it('says that there is no schema', async (t) => {
    const validate = await validator(t);
    assert.deepEqual(await validate('order/lost', {}), { state: 'no-schema' });
  });

  const broken: { name: string; schema: unknown }[] = [
    { name: 'has a wrong type', schema: { type: 'text' } },
    { name: 'refers to nothing', schema: { $ref: '#/$defs/gone' } },
    { name: 'refers to the network', schema: { $ref: 'https://schemas.example/order.json' } },
    { name: 'is of another draft', schema: { $schema: 'http://json-schema.org/draft-04/schema#' } },
    { name: 'is null', schema: 'null' },
  ];
  for (const { name, schema } of broken) {
    it(`names a schema that ${name}`, async (t) => {
      const validate = await validator(t, { 'schemas/refund.made.json': schema });
      await assert.rejects(validate('refund.made', {}), {
        kind: 'invalid-manifest',
        message: 'the schema of refund.made cannot be used',
      });
    });
  }

  it('lets two formats carry the same $id', async (t) => {
    const schema = { $id: 'https://schemas.example/order.json', type: 'object', required: ['order'] };
    const validate = await validator(t, {
      'schemas/order%2Fpaid.json': schema,
      'schemas/order%2Fpaid@flat.json': schema,
    });
    assert.equal((await validate('order/paid', PAID)).state, 'valid');
  });

  const tree = { $ref: '#/$defs/node', $defs: { node: { type: 'array', items: { $ref: '#/$defs/node' } } } };
  it('survives a document of 100,000 levels, also with a schema that follows it down', async (t) => {
    const validate = await validator(t, { 'schemas/refund.made.json': tree });
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json;
    const check = await validate('refund.made', deep);
    assert.match(
      check.state === 'invalid' ? (check.errors[0]?.message ?? '') : check.state,
      /^cannot be checked: /,
    );
    const flat = await validate('order/paid', deep);
    assert.equal(flat.state, 'invalid');
  });

  it('is not misled by keys that every object inherits', async (t) => {
    const validate = await validator(t);
    const document = JSON.parse('{"__proto__":{"amount":1},"constructor":{"amount":1}}') as Json;
    assert.equal((await validate('refund.made', document)).state, 'invalid');
    assert.deepEqual(await validate('constructor', document), { state: 'no-schema' });
  });

  it('names a hundred of the many places where a hostile body departs from its schema', async (t) => {
    const validate = await validator(t, {
      'schemas/refund.made.json': { type: 'array', items: { type: 'object' } },
    });
    const check = await validate('refund.made', Array<Json>(200_000).fill(1));
    const errors = check.state === 'invalid' ? check.errors : [];
    assert.equal(errors.length, 101);
    assert.deepEqual(errors.at(-1), { pointer: '', message: 'and 199900 more' });
  });

  it('does not show more of a value than fits a line', async (t) => {
    const validate = await validator(t);
    const check = await validate('refund.made', { amount: 'x'.repeat(10_000) });
    assert.ok(check.state === 'invalid' && check.errors.every(({ message }) => message.length < 120));
  });
});
