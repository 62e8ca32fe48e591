import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { createAjv } from '../../src/adapters/ajv.ts';
import { compileSchema, validatorName, validatorsFolder } from '../../src/adapters/compile-schema.ts';
import { readExample, readSchemaFiles } from '../../src/adapters/provider-packs.ts';
import { problemsOf } from '../../src/adapters/schema-problems.ts';
import type { ProviderPack } from '../../src/core/catalogue.ts';
import { isObject, type Json } from '../../src/core/json.ts';
import { packs } from '../helpers/bundled-packs.ts';
import { bytes } from '../helpers/test-bytes.ts';

/** The document, and what comes of it when one value after the other is removed or replaced. */
function* mutated(document: Json): Generator<Json> {
  yield document;
  for (const path of pathsIn(document)) {
    for (const value of [undefined, null, 'x', 7.5, [], {}, -1e9]) yield changed(document, path, value);
  }
  if (isObject(document)) yield { ...document, unheard_of: 1 };
}

function* pathsIn(value: Json, path: string[] = []): Generator<string[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* pathsIn(inner as Json, [...path, key]);
}

function changed(document: Json, path: readonly string[], value: Json | undefined): Json {
  const last = path.at(-1);
  if (last === undefined) return value ?? null;
  const copy = structuredClone(document);
  let parent = copy as Record<string, Json>;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, Json>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** Everything of an error that we look at. */
function essence(errors: readonly ErrorObject[] | null | undefined) {
  return (errors ?? []).map(({ instancePath, keyword, params, parentSchema, data, schemaPath }) => ({
    instancePath,
    keyword,
    params,
    parentSchema,
    data,
    schemaPath,
  }));
}

/** A schema of a bundled provider with its sample. */
async function* schemasOf(pack: ProviderPack) {
  for (const [eventType, event] of Object.entries(pack.manifest.events)) {
    for (const { bytes: schema, variant } of await readSchemaFiles(pack, eventType)) {
      const example = await readExample({
        pack,
        eventType,
        event,
        ...(variant !== undefined && { variant }),
      });
      yield { eventType, schema, document: JSON.parse(Buffer.from(example).toString()) as Json };
    }
  }
}

async function compare(schema: Buffer, document: Json): Promise<{ compared: number; faults: number }> {
  const made = await compileSchema(schema);
  const compiled = createAjv().compile(JSON.parse(schema.toString()));
  let compared = 0;
  let faults = 0;
  for (const changed of mutated(document)) {
    assert.equal(made(changed), compiled(changed));
    assert.deepEqual(essence(made.errors), essence(compiled.errors));
    assert.deepEqual(problemsOf(made.errors ?? []), problemsOf(compiled.errors ?? []));
    compared++;
    if (made.errors) faults++;
  }
  return { compared, faults };
}

describe('the validators of the build', () => {
  for (const pack of packs) {
    it(`tell the same as ajv of every sample of ${pack.manifest.name}, and of each with a fault`, async () => {
      for await (const { eventType, schema, document } of schemasOf(pack)) {
        assert.ok(existsSync(join(validatorsFolder(), `${validatorName(schema)}.cjs`)), eventType);
        const { compared, faults } = await compare(schema, document);
        assert.ok(faults > 0 && faults < compared, `${eventType}: ${faults} of ${compared}`);
      }
    });
  }

  it('are there for our own formats as well', () => {
    const fixtures = readdirSync('fixtures').filter((file) => file.endsWith('.schema.json'));
    assert.ok(fixtures.length >= 3);
    for (const file of fixtures) {
      const name = validatorName(readFileSync(join('fixtures', file)));
      assert.ok(existsSync(join(validatorsFolder(), `${name}.cjs`)), file);
    }
  });
});

describe('compileSchema', () => {
  it('has ajv compile a schema that the build did not know', async () => {
    const validate = await compileSchema(bytes('{"type":"object","required":["a"]}'));
    assert.equal(validate({ a: 1 }), true);
    assert.equal(validate({}), false);
    assert.deepEqual(problemsOf(validate.errors ?? []), [{ pointer: '', message: 'lacks "a"' }]);
  });

  it('throws what ajv says of a schema that is none', async () => {
    await assert.rejects(compileSchema(bytes('{"type":"thing"}')), /type/);
  });
});
