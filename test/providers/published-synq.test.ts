import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface PublishedEvents {
  events: Record<string, { slug: string; event_type: string; example_published?: unknown }>;
}

interface ObjectSchema {
  properties?: Record<string, { const?: string; enum?: string[] }>;
  required?: string[];
}

interface EventSchema extends ObjectSchema {
  $defs: Record<string, ObjectSchema>;
}

interface Manifest {
  events: Record<string, { slug: string }>;
}

/** A message of the protobuf definitions: its fields, and whether validation demands each. */
type Message = Map<string, { isRequired: boolean }>;

const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
const ours = join(root, 'fixtures', 'synq');
const theirs = join(root, '..', 'shared', 'providers', 'synq');
const skip = existsSync(theirs) ? false : `the published material is not beside the repository (${theirs})`;

const manifest: Manifest = readJson(join(ours, 'provider.json'));

describe('the synq provider, against what SYNQ publishes', { skip }, () => {
  it('has exactly the published event types, under the published short names', () => {
    const events = Object.entries(manifest.events).map(([type, { slug }]) => [type, slug]);
    const { events: published } = readJson<PublishedEvents>(join(theirs, 'events.json'));
    const listed = Object.values(published).map(({ event_type, slug }) => [event_type, slug]);
    assert.deepEqual(events, listed);
    assert.deepEqual(['EVENT_TYPE_UNSPECIFIED', ...Object.keys(manifest.events)], publishedEnum('EventType'));
  });

  it('has nested samples that the published JSON Schema accepts, all of them', () => {
    const validate = createAjv().compile(publishedSchema());
    for (const file of nestedSamples()) {
      assert.ok(validate(sample(file)), `${file}: ${JSON.stringify(validate.errors)}`);
    }
  });

  it('uses only fields of the published JSON Schema, but for those that came after it', () => {
    const validate = createAjv().compile(publishedSchema({ isClosed: true }));
    const unknown = new Set<string>();
    for (const file of nestedSamples()) {
      validate(sample(file));
      for (const error of validate.errors ?? []) unknown.add(unknownField(error));
    }
    // Actor.via is newer too, but stands only inside status_actor.
    assert.deepEqual([...unknown].sort(), [
      'athena_table',
      'fabric_table',
      'monitored_entities',
      'mssql_table',
      'oracle_table',
      'owners',
      'saved_view',
      'status_actor',
    ]);
  });

  it('accepts the published samples: one, of a created issue', () => {
    const { events } = readJson<PublishedEvents>(join(theirs, 'events.json'));
    const published = Object.values(events).filter(
      ({ example_published }) => example_published !== undefined,
    );
    assert.deepEqual(
      published.map(({ event_type }) => event_type),
      ['EVENT_TYPE_ISSUE_CREATED'],
    );
    for (const { event_type, example_published } of published) {
      const validate = createAjv().compile(eventSchema(`${event_type}.json`));
      assert.ok(validate(example_published), `${event_type}: ${JSON.stringify(validate.errors)}`);
    }
  });

  it('knows the published values of every enum', () => {
    const types = schemaFiles().map((file) => eventSchema(file).properties?.event_type?.const);
    assert.deepEqual([...new Set(types), 'EVENT_TYPE_UNSPECIFIED'].sort(), publishedEnum('EventType').sort());
    assert.deepEqual(valuesOf('IssueSummary', 'status'), [publishedEnum('IssueStatus')]);
    assert.deepEqual(valuesOf('Actor', 'via'), [publishedEnum('Via')]);
  });

  it('knows exactly the published fields of every message', () => {
    const messages = publishedMessages();
    const unpublished = new Set<string>();
    for (const file of schemaFiles()) {
      const { $defs, ...envelope } = eventSchema(file);
      const format = file.includes('@flat') ? 'FlatEvent' : 'Event';
      assert.deepEqual(fieldNames(envelope), fieldsOf(messages, format), file);
      for (const [name, object] of Object.entries($defs)) {
        if (!messages.has(name)) unpublished.add(name);
        else assert.deepEqual(fieldNames(object), fieldsOf(messages, name), `${name} in ${file}`);
      }
    }
    // Our one name for the wrappers IssueCreated, IssueUpdated and so on.
    assert.deepEqual([...unpublished].sort(), ['IncidentPayload', 'IssuePayload']);
  });

  it('requires what the published validation rules require, and two ids by our own choice', () => {
    const messages = publishedMessages();
    const chosen = new Set<string>();
    for (const file of schemaFiles()) {
      for (const [name, { required = [] }] of Object.entries(eventSchema(file).$defs)) {
        const message: Message = messages.get(name) ?? new Map();
        const demanded = [...message].filter(([, { isRequired }]) => isRequired).map(([field]) => field);
        for (const field of demanded) assert.ok(required.includes(field), `${name}.${field} in ${file}`);
        const more = required.filter((field) => message.has(field) && !demanded.includes(field));
        for (const field of more) chosen.add(`${name}.${field}`);
      }
    }
    assert.deepEqual([...chosen].sort(), ['IncidentSummary.incident_id', 'IssueSummary.issue_id']);
  });

  it('shows in its samples every kind of identifier, command, person, status and channel', () => {
    const seen = new Set<unknown>();
    for (const file of nestedSamples()) {
      JSON.parse(readFileSync(join(ours, 'events', file), 'utf8'), (key, value: unknown) => {
        seen.add(key).add(value);
        return value;
      });
    }
    const messages = publishedMessages();
    assert.equal(fieldsOf(messages, 'Identifier').length, 23);
    const fields = ['Identifier', 'IssuesCommand', 'Actor'].flatMap((name) => fieldsOf(messages, name));
    const values = ['IssueStatus', 'Via'].flatMap(publishedEnum);
    const unseen = [...fields, ...values].filter((name) => !seen.has(name));
    assert.deepEqual(unseen, ['VIA_UNSPECIFIED']);
  });
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

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv;
}

/** Where it is closed, it refuses fields that it does not name. */
function publishedSchema({ isClosed = false } = {}): object {
  const text = readFileSync(join(theirs, 'published', 'event.schema.json'), 'utf8');
  return JSON.parse(text, (key, value: unknown) =>
    isClosed && key === 'additionalProperties' && value === true ? false : value,
  );
}

function unknownField({ keyword, params, instancePath, message }: ErrorObject): string {
  return keyword === 'additionalProperties' ? params.additionalProperty : `${instancePath} ${message}`;
}

function nestedSamples(): string[] {
  return readdirSync(join(ours, 'events')).filter((file) => !file.includes('@flat'));
}

function sample(file: string): unknown {
  return readJson(join(ours, 'events', file));
}

function schemaFiles(): string[] {
  return readdirSync(join(ours, 'schemas'));
}

function eventSchema(file: string): EventSchema {
  return readJson(join(ours, 'schemas', file));
}

function fieldNames({ properties = {} }: ObjectSchema): string[] {
  return Object.keys(properties).sort();
}

/** The enums that our schemas give a field: one, if they agree. */
function valuesOf(object: string, field: string): string[][] {
  const enums = schemaFiles().flatMap((file) => {
    const property = eventSchema(file).$defs[object]?.properties?.[field];
    return property === undefined ? [] : [JSON.stringify(property.enum)];
  });
  return [...new Set(enums)].map((text) => JSON.parse(text));
}

/** All protobuf definitions without their comments. */
function publishedProto(): string {
  const folder = join(theirs, 'published', 'proto');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.proto'))
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll(/\/\/.*$/gm, ''))
    .join('\n');
}

function publishedEnum(name: string): string[] {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(publishedProto())?.[1];
  assert.ok(body, `no enum ${name} is published`);
  return [...body.matchAll(/(\w+)\s*=\s*\d+/g)].map(([, value = '']) => value);
}

function fieldsOf(messages: Map<string, Message>, name: string): string[] {
  return [...(messages.get(name)?.keys() ?? [])].sort();
}

function publishedMessages(): Map<string, Message> {
  const messages = new Map<string, Message>();
  collectMessages(publishedProto(), messages);
  return messages;
}

/** Takes the messages out of the text, inner ones first; a message ends at the indentation at which it began. */
function collectMessages(text: string, messages: Map<string, Message>): string {
  return text.replaceAll(
    /^( *)message (\w+) \{\n([\s\S]*?)^\1\}/gm,
    (_, _indent, name: string, body: string) => {
      const fields = collectMessages(body, messages).matchAll(
        /^\s*(?:optional |repeated )?[\w.]+ (\w+) = \d+([^;]*);/gm,
      );
      messages.set(
        name,
        new Map(
          [...fields].map(([, field = '', options = '']) => [
            field,
            { isRequired: /required\s*[:=]\s*true/.test(options) },
          ]),
        ),
      );
      return '';
    },
  );
}
