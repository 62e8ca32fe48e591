import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readExample } from '../../../../src/adapters/provider-packs.ts';
import type { EventChoice } from '../../../../src/core/catalogue.ts';
import { locate } from '../../../../src/core/identify.ts';
import { parseJsonBytes } from '../../../../src/core/json.ts';
import { parsePointer, valueAt } from '../../../../src/core/json-pointer.ts';
import { artilleryScript } from '../../../../src/core/load/export/artillery.ts';
import { exportData } from '../../../../src/core/load/export/export-data.ts';
import type { ExportedScript } from '../../../../src/core/load/export/exported-load.ts';
import { k6Script } from '../../../../src/core/load/export/k6.ts';
import type { OutgoingPlan } from '../../../../src/core/outgoing.ts';
import { chooseScheme, type SchemeOverrides } from '../../../../src/core/provider-scheme.ts';
import type { SignatureScheme } from '../../../../src/core/signing/scheme.ts';
import { SCHEME_IDS } from '../../../../src/core/signing/schemes.ts';
import { packs } from '../../../helpers/bundled-packs.ts';
import { type ExportedRequest, loadArtillery, playK6 } from '../../../helpers/exported-engines.ts';

const URL_OF_ENDPOINT = 'http://localhost:3000/hooks';
const WHSEC = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const TEXT = 'a secret of letters, ü and €';
const DELIVERIES = 3;

const folder = mkdtempSync(join(tmpdir(), 'hooks-exported-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ENGINES = {
  k6: {
    script: k6Script,
    play: async (directory: string, env: Record<string, string>) =>
      playK6(directory, env, DELIVERIES).requests,
  },
  artillery: {
    script: artilleryScript,
    play: async (directory: string, env: Record<string, string>) =>
      (await loadArtillery(directory, env)).play(DELIVERIES),
  },
};

function write({ files }: ExportedScript): string {
  const directory = mkdtempSync(join(folder, 'out-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

async function planFor(choice: EventChoice, overrides: SchemeOverrides) {
  const { scheme, parameters } = chooseScheme(choice.pack, overrides);
  const plan: OutgoingPlan = {
    choice,
    example: await readExample(choice),
    isVerbatim: false,
    fresh: choice.pack.manifest.fresh,
    // A body that has more bytes than letters.
    edits: [
      { kind: 'set', path: '/note', value: 'übergröße €5 😀 {id}.{timestamp}.{body} {{ name }} "quoted"' },
    ],
    scheme,
    // Secrets are not needed where nothing is signed.
    secrets: [],
    url: URL_OF_ENDPOINT,
    headers: [],
    userAgent: 'hooks/test',
  };
  return { plan, parameters, scheme };
}

/** What the exported script makes deliveries of, played by the engine. */
async function deliveries(
  engine: keyof typeof ENGINES,
  choice: EventChoice,
  { overrides = {}, secret }: { overrides?: SchemeOverrides; secret?: string },
) {
  const { plan, parameters, scheme } = await planFor(choice, overrides);
  const { script, play } = ENGINES[engine];
  const directory = write(
    script({
      data: exportData(plan, parameters, true),
      mode: 'constant',
      stage: {
        segments: [{ fromRate: 10, toRate: 10, durationMs: 1000 }],
        durationMs: 1000,
        warmupMs: 0,
        maxInFlight: 5,
      },
      thresholds: { latency: [], errorShare: 0.01 },
      timeoutMs: 1000,
      expected: '2xx',
    }),
  );
  const fromSeconds = Math.floor(Date.now() / 1000);
  const requests = await play(directory, secret === undefined ? {} : { HOOKS_SECRET: secret });
  assert.equal(requests.length, DELIVERIES);
  for (const { url, method } of requests) assert.deepEqual([method, url], ['POST', URL_OF_ENDPOINT]);
  return { requests, scheme, fromSeconds };
}

interface Proof {
  scheme: SignatureScheme;
  secret: string;
  fromSeconds: number;
}

/** Our own verifier accepts it, now signed, and refuses it with another byte at the end or under another secret. */
function assertGenuine({ headers, body }: ExportedRequest, { scheme, secret, fromSeconds }: Proof): void {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const judge = (bytes: Uint8Array, text: string) =>
    scheme.verify({ headers, body: bytes, nowSeconds }, [scheme.parseSecret(text)]);
  const verdict = judge(body, secret);
  assert.ok(verdict.ok, verdict.ok ? '' : verdict.message);
  assert.equal(judge(body, otherThan(secret)).ok, false, 'another secret is accepted');
  if (scheme.covers.body) {
    const changed = Buffer.concat([body.subarray(0, -1), Buffer.from(' ')]);
    assert.equal(judge(changed, secret).ok, false, 'another body is accepted');
  }
  if (!scheme.covers.timestamp) return;
  const signedSeconds = verdict.timestampSeconds ?? 0;
  assert.ok(signedSeconds >= fromSeconds && signedSeconds <= nowSeconds, `signed at ${signedSeconds}`);
}

/** As long and of the same letters, so that every scheme can read it. */
function otherThan(secret: string): string {
  const start = secret.startsWith('whsec_') ? 6 : 0;
  return `${secret.slice(0, start)}${secret[start] === 'd' ? 'e' : 'd'}${secret.slice(start + 1)}`;
}

function firstEvent(provider: string): EventChoice {
  const pack = packs.find(({ manifest }) => manifest.id === provider);
  const [eventType, event] = Object.entries(pack?.manifest.events ?? {})[0] ?? [];
  assert.ok(pack !== undefined && eventType !== undefined && event !== undefined, provider);
  return { pack, eventType, event };
}

const choices = packs.flatMap((pack) =>
  Object.entries(pack.manifest.events).flatMap(([eventType, event]): EventChoice[] => [
    { pack, eventType, event },
    ...(pack.variants[eventType] ?? []).map((variant) => ({ pack, eventType, event, variant })),
  ]),
);

const HMAC = { scheme: 'hmac-sha256', signatureHeader: 'X-Signature' } as const;

/** Every scheme, and every parameter of the one that has some. */
const SCHEMES: { name: string; overrides: SchemeOverrides; secret: string }[] = [
  { name: 'standard-webhooks', overrides: { scheme: 'standard-webhooks' }, secret: WHSEC },
  {
    name: 'standard-webhooks with a secret that has no prefix',
    overrides: { scheme: 'standard-webhooks' },
    secret: WHSEC.replace('whsec_', ''),
  },
  { name: 'svix', overrides: { scheme: 'svix' }, secret: WHSEC },
  ...['coalesce', 'stripe', 'github', 'slack', 'shopify'].map((scheme) => ({
    name: scheme,
    overrides: { scheme },
    secret: TEXT,
  })),
  { name: 'stripe with a whsec_ secret', overrides: { scheme: 'stripe' }, secret: WHSEC },
  { name: 'hmac-sha256', overrides: HMAC, secret: TEXT },
  {
    name: 'hmac-sha256 over id, time and body, in base64',
    overrides: {
      ...HMAC,
      signatureContent: '{id}:{timestamp}:{body}',
      signatureEncoding: 'base64',
      signaturePrefix: 'v1=',
      timestampHeader: 'X-Time',
      idHeader: 'X-Id',
    },
    secret: TEXT,
  },
  {
    name: 'hmac-sha256 in base64url, time in milliseconds',
    overrides: {
      ...HMAC,
      signatureContent: '{timestamp}{body}',
      signatureEncoding: 'base64url',
      timestampHeader: 'X-Time',
      timestampUnit: 'milliseconds',
    },
    secret: TEXT,
  },
  {
    name: 'hmac-sha256 with a secret in hex',
    overrides: { ...HMAC, secretEncoding: 'hex' },
    secret: 'A0ff4c1b009e',
  },
  {
    name: 'hmac-sha256 with a secret in base64',
    overrides: { ...HMAC, secretEncoding: 'base64' },
    secret: '+/+/AAEC/w==',
  },
  { name: 'token', overrides: { scheme: 'token' }, secret: 'open-sesame' },
  {
    name: 'token in a header of its own',
    overrides: { scheme: 'token', tokenHeader: 'X-Door' },
    secret: 'open',
  },
  { name: 'bearer', overrides: { scheme: 'bearer' }, secret: 'open-sesame' },
  { name: 'basic', overrides: { scheme: 'basic' }, secret: 'jördis:pass:wörd' },
];

describe('an exported script', () => {
  it('is tested with every scheme that there is', () => {
    const tested = new Set(SCHEMES.map(({ overrides }) => overrides.scheme));
    assert.deepEqual(
      SCHEME_IDS.filter((id) => id !== 'none' && !tested.has(id)),
      [],
    );
  });

  for (const engine of ['k6', 'artillery'] as const) {
    describe(`for ${engine}`, () => {
      for (const { name, overrides, secret } of SCHEMES) {
        it(`signs by ${name} so that our verifier accepts it`, async () => {
          const { requests, ...proof } = await deliveries(engine, firstEvent('synq'), { overrides, secret });
          for (const request of requests) assertGenuine(request, { ...proof, secret });
        });
      }

      it('sends nothing that proves anything by the scheme none', async () => {
        const { requests } = await deliveries(engine, firstEvent('synq'), { overrides: { scheme: 'none' } });
        for (const { headers } of requests) {
          const names = headers.map(([name]) => name.toLowerCase());
          assert.deepEqual(
            names.filter((one) => /signature|token|authorization/.test(one)),
            [],
          );
        }
      });

      for (const { manifest } of packs) {
        it(`makes deliveries of every event of ${manifest.id}, each with an id and times of its own`, async () => {
          for (const choice of choices.filter(({ pack }) => pack.manifest.id === manifest.id)) {
            const { requests, ...proof } = await deliveries(engine, choice, { secret: WHSEC });
            const name = `${choice.eventType}@${choice.variant ?? ''}`;
            if (proof.scheme.needsSecret)
              for (const request of requests) assertGenuine(request, { ...proof, secret: WHSEC });
            assertOwnFields(requests, choice, proof.fromSeconds, name);
          }
        });

        for (const [name, { value }] of Object.entries(manifest.signingAlternatives ?? {})) {
          it(`signs by ${name}, which ${manifest.id} may use instead`, async () => {
            const choice = firstEvent(manifest.id);
            const overrides = { scheme: name };
            const { requests, ...proof } = await deliveries(engine, choice, { overrides, secret: WHSEC });
            assert.equal(proof.scheme.id, value?.scheme);
            if (!proof.scheme.needsSecret) return;
            for (const request of requests) assertGenuine(request, { ...proof, secret: WHSEC });
          });
        }
      }
    });
  }
});

/** Ids differ wherever the provider renews them, and times are of now. */
function assertOwnFields(
  requests: readonly ExportedRequest[],
  { pack: { manifest } }: EventChoice,
  fromSeconds: number,
  name: string,
): void {
  const documents = requests.map(({ body }) => {
    const parsed = parseJsonBytes(body);
    assert.ok('value' in parsed, `${name}: the body is not JSON`);
    return parsed.value;
  });
  for (const { path, value } of manifest.fresh) {
    const values = documents.map((document) => valueAt(document, parsePointer(path)));
    if (values[0] === undefined) continue;
    if (value !== 'time') assert.equal(new Set(values).size, requests.length, `${name} ${path}`);
    else
      for (const one of values) assert.ok(Date.parse(String(one)) / 1000 >= fromSeconds, `${name} ${path}`);
  }
  const ids = requests.map(({ headers }, index) => {
    const document = documents[index];
    return locate(manifest.idempotencyKey.value, { headers, ...(document !== undefined && { document }) });
  });
  const isRenewed = manifest.fresh.some(({ path, value }) => {
    const location = manifest.idempotencyKey.value;
    return value !== 'time' && location?.in === 'body' && location.paths.includes(path);
  });
  if (manifest.idempotencyKey.value?.in === 'header' || isRenewed)
    assert.equal(new Set(ids.filter((id) => id !== undefined)).size, requests.length, `${name}: ids`);
}
