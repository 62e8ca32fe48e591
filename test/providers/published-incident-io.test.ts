import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Field {
  field: string;
  type: string;
  required: boolean;
  enum?: string[];
  note?: string;
}

interface PublishedFields {
  event_resource: Record<string, string>;
  resources: Record<string, Field[]>;
}

interface PublishedEvents {
  events: Record<string, { example_published?: unknown }>;
}

interface Property {
  $ref?: string;
  type?: string | string[];
  enum?: string[];
  items?: Property;
  properties?: Record<string, Property>;
  required?: string[];
  'x-newer'?: string;
}

interface EventSchema extends Property {
  $defs?: Record<string, Property>;
}

interface Manifest {
  events: Record<string, unknown>;
}

const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
const ours = join(root, 'fixtures', 'incident-io');
const theirs = join(root, '..', 'shared', 'providers', 'incident-io');
const skip = existsSync(theirs) ? false : `the published material is not beside the repository (${theirs})`;

const manifest: Manifest = readJson(join(ours, 'provider.json'));

describe('the incident-io provider, against what incident.io publishes', { skip }, () => {
  it('has exactly the published event types', () => {
    const published: PublishedEvents = readJson(join(theirs, 'events.json'));
    assert.deepEqual(Object.keys(manifest.events).sort(), Object.keys(published.events).sort());
  });

  it('accepts every published sample but three, which lack two newer fields', () => {
    const published: PublishedEvents = readJson(join(theirs, 'events.json'));
    const refused: Record<string, string[]> = {};
    let samples = 0;
    for (const [type, { example_published: sample }] of Object.entries(published.events)) {
      if (sample === undefined) continue;
      samples++;
      const errors = schemaErrors(eventSchema(type), sample);
      if (errors.length > 0) refused[type] = errors.sort();
    }
    assert.equal(samples, 34);
    const missing = (path: string) => [`${path} lacks last_activity_at`, `${path} lacks team_ids`];
    assert.deepEqual(refused, {
      'public_incident.incident_created_v2': missing('/public_incident.incident_created_v2'),
      'public_incident.incident_updated_v2': missing('/public_incident.incident_updated_v2'),
      'public_incident.incident_status_updated_v2': missing(
        '/public_incident.incident_status_updated_v2/incident',
      ),
    });
  });

  for (const type of Object.keys(manifest.events)) {
    it(`knows every published field of ${type}: which are required, newer, and their values`, () => {
      const published: PublishedFields = readJson(join(theirs, 'fields.json'));
      const resource = published.event_resource[type];
      assert.ok(resource, `no published object for ${type}`);
      const schema = eventSchema(type);
      const payload = schema.properties?.[type];
      assert.ok(payload, `the schema of ${type} has no payload`);
      assert.deepEqual(schema.required, ['event_type', type]);
      assert.deepEqual(differences(published.resources, resource, schema, payload), []);
    });
  }
});

/** Nearest folder upwards that holds a package.json: the same from the sources and from the build. */
function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('no package.json above the tests');
  return packageRoot(parent);
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function eventSchema(type: string): EventSchema {
  return readJson(join(ours, 'schemas', `${type}.json`));
}

/** One sentence for each error, e.g. `/payload lacks team_ids`. */
function schemaErrors(schema: EventSchema, value: unknown): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, keyword, params, message }) =>
    keyword === 'required' ? `${instancePath} lacks ${params.missingProperty}` : `${instancePath} ${message}`,
  );
}

function resolve(schema: EventSchema, property: Property): Property {
  const name = property.$ref?.replace('#/$defs/', '');
  return name === undefined ? property : (schema.$defs?.[name] ?? {});
}

/** Where our schema and the published field table differ, from one object down through all that it reaches. */
function differences(
  resources: Record<string, Field[]>,
  resource: string,
  schema: EventSchema,
  property: Property,
  seen = new Set<string>(),
): string[] {
  if (seen.has(resource)) return [];
  seen.add(resource);
  const object = resolve(schema, property);
  const fields = resources[resource] ?? [];
  const published = new Set(fields.map(({ field }) => field));
  const unpublished = (object.required ?? []).filter((name) => !published.has(name));
  return [
    ...unpublished.map((name) => `${resource}.${name} is required by us and not published`),
    ...fields.flatMap((field) => {
      const own = object.properties?.[field.field];
      if (own === undefined) return [`${resource}.${field.field} is not in our schema`];
      const isRequired = object.required?.includes(field.field) ?? false;
      return [
        ...fieldDifferences(field, schema, own, isRequired).map(
          (what) => `${resource}.${field.field}: ${what}`,
        ),
        ...nested(resources, field, schema, own, seen),
      ];
    }),
  ];
}

function fieldDifferences(field: Field, schema: EventSchema, own: Property, isRequired: boolean): string[] {
  // Our schema also takes null where the published description, though not the type, speaks of it.
  const type = [resolve(schema, own).type].flat().find((name) => name !== 'null');
  const publishedType = field.type.replace(/^array<.*/, 'array').replace(/^[A-Z].*/, 'object');
  const isNewer = field.note?.startsWith('not in the 2026-08-21 OpenAPI document') ?? false;
  const pairs: [string, unknown, unknown][] = [
    ['type', type, publishedType],
    ['required', isRequired, field.required],
    ['values', own.enum, field.enum],
    ['newer', own['x-newer'] !== undefined, isNewer],
  ];
  return pairs
    .filter(([, actual, expected]) => JSON.stringify(actual) !== JSON.stringify(expected))
    .map(
      ([what, actual, expected]) =>
        `${what} ${JSON.stringify(actual)}, published ${JSON.stringify(expected)}`,
    );
}

function nested(
  resources: Record<string, Field[]>,
  field: Field,
  schema: EventSchema,
  own: Property,
  seen: Set<string>,
): string[] {
  const item = /^array<(.+)>$/.exec(field.type)?.[1];
  const resource = item ?? field.type;
  if (resources[resource] === undefined) return [];
  return differences(resources, resource, schema, item === undefined ? own : (own.items ?? {}), seen);
}
