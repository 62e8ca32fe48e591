import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileCommandSchema } from '../../src/adapters/command-schema.ts';
import { checkManifest } from '../../src/adapters/manifest-check.ts';
import { checkPack } from '../../src/adapters/pack-check.ts';
import { loadProviderPacks, readExample } from '../../src/adapters/provider-packs.ts';
import { createValidator } from '../../src/adapters/schema-validator.ts';
import { callbackEntries } from '../../src/core/callbacks/callback-list.ts';
import type { EventChoice, ProviderPack } from '../../src/core/catalogue.ts';
import { seededRandom } from '../../src/core/identifiers.ts';
import { locate } from '../../src/core/identify.ts';
import { parseJsonBytes } from '../../src/core/json.ts';
import { formatPointer, parsePointer, valueAt } from '../../src/core/json-pointer.ts';
import { createDelivery } from '../../src/core/outgoing.ts';
import type { Fact, ProviderManifest } from '../../src/core/provider.ts';
import { chooseScheme } from '../../src/core/provider-scheme.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';

interface Vector {
  name: string;
  origin: 'published' | 'computed';
  scheme: string;
  secrets: string[];
  id?: string;
  timestamp?: string;
  body: string;
  headers: Record<string, string>;
  valid: boolean;
}

const packs = await loadProviderPacks();
const validate = createValidator();
const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';

function choicesOf(pack: ProviderPack): EventChoice[] {
  return Object.entries(pack.manifest.events).flatMap(([eventType, event]) => [
    { pack, eventType, event },
    ...(pack.variants[eventType] ?? []).map((variant) => ({ pack, eventType, event, variant })),
  ]);
}

function nameOf({ eventType, variant }: EventChoice): string {
  return variant === undefined ? eventType : `${eventType}@${variant}`;
}

async function documentOf(choice: EventChoice) {
  const parsed = parseJsonBytes(await readExample(choice));
  assert.ok('value' in parsed, nameOf(choice));
  return parsed.value;
}

function factsOf(manifest: ProviderManifest): [string, Fact<unknown>][] {
  const { request } = manifest;
  return [
    ['request.method', request.method],
    ['request.contentType', request.contentType],
    ['request.userAgent', request.userAgent],
    ['eventType', manifest.eventType],
    ['idempotencyKey', manifest.idempotencyKey],
    ['idFormat', manifest.idFormat],
    ['signing', manifest.signing],
    ['timeoutSeconds', manifest.timeoutSeconds],
    ['success', manifest.success],
    ['retries', manifest.retries],
    ...(manifest.retryAnswers ? [['retryAnswers', manifest.retryAnswers] as [string, Fact<unknown>]] : []),
    ...(manifest.callbacks ? [['callbacks', manifest.callbacks] as [string, Fact<unknown>]] : []),
    ...(manifest.disabling ? [['disabling', manifest.disabling] as [string, Fact<unknown>]] : []),
    ...Object.entries(manifest.facts),
    ...Object.entries(manifest.signingAlternatives ?? {}),
  ];
}

it('bundles the four providers with all their event types', () => {
  const counts = Object.fromEntries(
    packs.map(({ manifest }) => [manifest.id, Object.keys(manifest.events).length]),
  );
  assert.deepEqual(counts, { acculynx: 24, 'incident-io': 34, synchub: 2, synq: 8 });
});

for (const pack of packs) {
  const { manifest } = pack;
  const choices = choicesOf(pack);

  describe(`provider ${manifest.id}`, () => {
    it('has a manifest that its schema accepts', async () => {
      assert.deepEqual(await checkManifest(manifest), []);
    });

    it('says of every fact where it comes from, or that it is not known', () => {
      for (const [topic, { confidence, source, value }] of factsOf(manifest)) {
        if (source !== undefined)
          assert.ok(Object.hasOwn(manifest.sources, source), `${topic}: no source ${source}`);
        if (confidence === 'unknown') assert.equal(value, undefined, `${topic} is unknown and has a value`);
        else assert.notEqual(value, undefined, `${topic} is ${confidence} and has no value`);
        if (confidence === 'documented')
          assert.ok(source !== undefined, `${topic} is documented, but where?`);
      }
    });

    it('passes hooks provider check: every sample fits its schema and carries its event type', async () => {
      assert.deepEqual(await checkPack(pack), []);
    });

    it('has no file that belongs to no event type, and describes every variant', () => {
      const known = new Set(choices.map((choice) => `${nameOf(choice)}.json`));
      assert.deepEqual(
        readdirSync(join(pack.directory, 'events')).filter((file) => !known.has(file)),
        [],
      );
      assert.deepEqual(
        readdirSync(join(pack.directory, 'schemas')).filter((file) => !known.has(file)),
        [],
      );
      for (const { eventType, event, variant } of choices) {
        if (variant !== undefined)
          assert.ok(event.variants?.[variant]?.description, `${eventType}@${variant}`);
      }
    });

    it('has samples that no schema of another event type accepts', {
      skip: manifest.placeholder ? 'placeholders' : false,
    }, async () => {
      for (const choice of choices) {
        const document = await documentOf(choice);
        for (const other of Object.keys(manifest.events)) {
          if (other === choice.eventType) continue;
          assert.equal(
            (await validate(pack, other, document)).state,
            'invalid',
            `${nameOf(choice)} passes as ${other}`,
          );
        }
      }
    });

    it('names highlights and fresh fields that stand in its samples', async () => {
      for (const [eventType, event] of Object.entries(manifest.events)) {
        const documents = await Promise.all(
          choices.filter((choice) => choice.eventType === eventType).map(documentOf),
        );
        for (const pointer of event.highlights ?? []) {
          assert.ok(
            documents.some((document) => valueAt(document, parsePointer(pointer)) !== undefined),
            `${eventType}: ${pointer}`,
          );
        }
        for (const { path } of manifest.fresh) {
          assert.ok(
            documents.some((document) => valueAt(document, parsePointer(path)) !== undefined),
            `${eventType}: ${path}`,
          );
        }
      }
    });

    it('highlights title, status and id wherever a sample has them beside what is highlighted', async () => {
      const kinds = {
        title: /\/(title|name|label)$/,
        status: /status(\/name)?$/,
        id: /\/(id|reference|\w+_id|\w+Id)$/,
      };
      for (const choice of choices.filter(({ variant }) => variant === undefined)) {
        const document = await documentOf(choice);
        const shown = (manifest.events[choice.eventType]?.highlights ?? []).map(parsePointer);
        const values = shown.map((path) => valueAt(document, path)).filter((value) => value !== undefined);
        assert.ok(values.length > 0 && values.every(isScalar), choice.eventType);
        // What stands in the envelope is about the delivery, not about what happened.
        for (const parent of shown.map((path) => path.slice(0, -1)).filter((path) => path.length > 1)) {
          const around = Object.entries((valueAt(document, parent) ?? {}) as object);
          for (const [kind, pattern] of Object.entries(kinds)) {
            const there = around.filter(
              ([key, value]) => pattern.test(`/${key}`) && value !== '' && isScalar(value),
            );
            const named = shown.some((path) => pattern.test(formatPointer(path)));
            assert.ok(there.length === 0 || named, `${choice.eventType}: no ${kind}, e.g. ${there[0]?.[0]}`);
          }
        }
      }
    });

    it('makes two sends two events, valid both, and leaves a frozen sample byte for byte', async () => {
      const { scheme } = chooseScheme(pack, {});
      const secrets = scheme.needsSecret ? [scheme.parseSecret(SECRET)] : [];
      const random = seededRandom('conformance');
      for (const choice of choices) {
        const example = await readExample(choice);
        const plan = {
          choice,
          example,
          isVerbatim: false,
          fresh: manifest.fresh,
          edits: [],
          scheme,
          secrets,
          url: 'http://localhost:3000/',
          headers: [],
          userAgent: 'hooks/test',
        };
        const moment = {
          eventAt: new Date('2026-11-23T10:00:00Z'),
          signedAt: new Date('2026-11-23T10:00:01Z'),
          random,
        };
        const [first, second] = [createDelivery(plan, moment), createDelivery(plan, moment)];
        assert.notEqual(first.id, second.id, nameOf(choice));
        for (const { body } of [first, second]) {
          const parsed = parseJsonBytes(body);
          assert.ok('value' in parsed);
          const check = await validate(pack, choice.eventType, parsed.value);
          assert.equal(check.state, 'valid', nameOf(choice));
        }
        assert.deepEqual(createDelivery({ ...plan, isVerbatim: true }, moment).body, example);
      }
    });

    it('finds the idempotency key of what it sends', async () => {
      const location = manifest.idempotencyKey.value;
      if (location?.in !== 'body') return;
      for (const choice of choices) {
        assert.ok(locate(location, { headers: [], document: await documentOf(choice) }), nameOf(choice));
      }
    });

    it('has private twins that are events of its own, with the id where it says', async () => {
      for (const choice of choices.filter(({ event }) => event.twin)) {
        const { twin } = choice.event;
        assert.ok(twin);
        const other = choices.find(({ eventType, variant }) => eventType === twin.event && !variant);
        assert.ok(other, `${nameOf(choice)}: ${twin.event}`);
        for (const [one, pointer] of [
          [choice, twin.idAt],
          [other, twin.twinIdAt],
        ] as const)
          assert.equal(typeof valueAt(await documentOf(one), parsePointer(pointer)), 'string', nameOf(one));
      }
    });

    it('has callbacks whose commands its schema of commands accepts', {
      skip: manifest.callbacks ? false : 'no callbacks',
    }, async () => {
      const places = manifest.callbacks?.value;
      assert.ok(places);
      const check = await compileCommandSchema(pack, places.schema);
      let seen = 0;
      for (const choice of choices) {
        const document = await documentOf(choice);
        const written = valueAt(document, parsePointer(places.list));
        const entries = callbackEntries(document, places);
        assert.equal(entries.length, Array.isArray(written) ? written.length : 0, nameOf(choice));
        assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length, nameOf(choice));
        for (const { name, urlAt, command } of entries) {
          assert.ok(command !== undefined && check);
          assert.deepEqual(check(command), [], `${nameOf(choice)}: ${name}`);
          assert.ok(URL.canParse(String(valueAt(document, parsePointer(urlAt)))), nameOf(choice));
          seen++;
        }
      }
      assert.ok(seen > 0);
      assert.notDeepEqual(check?.({ workspace: 'acme' }), [], 'a command without an action');
    });

    describe('signing vectors', {
      skip: existsSync(join(pack.directory, 'signing-vectors.json')) ? false : 'not signed',
    }, () => {
      const file = join(pack.directory, 'signing-vectors.json');
      const { vectors } = existsSync(file)
        ? (JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] })
        : { vectors: [] };
      for (const vector of vectors) {
        it(`${vector.valid ? 'verify' : 'are refused'}: ${vector.name} (${vector.origin})`, () => {
          const scheme = createScheme({ scheme: vector.scheme });
          const secrets = vector.secrets.map((secret) => scheme.parseSecret(secret));
          const body = new TextEncoder().encode(vector.body);
          const nowSeconds = Number(vector.timestamp);
          const verdict = scheme.verify(
            { headers: Object.entries(vector.headers), body, nowSeconds },
            secrets,
          );
          assert.equal(verdict.ok, vector.valid, verdict.ok ? 'accepted' : verdict.message);
        });
      }

      it('are what signing gives', () => {
        const signable = vectors.filter(({ valid, timestamp }) => valid && timestamp !== undefined);
        for (const vector of signable) {
          const scheme = createScheme({ scheme: vector.scheme });
          const secrets = vector.secrets.map((secret) => scheme.parseSecret(secret));
          if (!secrets.every(({ canSign }) => canSign)) continue;
          const body = new TextEncoder().encode(vector.body);
          const signed = scheme.sign(
            { id: vector.id ?? 'id', timestampSeconds: Number(vector.timestamp), body },
            secrets,
          );
          // A vector may hold further signatures, of unknown versions or of secrets that are not given.
          for (const { name, value } of signed) {
            const expected = Object.entries(vector.headers).find(
              ([header]) => header.toLowerCase() === name.toLowerCase(),
            )?.[1];
            const parts = value.split(' ').filter((part) => expected?.split(' ').includes(part));
            assert.ok(parts.length > 0, `${vector.name}: ${name}`);
          }
        }
        assert.ok(signable.length > 0);
      });
    });
  });
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
