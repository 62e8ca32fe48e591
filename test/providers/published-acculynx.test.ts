import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface PublishedTopics {
  live_topics: string[];
  events: Record<
    string,
    { slug: string; payload_evidence: string; unknown: string[]; example_published?: unknown }
  >;
}

interface PublishedLabels {
  events: Record<string, { slug: string; label_published: string; unknown: string[] }>;
}

interface OwnEvent {
  slug: string;
  confidence: string;
  note?: string;
  unknown?: string[];
}

interface Manifest {
  placeholder?: boolean;
  signing: { value?: unknown; confidence: string };
  events: Record<string, OwnEvent>;
}

const SAMPLE_TOPIC = 'job-milestone-changed';
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const root = packageRoot(dirname(fileURLToPath(import.meta.url)));

describe('the acculynx provider, against what AccuLynx publishes', { skip: skipOf('acculynx') }, () => {
  const { events } = ownManifest('acculynx');

  it('has exactly the published topics, each under its own name', () => {
    const published = publishedEvents<PublishedTopics>('acculynx');
    assert.deepEqual(
      slugsOf(events),
      slugsOf(published.events),
      'the topics or their slugs are not the published ones',
    );
  });

  it('says of exactly the topics outside the live list that they are not live', () => {
    const { live_topics: live } = publishedEvents<PublishedTopics>('acculynx');
    const topics = Object.keys(events);
    const flagged = topics.filter((topic) => events[topic]?.note?.startsWith('Not a live topic'));
    assert.equal(live.length, 22);
    assert.deepEqual(flagged.sort(), topics.filter((topic) => !live.includes(topic)).sort());
    assert.deepEqual(
      live.filter((topic) => !topics.includes(topic)),
      [],
    );
  });

  it('is as sure of each event as the evidence for its payload, and names all that is not known', () => {
    const published = publishedEvents<PublishedTopics>('acculynx');
    for (const [topic, { payload_evidence: evidence, unknown }] of Object.entries(published.events)) {
      assert.equal(events[topic]?.confidence, evidence, topic);
      assert.deepEqual(events[topic]?.unknown ?? [], unknown, topic);
    }
  });

  it('accepts the published sample, misspelt envelope and all', () => {
    assert.deepEqual(schemaErrors(SAMPLE_TOPIC, publishedSample()), []);
  });

  it('does not take the published sample for any other topic', () => {
    const sample = publishedSample();
    const others = Object.keys(events).filter((topic) => topic !== SAMPLE_TOPIC);
    assert.equal(others.length, 23);
    assert.deepEqual(
      others.filter((topic) => schemaErrors(topic, sample).length === 0),
      [],
    );
  });

  it('carries no id of the published sample in its own', () => {
    const published = new Set(JSON.stringify(publishedSample()).match(UUID));
    assert.ok(published.size > 0);
    const folder = join(root, 'fixtures', 'acculynx', 'events');
    const copied = readdirSync(folder).filter((file) =>
      readFileSync(join(folder, file), 'utf8')
        .match(UUID)
        ?.some((id) => published.has(id)),
    );
    assert.deepEqual(copied, []);
  });
});

describe('the synchub provider, against what SyncHub publishes', { skip: skipOf('synchub') }, () => {
  const manifest = ownManifest('synchub');

  it('has exactly the published events, under our slugs', () => {
    assert.deepEqual(
      slugsOf(manifest.events),
      slugsOf(publishedEvents<PublishedLabels>('synchub').events),
      'the events or their slugs are not the published ones',
    );
  });

  it('gives each event its published label, and names all that is not known', () => {
    const published = publishedEvents<PublishedLabels>('synchub').events;
    for (const [type, { label_published: label, unknown }] of Object.entries(published)) {
      const { note, unknown: ours } = manifest.events[type] ?? {};
      assert.ok(note?.includes(`“${label}”`), `${type} lacks its label “${label}”`);
      assert.equal(ours?.length, unknown.length, `${type}: what is not known`);
    }
  });

  it('presents nothing unpublished as known: neither payloads nor the signature', () => {
    assert.equal(manifest.placeholder, true);
    assert.equal(manifest.signing.confidence, 'unknown');
    assert.equal(manifest.signing.value, undefined);
    for (const [type, { confidence }] of Object.entries(manifest.events)) {
      assert.equal(confidence, 'assumed', type);
    }
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

function publishedFile(provider: string): string {
  return join(root, '..', 'shared', 'providers', provider, 'events.json');
}

/** Why the suite is skipped, or false where the published material lies beside the repository. */
function skipOf(provider: string): string | false {
  const path = publishedFile(provider);
  return existsSync(path) ? false : `the published material is not beside the repository (${path})`;
}

function publishedEvents<T>(provider: string): T {
  return readJson<T>(publishedFile(provider));
}

function ownManifest(provider: string): Manifest {
  return readJson<Manifest>(join(root, 'fixtures', provider, 'provider.json'));
}

/** The one sample that AccuLynx prints. */
function publishedSample(): unknown {
  const sample = publishedEvents<PublishedTopics>('acculynx').events[SAMPLE_TOPIC]?.example_published;
  assert.ok(sample, 'the published sample is missing');
  return sample;
}

/** Event type and slug, in the order of the event types. */
function slugsOf(events: Record<string, { slug: string }>): [string, string][] {
  return Object.entries(events)
    .map(([type, { slug }]): [string, string] => [type, slug])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What our schema of an AccuLynx topic says against a payload, one sentence each. */
function schemaErrors(topic: string, payload: unknown): string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  const schema = readJson<object>(join(root, 'fixtures', 'acculynx', 'schemas', `${topic}.json`));
  const validate = ajv.compile(schema);
  validate(payload);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
