import { resolvePath } from '../body-path.ts';
import { parseHeader } from '../delivery-headers.ts';
import { parseDuration } from '../duration.ts';
import { HooksError } from '../errors.ts';
import type { Json } from '../json.ts';
import { parseSecretReference } from '../secret-reference.ts';
import { parseStatusMatch } from '../status-match.ts';
import { checkReferences } from './check-references.ts';
import type { Located, Path } from './located.ts';
import { scenarioError } from './problem.ts';
import type {
  AnswerExpectation,
  Capture,
  Disorder,
  ExpectStep,
  OwnBody,
  ReplayStep,
  Scenario,
  SendStep,
  Step,
} from './scenario.ts';

type Fields = Record<string, Json | undefined>;

const WITHIN_MS = 10_000;
const CALLBACK_WITHIN_MS = 5000;
const EVERY_MS = 100;

/**
 * The scenario in a document that its schema accepts. Throws HooksError with file, line and column for whatever a schema
 * cannot tell: paths, references, what excludes each other.
 */
export function parseScenario({ document, placeOf }: Located): Scenario {
  const problems = checkReferences(document, placeOf);
  if (problems.length > 0) throw scenarioError(problems);
  const fields = document as Fields;
  const { description, provider, endpoint } = fields as Record<string, string | undefined>;
  return {
    name: String(fields.name),
    ...(description !== undefined && { description }),
    ...(provider !== undefined && { provider }),
    ...(endpoint !== undefined && { endpoint }),
    variables: Object.entries((fields.variables ?? {}) as Record<string, Json>),
    disorder: parseDisorder((fields.disorder ?? {}) as Partial<Disorder>),
    steps: parseSteps((fields.steps ?? []) as Fields[], ['steps']),
    file: placeOf([]).file,
  };

  function parseSteps(steps: readonly Fields[], path: Path): Step[] {
    return steps.map((step, index) => parseStep(step, [...path, index]));
  }

  function parseStep(step: Fields, at: Path): Step {
    const [kind = '', content] = Object.entries(step)[0] ?? [];
    const path = [...at, kind];
    const place = placeOf(at);
    switch (kind) {
      case 'send':
        return parseSend((typeof content === 'string' ? { event: content } : content) as Fields, path, at);
      case 'replay':
        return parseReplay(
          (typeof content === 'string' ? { recording: content } : content) as Fields,
          path,
          at,
        );
      case 'wait':
        return { kind, place, durationMs: told(path, () => parseDuration(String(content))) };
      case 'expect':
        return parseExpect(content as Fields, path, at);
      case 'repeat': {
        const { times, steps } = content as { times: number; steps: Fields[] };
        return { kind, place, times, steps: parseSteps(steps, [...path, 'steps']) };
      }
      default:
        return { kind: 'parallel', place, steps: parseSteps(content as Fields[], path) };
    }
  }

  function parseSend(fields: Fields, path: Path, at: Path): SendStep {
    const { event, provider, id, method, merge } = fields;
    const bodies = (['data', 'base64', 'file'] as const).filter((key) => fields[key] !== undefined);
    const edits = (['set', 'unset', 'merge'] as const).filter((key) => fields[key] !== undefined);
    if (event === undefined && bodies.length === 0) {
      throw wrong(path, 'no event to send, and no body', 'give an event, or one of data, base64 and file');
    }
    const [body, second] = bodies;
    if (second !== undefined) throw wrong([...path, second], `${body} and ${second} both give the body`);
    if (body !== undefined && edits[0] !== undefined) {
      throw wrong([...path, edits[0]], `${body} is sent as it is, so ${edits[0]} has nothing to change`);
    }
    if (body !== undefined) refuseCallbacks(fields, path, `${body} is sent as it is`);
    for (const [index, text] of ((fields.unset ?? []) as string[]).entries()) {
      told([...path, 'unset', index], () => resolvePath(undefined, text));
    }
    return {
      kind: 'send',
      ...parseDelivering(fields, path, at),
      ...(typeof event === 'string' && { event }),
      ...(typeof provider === 'string' && { provider }),
      ...(typeof id === 'string' && { id }),
      ...(typeof method === 'string' && { method: method.toUpperCase() }),
      unset: (fields.unset ?? []) as string[],
      ...(merge !== undefined && { merge }),
      ...(body !== undefined && { body: { [body]: fields[body] } as unknown as OwnBody }),
    };
  }

  function parseReplay(fields: Fields, path: Path, at: Path): ReplayStep {
    const { recording, file, asIs = false, newId = false } = fields;
    if ((recording === undefined) === (file === undefined)) {
      throw wrong(path, 'a replay needs either recording or file');
    }
    if (asIs && (newId || fields.set !== undefined)) {
      throw wrong(path, `asIs sends the recorded bytes, so ${newId ? 'newId' : 'set'} has nothing to change`);
    }
    refuseCallbacks(fields, path, 'a replay sends what was recorded');
    return {
      kind: 'replay',
      ...parseDelivering(fields, path, at),
      source: recording === undefined ? { file: String(file) } : { recording: String(recording) },
      isAsIs: Boolean(asIs),
      isNewId: Boolean(newId),
    };
  }

  function parseDelivering(fields: Fields, path: Path, at: Path) {
    const headers = Object.entries((fields.headers ?? {}) as Record<string, string>);
    const set = (fields.set ?? {}) as Record<string, Json>;
    checkPaths(set, [...path, 'set']);
    return {
      ...(typeof fields.name === 'string' && { title: fields.name }),
      place: placeOf(at),
      set,
      headers: headers.map(([name, value]) =>
        told([...path, 'headers', name], () => parseHeader(`${name}: ${value}`)),
      ),
      isUnsigned: fields.unsigned === true,
      ...secretOf(fields),
      expect: parseAnswer((fields.expect ?? {}) as Fields, [...path, 'expect']),
      capture: parseCaptures((fields.capture ?? {}) as Fields, [...path, 'capture']),
    };
  }

  function parseAnswer(fields: Fields, path: Path): AnswerExpectation {
    const body = (fields.body ?? {}) as Record<string, Json>;
    checkPaths(body, [...path, 'body']);
    const { maxLatency } = fields;
    return {
      status: parseStatus(fields.status ?? '2xx', [...path, 'status']),
      headers: (fields.headers ?? {}) as Record<string, string | boolean>,
      body,
      ...(typeof maxLatency === 'string' && {
        maxLatencyMs: told([...path, 'maxLatency'], () => parseDuration(maxLatency)),
      }),
      ...parseCallbacks(fields, path),
    };
  }

  function parseCallbacks({ callbacks, within }: Fields, path: Path): Pick<AnswerExpectation, 'callbacks'> {
    if (callbacks !== undefined) {
      const names = [callbacks].flat().map(String);
      return { callbacks: { names, withinMs: duration({ within }, 'within', path) ?? CALLBACK_WITHIN_MS } };
    }
    if (within === undefined) return {};
    throw wrong([...path, 'within'], 'within is how long callbacks are waited for, and none is expected');
  }

  /** Callbacks are pointed at hooks by changing the payload. */
  function refuseCallbacks(fields: Fields, path: Path, why: string): void {
    if (((fields.expect ?? {}) as Fields).callbacks === undefined) return;
    throw wrong([...path, 'expect', 'callbacks'], `${why}, so its callbacks lead elsewhere`);
  }

  function parseCaptures(fields: Fields, path: Path): Record<string, Capture> {
    const captures = Object.entries(fields).map(([name, value]): [string, Capture] => {
      const { body, header } = (typeof value === 'string' ? { body: value } : value) as Record<
        string,
        string
      >;
      if (header !== undefined) return [name, { in: 'header', name: header }];
      told([...path, name], () => resolvePath(undefined, body ?? ''));
      return [name, { in: 'body', path: body ?? '' }];
    });
    return Object.fromEntries(captures);
  }

  function parseExpect(fields: Fields, path: Path, at: Path): ExpectStep {
    const until = fields.until as Fields;
    const body = (until.body ?? {}) as Record<string, Json>;
    const { url, command, status, text } = until;
    if ((url === undefined) === (command === undefined)) {
      throw wrong([...path, 'until'], 'a probe needs either url or command');
    }
    if (command !== undefined && status !== undefined) {
      throw wrong([...path, 'until', 'status'], 'a command has no status; it has to end with exit code 0');
    }
    checkPaths(body, [...path, 'until', 'body']);
    return {
      kind: 'expect',
      ...(typeof fields.name === 'string' && { title: fields.name }),
      place: placeOf(at),
      probe: command === undefined ? { url: String(url) } : { command: String(command) },
      ...(status !== undefined && { status: parseStatus(status, [...path, 'until', 'status']) }),
      body,
      ...(typeof text === 'string' && { text }),
      withinMs: duration(fields, 'within', path) ?? WITHIN_MS,
      everyMs: Math.max(10, duration(fields, 'every', path) ?? EVERY_MS),
    };
  }

  function duration(fields: Fields, key: string, path: Path): number | undefined {
    const text = fields[key];
    return typeof text === 'string' ? told([...path, key], () => parseDuration(text)) : undefined;
  }

  function parseStatus(status: Json, path: Path) {
    const text = [status].flat().map(String).join(',').replaceAll(' ', '').toLowerCase();
    return { text, match: told(path, () => parseStatusMatch(text)) };
  }

  function checkPaths(values: Readonly<Record<string, Json>>, path: Path): void {
    for (const key of Object.keys(values)) told([...path, key], () => resolvePath(undefined, key));
  }

  function told<T>(path: Path, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      const { message, why, next } = error;
      throw scenarioError([
        {
          place: placeOf(path),
          message,
          ...(next !== undefined && { next: [why, next].filter(Boolean).join('; ') }),
        },
      ]);
    }
  }

  function wrong(path: Path, message: string, next?: string): HooksError {
    return scenarioError([{ place: placeOf(path), message, ...(next !== undefined && { next }) }]);
  }
}

function parseDisorder({ shuffle = false, duplicate = 0, drop = 0, seed }: Partial<Disorder>): Disorder {
  return { shuffle, duplicate, drop, ...(seed !== undefined && { seed }) };
}

function secretOf({ secret: text }: Fields): Pick<SendStep, 'secret'> {
  const secret = typeof text === 'string' ? parseSecretReference(text) : undefined;
  return secret === undefined ? {} : { secret };
}
