import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';

/** What an exported script has handed to its engine. */
export interface ExportedRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  /** The bytes that the engine would send. */
  body: Buffer;
}

/** What an exported script has told k6 besides. */
export interface PlayedK6 {
  requests: ExportedRequest[];
  options: Record<string, unknown>;
  expected: { min: number; max: number }[];
}

type Environment = Readonly<Record<string, string>>;

/**
 * Plays iterations of an exported k6 script. It runs where there is nothing but JavaScript itself, as in k6: no Buffer, no
 * TextEncoder, no URL; k6's own modules are stand-ins with the types that k6 documents.
 */
export function playK6(folder: string, env: Environment, iterations: number): PlayedK6 {
  const requests: ExportedRequest[] = [];
  let expected: PlayedK6['expected'] = [];
  const http = {
    expectedStatuses: (...ranges: PlayedK6['expected']) => ranges,
    setResponseCallback(ranges: PlayedK6['expected']) {
      expected = ranges;
    },
    request(method: string, url: string, body: unknown, { headers }: { headers: Record<string, string> }) {
      requests.push(asRequest(method, url, headers, body));
    },
  };
  const context = createContext({
    __ENV: { ...env },
    open: (path: string) => readFileSync(join(folder, path), 'utf8'),
    http,
    crypto: K6_CRYPTO,
    encoding: { b64encode: (text: string) => Buffer.from(text, 'utf8').toString('base64') },
  });
  const script = readFileSync(join(folder, 'load.js'), 'utf8');
  const modules = [...script.matchAll(/^import (.+) from '(.+)';$/gm)].map(([, names, from]) => [
    names,
    from,
  ]);
  const known = ['k6/crypto', 'k6/encoding', 'k6/http', './delivery.mjs'];
  const foreign = modules.find(([, from]) => !known.includes(from ?? ''));
  if (foreign) throw new Error(`the script imports ${foreign[1]}`);
  runInContext(asScript(readFileSync(join(folder, 'delivery.mjs'), 'utf8')), context);
  const iterate = runInContext(`${asScript(script)}\n;({ iterate: exportedDefault, options })`, context) as {
    iterate: () => void;
    options: Record<string, unknown>;
  };
  for (let count = 0; count < iterations; count++) iterate.iterate();
  return { requests, options: iterate.options, expected };
}

/** The module as a script: what it imports stands around it already. */
function asScript(module: string): string {
  return module
    .replace(/^import .+$/gm, '')
    .replace(/^export default function/gm, 'var exportedDefault = function')
    .replace(/^export (const|function)/gm, '$1');
}

const K6_ENCODINGS: Record<string, (digest: Buffer) => string> = {
  hex: (digest) => digest.toString('hex'),
  base64: (digest) => digest.toString('base64'),
  base64url: (digest) => digest.toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  base64rawurl: (digest) => digest.toString('base64url'),
};

/** https://grafana.com/docs/k6/latest/javascript-api/k6-crypto/: keys and random bytes are an ArrayBuffer. */
const K6_CRYPTO = {
  randomBytes(count: number): ArrayBuffer {
    return new Uint8Array(randomBytes(count)).buffer;
  },
  hmac(algorithm: string, key: string | ArrayBuffer, data: string, form: string): string {
    if (typeof key !== 'string' && ArrayBuffer.isView(key)) throw new TypeError('k6 takes no view as a key');
    const encode = K6_ENCODINGS[form];
    if (encode === undefined) throw new TypeError(`k6 has no encoding ${form}`);
    const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : Buffer.from(key);
    return encode(createHmac(algorithm, bytes).update(data, 'utf8').digest());
  },
};

interface ArtilleryRequest {
  url: string;
  headers: Record<string, string>;
  body?: unknown;
}

interface Processor {
  makeDelivery(request: ArtilleryRequest, context: unknown, events: unknown, done: () => void): void;
  checkStatus(
    request: unknown,
    response: { statusCode: number },
    context: unknown,
    events: unknown,
    done: (error?: Error) => void,
  ): void;
}

let loadings = 0;

/** The processor of an exported Artillery script, loaded with that environment, which it reads again for each delivery. */
export async function loadArtillery(folder: string, env: Environment) {
  const { href } = pathToFileURL(join(folder, 'processor.mjs'));
  // Loaded anew each time, as by a new process.
  const processor = (await withEnvironment(env, () => import(`${href}?${++loadings}`))) as Processor;
  const script = readFileSync(join(folder, 'load.yml'), 'utf8');
  const method = /- (get|post|put|patch|delete):\n/.exec(script)?.[1] ?? 'no method';
  return {
    script,
    /** The next deliveries, made as Artillery has them made: its own headers are there before. */
    play: (count: number): Promise<ExportedRequest[]> =>
      withEnvironment(env, async () =>
        Array.from({ length: count }, () => {
          const request: ArtilleryRequest = {
            url: '/',
            headers: { 'user-agent': 'Artillery (https://artillery.io)' },
          };
          let isDone = false;
          processor.makeDelivery(request, {}, {}, () => {
            isDone = true;
          });
          if (!isDone) throw new Error('the processor has not called back');
          const headers = Object.fromEntries(
            Object.entries(request.headers).map(([name, value]) => [name, asArtillerySends(value)]),
          );
          const body = asArtillerySends(request.body);
          return asRequest(method.toUpperCase(), asArtillerySends(request.url), headers, body);
        }),
      ),
    /** Whether the script takes this status for a delivery. */
    accepts(status: number): boolean {
      let failure: Error | undefined;
      processor.checkStatus({}, { statusCode: status }, {}, {}, (error) => {
        failure = error;
      });
      return failure === undefined;
    },
  };
}

/** Artillery fills in templates when the processor has done its work, in texts only (packages/commons/engine_util.js). */
function asArtillerySends<T>(value: T): T {
  return (typeof value === 'string' ? value.replace(/\{\{.*?\}\}/g, '') : value) as T;
}

/** For as long as the work takes, the variables are set; they are HOOKS_… and others that nothing else here reads. */
async function withEnvironment<T>(env: Environment, work: () => Promise<T>): Promise<T> {
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

function asRequest(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: unknown,
): ExportedRequest {
  const isBytes = Buffer.isBuffer(body);
  if (!isBytes && typeof body !== 'string') throw new TypeError('the body is neither text nor bytes');
  const list = Object.entries(headers);
  for (const [name, value] of list) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  }
  const names = list.map(([name]) => name.toLowerCase());
  if (new Set(names).size < names.length) throw new Error(`a header is there twice: ${names.join(', ')}`);
  return { method, url, headers: list, body: isBytes ? body : Buffer.from(body, 'utf8') };
}
