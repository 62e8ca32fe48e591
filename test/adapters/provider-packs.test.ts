import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { loadProviderPacks, readExample, readSchemas } from '../../src/adapters/provider-packs.ts';
import type { ProviderPack } from '../../src/core/catalogue.ts';
import type { HooksError } from '../../src/core/errors.ts';
import { ACME, PAID, PAID_FLAT, writeAcmePack } from '../helpers/acme-pack.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';

async function acme(folder: string): Promise<ProviderPack> {
  const pack = (await loadProviderPacks([folder])).find(({ manifest }) => manifest.id === 'acme');
  assert.ok(pack);
  return pack;
}

async function parsedExample(pack: ProviderPack, eventType: string, variant?: string): Promise<unknown> {
  const event = pack.manifest.events[eventType];
  assert.ok(event);
  const bytes = await readExample({ pack, eventType, event, ...(variant !== undefined && { variant }) });
  return JSON.parse(Buffer.from(bytes).toString()) as unknown;
}

describe('loadProviderPacks', () => {
  it('finds the bundled providers by themselves', async () => {
    const packs = await loadProviderPacks();
    assert.ok(packs.length > 0);
    assert.ok(packs.every(({ isBundled }) => isBundled));
    assert.ok(packs.some(({ manifest }) => manifest.id === 'incident-io'));
  });

  it('adds a folder of the user’s own, with the variants that have a sample', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t));
    const pack = await acme(folder);
    assert.equal(pack.isBundled, false);
    assert.equal(pack.directory, folder);
    assert.deepEqual({ ...pack.variants }, { 'order/paid': ['flat'], 'refund.made': [] });
  });

  it('looks into a folder of provider folders', async (t) => {
    const folder = temporaryFolder(t);
    writeAcmePack(join(folder, 'acme'));
    writeAcmePack(join(folder, 'acme-eu'), { 'provider.json': { ...ACME, id: 'acme-eu' } });
    mkdirSync(join(folder, 'notes'));
    writeFileSync(join(folder, 'README.md'), '');
    const own = (await loadProviderPacks([folder])).filter(({ isBundled }) => !isBundled);
    assert.deepEqual(
      own.map(({ manifest }) => manifest.id),
      ['acme', 'acme-eu'],
    );
  });

  it('lets a folder of the user’s own take the place of a bundled provider', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t), { 'provider.json': { ...ACME, id: 'incident-io' } });
    const found = (await loadProviderPacks([folder])).filter(({ manifest }) => manifest.id === 'incident-io');
    assert.deepEqual(
      found.map(({ manifest }) => manifest.name),
      ['Acme Orders'],
    );
  });

  it('takes a folder that is named twice for one folder', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t));
    await acme(folder);
    const own = (await loadProviderPacks([folder, `${folder}/`, relative('.', folder)])).filter(
      ({ isBundled }) => !isBundled,
    );
    assert.equal(own.length, 1);
  });

  it('refuses two folders with the same id, and names both', async (t) => {
    const one = writeAcmePack(join(temporaryFolder(t), 'one'));
    const two = writeAcmePack(join(temporaryFolder(t), 'two'));
    await assert.rejects(loadProviderPacks([one, two]), {
      kind: 'invalid-manifest',
      message: "two provider folders have the id 'acme'",
      why: `${one} and ${two}`,
    });
  });

  it('refuses a folder without any provider', async (t) => {
    const folder = temporaryFolder(t);
    await assert.rejects(loadProviderPacks([folder]), {
      kind: 'invalid-manifest',
      message: `no provider in ${folder}`,
    });
  });

  it('refuses a folder that does not exist, and a file', async (t) => {
    const folder = temporaryFolder(t);
    await assert.rejects(loadProviderPacks([join(folder, 'gone')]), {
      kind: 'file-unreadable',
      why: 'it does not exist',
    });
    writeFileSync(join(folder, 'file'), '');
    await assert.rejects(loadProviderPacks([join(folder, 'file')]), {
      kind: 'file-unreadable',
      why: 'it is not a readable folder',
    });
  });

  const { name: _, ...nameless } = ACME;
  const invalid: { name: string; manifest: unknown; why: RegExp }[] = [
    { name: 'is not JSON', manifest: '{"id":', why: /JSON|end of/i },
    { name: 'is not an object', manifest: [], why: /must be object/ },
    { name: 'lacks its name', manifest: nameless, why: /^\/ lacks "name"/ },
    {
      name: 'has an unknown confidence',
      manifest: { ...ACME, events: { paid: { slug: 'paid', description: '', confidence: 'sure' } } },
      why: /\/events\/paid\/confidence must be one of .*; is "sure"/,
    },
    { name: 'is empty', manifest: {}, why: /lacks "id"; .*lacks "events"|lacks "events".*lacks "id"/ },
  ];
  for (const { name, manifest, why } of invalid) {
    it(`refuses a manifest that ${name}`, async (t) => {
      const folder = writeAcmePack(temporaryFolder(t), { 'provider.json': manifest });
      await assert.rejects(loadProviderPacks([folder]), (error: HooksError) => {
        assert.equal(error.kind, 'invalid-manifest');
        assert.ok(error.message.includes(join(folder, 'provider.json')));
        assert.match(error.why ?? '', why);
        return true;
      });
    });
  }
});

describe('readExample', () => {
  it('finds the file of an event type that a file name cannot hold', async (t) => {
    const pack = await acme(writeAcmePack(temporaryFolder(t)));
    assert.deepEqual(await parsedExample(pack, 'order/paid'), PAID);
    assert.deepEqual(await parsedExample(pack, 'order/paid', 'flat'), PAID_FLAT);
  });

  it('percent-encodes what no file name may hold on any system', async (t) => {
    const hostile = '../%:*?"<>|\\@x';
    const folder = writeAcmePack(temporaryFolder(t), {
      'provider.json': {
        ...ACME,
        events: { [hostile]: { slug: 'hostile', description: 'd', confidence: 'assumed' } },
      },
      'events/..%2F%25%3A%2A%3F%22%3C%3E%7C%5C%40x.json': { ok: 1 },
      'events/..%2F%25%3A%2A%3F%22%3C%3E%7C%5C%40x@other.json': { ok: 2 },
    });
    const pack = await acme(folder);
    assert.deepEqual(pack.variants[hostile], ['other']);
    assert.deepEqual(await parsedExample(pack, hostile), { ok: 1 });
    assert.deepEqual(await parsedExample(pack, hostile, 'other'), { ok: 2 });
  });

  it('gives the bytes as they are in the file', async (t) => {
    const text = '{ "total": 1.0,\r\n "total": 12345678901234567890 }\n\n';
    const pack = await acme(writeAcmePack(temporaryFolder(t), { 'events/refund.made.json': text }));
    const event = pack.manifest.events['refund.made'];
    assert.ok(event);
    assert.equal(Buffer.from(await readExample({ pack, eventType: 'refund.made', event })).toString(), text);
  });

  it('says which sample is missing', async (t) => {
    const pack = await acme(writeAcmePack(temporaryFolder(t), { 'events/refund.made.json': undefined }));
    await assert.rejects(parsedExample(pack, 'refund.made'), {
      kind: 'file-unreadable',
      message: 'cannot read refund.made.json of the provider',
    });
  });
});

describe('readSchemas', () => {
  it('gives the schema of each format, the default one first', async (t) => {
    const pack = await acme(
      writeAcmePack(temporaryFolder(t), {
        'schemas/order%2Fpaid@b.json': {},
        'schemas/order%2Fpaid@a.json': {},
      }),
    );
    const schemas = await readSchemas(pack, 'order/paid');
    assert.deepEqual(
      schemas.map(({ variant }) => variant),
      [undefined, 'a', 'b', 'flat'],
    );
  });

  it('does not take the schema of a longer name', async (t) => {
    const pack = await acme(
      writeAcmePack(temporaryFolder(t), {
        'schemas/refund.made.twice.json': {},
        'schemas/refund.made_v2.json': {},
      }),
    );
    assert.equal((await readSchemas(pack, 'refund.made')).length, 1);
  });

  it('gives none where there is none, and where there is no folder', async (t) => {
    const pack = await acme(
      writeAcmePack(temporaryFolder(t), {
        'schemas/order%2Fpaid.json': undefined,
        'schemas/order%2Fpaid@flat.json': undefined,
        'schemas/refund.made.json': undefined,
      }),
    );
    assert.deepEqual(await readSchemas(pack, 'refund.made'), []);
  });

  it('says which schema is not JSON', async (t) => {
    const pack = await acme(writeAcmePack(temporaryFolder(t), { 'schemas/refund.made.json': '{' }));
    await assert.rejects(readSchemas(pack, 'refund.made'), {
      kind: 'invalid-manifest',
      message: /refund\.made\.json is not JSON$/,
    });
  });
});
