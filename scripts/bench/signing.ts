import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { describePackages } from './machine.ts';
import type { Options } from './options.ts';
import type { Row, Section, Table } from './report.ts';
import { type Measure, measureInTurn, median, ratioTo } from './rounds.ts';
import { SECRET, type Surroundings } from './surroundings.ts';

const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
const SIZES = [
  { name: '1 KiB', bytes: 1024 },
  { name: '100 KiB', bytes: 100 * 1024 },
];

/** Signing and verifying alone, in this process. */
export async function benchSigning(_: Surroundings, { isQuick }: Options): Promise<Section> {
  const tables: Table[] = [];
  for (const { name, bytes } of SIZES) {
    const times = Math.ceil((isQuick ? 2e6 : 2e7) / (bytes + 4000));
    tables.push(await compare('sign', name, signers(bodyOf(bytes)), times, isQuick ? 9 : 31));
    tables.push(await compare('verify', name, verifiers(bodyOf(bytes)), times, isQuick ? 9 : 31));
  }
  return {
    title: 'Sign and verify',
    text: `By Standard Webhooks (HMAC-SHA256 over id, time and body). Base: the least that \`node:crypto\` can do it in, a key made once and the parts hashed one after the other. ${describePackages(['svix', 'standardwebhooks'])} parse what they verify as JSON as well; so may a receiver have to.`,
    tables,
  };
}

type Works = Record<'raw' | 'hooks' | 'standardwebhooks' | 'svix', () => unknown>;

async function compare(verb: keyof typeof MISSED, size: string, works: Works, times: number, rounds: number) {
  const many = (work: () => unknown): Measure => {
    return () => {
      const startedMs = performance.now();
      for (let time = 0; time < times; time++) work();
      return ((performance.now() - startedMs) / times) * 1000;
    };
  };
  const { raw, ...others } = works;
  const [base = [], ...results] = await measureInTurn([raw, ...Object.values(others)].map(many), rounds);
  const rows = Object.keys(others).map(
    (name, index): Row => ({
      name: `${verb} ${size}: ${name}`,
      ratio: ratioTo(base, results[index] ?? []),
      measured: `${median(results[index] ?? []).toFixed(1)} µs`,
      ...(name === 'hooks' && size === '1 KiB' && { goal: { most: 1.2 }, missedBecause: MISSED[verb] }),
    }),
  );
  return { base: `raw (${median(base).toFixed(1)} µs)`, rows };
}

const MISSED = {
  sign: 'the base hashes, and does nothing else; we also refuse ids and times that a receiver would read differently from what was signed, write the time as text, and give the headers as a list.',
  verify:
    'the base hashes and compares, and does nothing else; a verdict also finds its headers among those received, refuses repeated and malformed ones, checks the time against the tolerance and tries every signature and secret, which takes a microsecond of its own whatever the size.',
};

function bodyOf(bytes: number): Buffer {
  return Buffer.from(JSON.stringify({ note: 'x'.repeat(bytes - 11) }));
}

/** Checked once: what is measured must be right. */
function signatureOf(body: Buffer, timestamp: number): string {
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${ID}.${timestamp}.`).update(body).digest('base64')}`;
}

function signers(body: Buffer): Works {
  const now = Math.floor(Date.now() / 1000);
  const at = new Date(now * 1000);
  const key = createSecretKey(Buffer.from(SECRET.slice('whsec_'.length), 'base64'));
  const scheme = createScheme({ scheme: 'standard-webhooks' });
  const secrets = [scheme.parseSecret(SECRET)];
  const standard = new StandardWebhook(SECRET);
  const svix = new SvixWebhook(SECRET);
  const works = {
    raw: () => `v1,${createHmac('sha256', key).update(`${ID}.${now}.`).update(body).digest('base64')}`,
    hooks: () => scheme.sign({ id: ID, timestampSeconds: now, body }, secrets).at(-1)?.value,
    standardwebhooks: () => standard.sign(ID, at, body),
    svix: () => svix.sign(ID, at, body),
  };
  for (const [name, work] of Object.entries(works))
    if (work() !== signatureOf(body, now)) throw new Error(`${name} signs ${work()}`);
  return works;
}

function verifiers(body: Buffer): Works {
  // They all read the clock; a run is shorter than the tolerance of five minutes.
  const now = () => Math.floor(Date.now() / 1000);
  const timestamp = now();
  const signature = signatureOf(body, timestamp);
  const key = createSecretKey(Buffer.from(SECRET.slice('whsec_'.length), 'base64'));
  const pairs: [string, string][] = [
    ['Content-Type', 'application/json'],
    ['User-Agent', 'Example/1.0'],
    ['Content-Length', String(body.length)],
    ['webhook-id', ID],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', signature],
  ];
  const headers = Object.fromEntries(pairs);
  const svixHeaders = { 'svix-id': ID, 'svix-timestamp': String(timestamp), 'svix-signature': signature };
  const scheme = createScheme({ scheme: 'standard-webhooks' });
  const secrets = [scheme.parseSecret(SECRET)];
  const standard = new StandardWebhook(SECRET);
  const svix = new SvixWebhook(SECRET);
  const claimed = Buffer.from(signature.slice('v1,'.length), 'base64');
  const works = {
    raw: () => {
      const digest = createHmac('sha256', key).update(`${ID}.${timestamp}.`).update(body).digest();
      return Math.abs(now() - timestamp) < 300 && timingSafeEqual(digest, claimed);
    },
    hooks: () => scheme.verify({ headers: pairs, body, nowSeconds: now() }, secrets).ok,
    standardwebhooks: () => standard.verify(body, headers) !== undefined,
    svix: () => svix.verify(body, svixHeaders) !== undefined,
  };
  for (const [name, work] of Object.entries(works)) if (!work()) throw new Error(`${name} refuses`);
  return works;
}
