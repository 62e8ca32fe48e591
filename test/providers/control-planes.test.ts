import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import {
  checkControlPlane,
  createRequestValidator,
  hasControlPlane,
  readControlPlane,
} from '../../src/adapters/control-plane-file.ts';
import { loadProviderPacks, readExample } from '../../src/adapters/provider-packs.ts';
import { createValidator } from '../../src/adapters/schema-validator.ts';
import { assumptionsOf } from '../../src/core/control-plane/assumptions.ts';
import {
  type Certainty,
  type ControlPlaneDocument,
  routesOf,
} from '../../src/core/control-plane/document.ts';
import { withRandomTexts } from '../../src/core/control-plane/random-texts.ts';
import { firstSecrets } from '../../src/core/control-plane/secrets.ts';
import { servedDocument, withEventTypes } from '../../src/core/control-plane/served-document.ts';
import { seededRandom } from '../../src/core/identifiers.ts';
import { isObject, type Json, parseJsonBytes } from '../../src/core/json.ts';
import { chooseScheme } from '../../src/core/provider-scheme.ts';

const packs = (await loadProviderPacks()).filter(hasControlPlane);

function variablesIn(node: unknown): string[] {
  if (typeof node === 'string') return node.startsWith('$') ? [node.slice(1)] : [];
  if (Array.isArray(node)) return node.flatMap(variablesIn);
  return isObject(node) ? Object.values(node).flatMap(variablesIn) : [];
}

function certaintiesIn(document: ControlPlaneDocument): [string, Certainty][] {
  return [
    ...routesOf(document).map(({ operation }) => [operation.operationId, operation] as [string, Certainty]),
    ...(document['x-hooks-rate-limits'] ?? []).map(
      (limit) => [`limit per ${limit.per}`, limit] as [string, Certainty],
    ),
  ];
}

it('is there for bundled providers', () => {
  assert.ok(packs.length >= 4);
});

for (const pack of packs) {
  const { manifest } = pack;
  describe(`the control plane of ${manifest.id}`, () => {
    const document = readControlPlane(pack);
    const routes = routesOf(document);
    const left = new Set(document['x-hooks-not-subscribable']);
    const eventTypes = Object.keys(manifest.events).filter((eventType) => !left.has(eventType));
    const filled = withEventTypes(document, eventTypes);

    it('fits its schema, and a broken one does not', () => {
      const file = JSON.parse(readFileSync(join(pack.directory, 'control-plane.json'), 'utf8')) as object;
      assert.deepEqual(checkControlPlane(file), []);
      assert.notDeepEqual(checkControlPlane({ ...file, 'x-hooks-kinds': undefined }), []);
      assert.notDeepEqual(checkControlPlane({ ...file, surprise: true }), []);
    });

    it('is valid OpenAPI 3.1 as it is served', async () => {
      const served = servedDocument(filled, 'http://127.0.0.1:4200') as Record<string, unknown>;
      const { valid, errors } = await new Validator().validate(structuredClone(served));
      assert.ok(valid, JSON.stringify(errors));
      const broken = await new Validator().validate({
        ...served,
        paths: { '/x': { get: { responses: 1 } } },
      });
      assert.ok(!broken.valid);
    });

    it('names each operation once, and only kinds and parameters that exist', () => {
      const ids = routes.map(({ operation }) => operation.operationId);
      assert.equal(new Set(ids).size, ids.length);
      for (const { path, operation } of routes) {
        const { 'x-hooks-do': binding, operationId } = operation;
        if (!['list-event-types', 'list-deliveries', 'redeliver'].includes(binding.action))
          assert.ok(document['x-hooks-kinds'][binding.kind ?? ''], operationId);
        for (const variable of variablesIn(binding).filter((name) => name.startsWith('path.')))
          assert.ok(path.includes(`{${variable.slice('path.'.length)}}`), `${operationId}: ${variable}`);
      }
    });

    it('names only event types and sources that exist', () => {
      for (const eventType of left) assert.ok(Object.hasOwn(manifest.events, eventType), eventType);
      for (const { via } of Object.values(document['x-hooks-kinds']))
        if (via) assert.ok(document['x-hooks-kinds'][via.kind]?.url);
      for (const [name, { 'x-hooks-source': source }] of certaintiesIn(document))
        if (source !== undefined) assert.ok(document['x-hooks-sources'][source], `${name}: ${source}`);
    });

    it('says of every operation that it assumes what is assumed of it', () => {
      const assumed = assumptionsOf(document);
      for (const { method, path, operation } of routes) {
        if (operation['x-hooks-confidence'] !== 'assumed') continue;
        assert.ok(
          assumed.some((text) => text.startsWith(`${method} ${path}: `)),
          operation.operationId,
        );
      }
      assert.equal(new Set(assumed).size, assumed.length);
    });

    it('proposes a body that its own schema takes, but for ids that only a client can know', () => {
      const validate = createRequestValidator(filled);
      for (const route of routes) {
        const body = route.operation.requestBody?.content['application/json'];
        if (body === undefined) continue;
        const problems = validate(route, body.example ?? null);
        const known = problems.filter(({ pointer }) => !/(_id|Ids|ids)$/.test(pointer));
        assert.deepEqual(known, [], route.operation.operationId);
      }
    });

    it('makes secrets that the scheme of the provider takes', () => {
      const { scheme } = chooseScheme(pack, {});
      for (const kind of Object.values(document['x-hooks-kinds']))
        for (const { value } of firstSecrets(kind, undefined, seededRandom('a')))
          assert.ok(scheme.parseSecret(value).canSign);
    });

    it('makes test events that the schemas of their types take', async () => {
      const validate = createValidator();
      const keys = routes.flatMap(({ operation }) => operation['x-hooks-do'].randomTexts ?? []);
      for (const eventType of eventTypes) {
        const event = manifest.events[eventType];
        assert.ok(event);
        const parsed = parseJsonBytes(await readExample({ pack, eventType, event }));
        assert.ok('value' in parsed);
        const random: Json =
          keys.length > 0 ? withRandomTexts(parsed.value, keys, seededRandom(eventType)) : parsed.value;
        const check = await validate(pack, eventType, random);
        assert.equal(check.state, 'valid', `${eventType}: ${JSON.stringify(check)}`);
      }
    });
  });
}
