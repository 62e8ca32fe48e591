import { clockMs, pause } from '../adapters/clock.ts';
import { startServer } from '../adapters/http-server/http-server.ts';
import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { createRecordingWriter } from '../adapters/store/writer.ts';
import { findEvent, findProvider, type ProviderPack } from '../core/catalogue.ts';
import { EXIT, HooksError } from '../core/errors.ts';
import { createEventMatch } from '../core/event-pattern.ts';
import { createUlids } from '../core/identifiers.ts';
import type { Candidate } from '../core/identify.ts';
import { createJudge, type JudgePlan } from '../core/judge.ts';
import { GENERIC } from '../core/provider.ts';
import type { RunningServer } from '../core/received.ts';
import type { Recording } from '../core/recording.ts';
import { createRepeatedKeys } from '../core/repeated-keys.ts';
import { retentionFrom } from '../core/retention.ts';
import type { Warning } from '../core/run-event.ts';
import type { SignatureScheme } from '../core/signing/scheme.ts';
import { SCHEME_IDS } from '../core/signing/schemes.ts';
import type { Verdicts } from '../core/verdict.ts';
import { type ListenPlan, type ListenPorts, listen } from '../flows/listen.ts';
import type { BodyDetail } from '../views/body-text.ts';
import { openView, type View } from '../views/open.ts';
import type { Context } from './context.ts';
import { type AnswerFlags, planAnswers } from './listen-answers.ts';
import type { ChannelFlags } from './listen-channel.ts';
import { type ForwardFlags, forwardPatterns, planForwarding } from './listen-forwarding.ts';
import { liveTerminal, openListenView, type PlainFlag } from './live-view.ts';
import { resolveSecrets } from './secrets.ts';
import { namesAnEvent, unknownEventName } from './selection-names.ts';
import type { ConfigFlag, OutputFlags, SchemeFlags, SecretFlags } from './shared-options.ts';
import { showRun } from './show-run.ts';
import { schemeFromFlags } from './signing.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

const DEFAULT_PORT = 4000;
// Enough for a day of development; a delivery repeated later than that is not told from a new one.
const REMEMBERED_KEYS = 100_000;

type ServeHandlers = Parameters<ListenPorts['serve']>[0];

export interface ListenFlags
  extends SecretFlags,
    SchemeFlags,
    AnswerFlags,
    ForwardFlags,
    ChannelFlags,
    OutputFlags,
    PlainFlag,
    ConfigFlag {
  port?: number;
  host: string;
  strict?: boolean;
  exitAfter?: number;
  until?: string;
  timeout?: number;
  expectValid?: boolean;
  provider?: string;
  unsigned?: boolean;
  events?: string[];
  body: BodyDetail;
}

/** Listens until it is to end, and sets the exit code. */
export async function runListen(flags: ListenFlags, context: Context): Promise<void> {
  const { io } = context;
  const workspace = await loadWorkspace(context, flags);
  const secrets = flags.unsigned ? undefined : await resolveSecrets(flags, context, workspace);
  const { judgePlan, warnings } = planJudge(flags, workspace, secrets);
  const forwarding = await planForwarding(flags, workspace, context);
  const plan: ListenPlan = {
    ...planListen(flags, workspace, judgePlan),
    ...(await planAnswers(flags, workspace, context)),
    ...(forwarding && { forward: forwarding.plan }),
  };
  const quitting = new AbortController();
  const view = await viewFor(flags, context, workspace, () => quitting.abort());
  for (const warning of [...warnings, ...unknownEvents(flags, workspace)]) await view(warning);
  const newId = createUlids(randomSource(undefined));
  const { isRepeated, forget } = createRepeatedKeys(REMEMBERED_KEYS);
  const now = () => new Date();
  const writer = flags.record
    ? createRecordingWriter(stateDirectory(io.env), retentionFrom(workspace.setting), now)
    : undefined;
  const channel = flags.channel === undefined ? undefined : await loadChannel(flags.channel);
  const run = listen(plan, {
    ...(writer && {
      record: (recording: Recording) => writer.write(recording),
      complete: (recording: Recording) => writer.complete(recording),
    }),
    now,
    serve,
    judge: createJudge(judgePlan, {
      validate: lazyValidator(),
      isRepeated,
    }),
    forget,
    clockMs,
    sleep: pause,
    signal: AbortSignal.any([io.signal, quitting.signal]),
  });
  async function serve(on: ServeHandlers): Promise<RunningServer> {
    if (channel && flags.port === undefined) return channel(on);
    const server = await startServer({
      host: flags.host,
      port: flags.port ?? Number(workspace.setting('port') ?? DEFAULT_PORT),
      maxBodyBytes: flags.maxBody,
      newId: () => newId(now()),
      now,
      ...on,
    });
    // Only now is the port known for sure.
    await forwarding?.refuseOwn(server).catch(async (error: unknown) => {
      await server.stop(0);
      throw error;
    });
    return channel ? both(server, channel(on)) : server;
  }

  async function loadChannel(url: string) {
    const { prepareChannel } = await import('./listen-channel.ts');
    const onNote = (note: Warning) => void view(note);
    return prepareChannel({ ...flags, channel: url }, context, { newId: () => newId(now()), now, onNote });
  }

  const { unmet } = await showRun(run, view, 'listen.finished').finally(async () => {
    writer?.close();
    await forwarding?.close();
  });
  if (unmet.length > 0) context.exit(EXIT.failed);
}

/** A server and a channel as one. */
function both(server: RunningServer, channel: RunningServer): RunningServer {
  return {
    ...server,
    channel: channel.url,
    stop: async (graceMs) => void (await Promise.all([server.stop(graceMs), channel.stop(graceMs)])),
  };
}

/** On a terminal the live view, else lines. */
async function viewFor(
  flags: ListenFlags,
  context: Context,
  workspace: Workspace,
  quit: () => void,
): Promise<View> {
  const plain = openView(flags, context.io);
  const terminal = liveTerminal(flags, context.io);
  return terminal ? openListenView({ flags, terminal, plain, quit }, context, workspace) : plain;
}

/** A pattern that no known event type fits hides everything known; it may still be of an event type that is new. */
function unknownEvents(flags: ListenFlags, { packs }: Workspace): Warning[] {
  const answered = (flags.respond ?? []).flatMap(({ pattern }) => pattern ?? []);
  return [...(flags.events ?? []), ...answered, ...forwardPatterns(flags)]
    .filter((pattern) => !namesAnEvent(pattern, packs))
    .map((pattern) => ({ type: 'warning', code: 'unknown-event', ...unknownEventName(pattern, packs) }));
}

/** Loads ajv with the first delivery that has a schema: until then the listener is ready sooner. */
function lazyValidator(): Parameters<typeof createJudge>[1]['validate'] {
  const loading = import('../adapters/schema-validator.ts').then(({ createValidator }) => createValidator());
  loading.catch(() => {});
  return async (pack, eventType, document) => (await loading)(pack, eventType, document);
}

function planJudge(
  flags: ListenFlags,
  workspace: Workspace,
  secrets: readonly string[] | undefined,
): { judgePlan: JudgePlan; warnings: Warning[] } {
  const isGeneric = flags.provider === GENERIC;
  const named =
    flags.provider === undefined || isGeneric ? undefined : findProvider(workspace.packs, flags.provider);
  const candidates = isGeneric ? [] : workspace.packs.map((pack) => candidateFor(pack));
  const own = schemeFromFlags(named, flags, workspace);
  const fixed = named && { pack: named, scheme: own.scheme };
  if (secrets !== undefined)
    refuseUnusable(secrets, fixed ? [own.scheme] : [...candidates.map(({ scheme }) => scheme), own.scheme]);
  return {
    judgePlan: {
      candidates,
      ...(fixed && { fixed }),
      ...(flags.scheme !== undefined && { fallbackScheme: own.scheme }),
      knownSchemes: knownSchemes(flags, workspace),
      ...(secrets !== undefined && { secrets }),
      isUnsigned: flags.unsigned ?? false,
    },
    warnings:
      named && secrets ? own.caveats.map((message) => ({ type: 'warning', code: 'assumed', message })) : [],
  };

  function candidateFor(pack: ProviderPack): Candidate {
    return { pack, scheme: schemeFromFlags(pack, flags, workspace).scheme };
  }
}

/** Those that cover the body: who sends a shared secret may mean it for something else. */
function knownSchemes({ tolerance, unsigned }: ListenFlags, workspace: Workspace): SignatureScheme[] {
  if (unsigned) return [];
  return SCHEME_IDS.filter((id) => id !== 'hmac-sha256')
    .map((id) =>
      schemeFromFlags(undefined, { scheme: id, ...(tolerance !== undefined && { tolerance }) }, workspace),
    )
    .map(({ scheme }) => scheme)
    .filter(({ covers }) => covers.body);
}

/** A secret that no scheme at hand can use would leave every delivery refused: better said at once. */
function refuseUnusable(secrets: readonly string[], schemes: readonly SignatureScheme[]): void {
  const using = schemes.filter(({ needsSecret }) => needsSecret);
  for (const secret of secrets) {
    const failures = using.map((scheme) => failureOf(() => scheme.parseSecret(secret)));
    const [first] = failures;
    if (using.length > 0 && failures.every((failure) => failure !== undefined)) throw first;
  }
}

function failureOf(attempt: () => unknown): HooksError | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof HooksError) return error;
    throw error;
  }
}

function planListen(
  flags: ListenFlags,
  workspace: Workspace,
  judgePlan: JudgePlan,
): Omit<ListenPlan, 'answer' | 'delayMs'> {
  const patterns = (flags.events ?? []).map((pattern) => createEventMatch(pattern, workspace.packs));
  const { fixed, candidates, fallbackScheme } = judgePlan;
  const schemes = [
    ...(fixed ? [fixed.scheme] : candidates.map(({ scheme }) => scheme)),
    ...(fallbackScheme ? [fallbackScheme] : []),
  ];
  return {
    isStrict: flags.strict ?? false,
    ...(judgePlan.fixed && { provider: judgePlan.fixed.pack.manifest.id }),
    isVerifying: !judgePlan.isUnsigned && judgePlan.secrets !== undefined,
    shows: (verdicts) => patterns.length === 0 || patterns.some((matches) => matches(verdicts)),
    ...(flags.exitAfter !== undefined && { exitAfter: flags.exitAfter }),
    ...(flags.until !== undefined && {
      until: untilMatch(flags.until, judgePlan.fixed?.pack, workspace.packs),
    }),
    ...(flags.timeout !== undefined && { timeoutMs: flags.timeout }),
    expectsValid: flags.expectValid ?? false,
    secretHeaders: namesOf(schemes.filter(({ covers, needsSecret }) => needsSecret && !covers.body)),
    signatureHeaders: namesOf(schemes.filter(({ covers }) => covers.body)),
  };
}

function namesOf(schemes: readonly SignatureScheme[]): string[] {
  return schemes.flatMap(({ headerNames }) => headerNames);
}

function untilMatch(
  text: string,
  fixed: ProviderPack | undefined,
  packs: readonly ProviderPack[],
): { text: string; matches: (verdicts: Verdicts) => boolean } {
  // A name that is mistyped would wait for ever.
  const choice = text.includes('*') ? undefined : findEvent(packs, text, { provider: fixed?.manifest.id });
  if (choice?.variant !== undefined) {
    throw new HooksError(
      'usage',
      `--until ${text}: a delivery does not tell which variant of a sample it is`,
      {
        next: `leave @${choice.variant} out`,
      },
    );
  }
  return { text, matches: createEventMatch(text, packs) };
}
