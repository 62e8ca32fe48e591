import { createHash } from 'node:crypto';
import { clockMs } from '../adapters/clock.ts';
import { createRequestValidator, readControlPlane } from '../adapters/control-plane-file.ts';
import { startServer } from '../adapters/http-server/http-server.ts';
import { randomHex, randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { openControlPlaneStore } from '../adapters/store/control-plane-store.ts';
import { findProvider, type ProviderPack } from '../core/catalogue.ts';
import type { ListedEventType } from '../core/control-plane/call.ts';
import type { ControlPlaneDocument } from '../core/control-plane/document.ts';
import { createRateLimiter } from '../core/control-plane/rate-limit.ts';
import { servedDocument, withEventTypes } from '../core/control-plane/served-document.ts';
import { HooksError } from '../core/errors.ts';
import { createUlids } from '../core/identifiers.ts';
import { createComparison } from '../core/signing/constant-time.ts';
import { serve } from '../flows/serve.ts';
import { openView } from '../views/open.ts';
import { createPage } from '../views/serve-page/page.ts';
import { chooseApiKey } from './api-key.ts';
import type { Context } from './context.ts';
import { openRecorder } from './recorder.ts';
import { resolveSecrets } from './secrets.ts';
import { createMessages, createSender } from './serve-deliveries.ts';
import type { ConfigFlag, ConnectionFlags, OutputFlags, SchemeFlags, SecretFlags } from './shared-options.ts';
import { showRun } from './show-run.ts';
import { schemeFromFlags } from './signing.ts';
import { loadWorkspace } from './workspace.ts';

export interface ServeFlags extends ConnectionFlags, SchemeFlags, SecretFlags, OutputFlags, ConfigFlag {
  port: number;
  host: string;
  apiKeyFile?: string;
  newApiKey?: boolean;
  allowRemote?: boolean;
  timeout?: number;
  record: boolean;
}

// The longest that a sensible client sends.
const MOST_BODY_BYTES = 1024 * 1024;
const SHA256_HEX = 64;

/** Stands in for a provider until Ctrl-C. */
export async function runServe(providerName: string, flags: ServeFlags, context: Context): Promise<void> {
  const { io } = context;
  const workspace = await loadWorkspace(context, flags);
  const pack = findProvider(workspace.packs, providerName);
  const file = readControlPlane(pack);
  const eventTypes = listedEventTypes(pack, file);
  const document = withEventTypes(
    file,
    eventTypes.map(({ eventType }) => eventType),
  );
  const { scheme, caveats } = schemeFromFlags(pack, flags, workspace);
  const ownSecret = scheme.needsSecret ? only(await resolveSecrets(flags, context, workspace)) : undefined;
  if (ownSecret !== undefined) scheme.parseSecret(ownSecret);

  const store = openControlPlaneStore(stateDirectory(io.env), pack.manifest.id);
  const recorder = flags.record ? await openRecorder(context, workspace) : undefined;
  try {
    const keyHash = await chooseApiKey(flags, store, context);
    const isSame = createComparison(SHA256_HEX);
    const view = openView(flags, io);
    for (const message of caveats) await view({ type: 'warning', code: 'assumed', message });
    const random = randomSource(undefined);
    const now = () => new Date();
    const newDeliveryId = createUlids(random);
    const newRequestId = createUlids(random);
    const pageToken = randomHex(16);
    const run = serve({
      document,
      store,
      eventTypes,
      makeMessage: createMessages(pack, random),
      secretProblem: (secret) => problemOf(() => scheme.parseSecret(secret)),
      ...(ownSecret !== undefined && { ownSecret }),
      random,
      newDeliveryId: () => newDeliveryId(now()),
      now,
      isKey: (token) => isSame(keyHash, createHash('sha256').update(token).digest('hex')),
      takeCall: rateLimiter(document),
      validate: createRequestValidator(document),
      pageToken,
      page: createPage(document.info.title, pageToken),
      provider: pack.manifest.id,
      openApiFor: (url) => servedDocument(document, url),
      serve: (on) =>
        startServer({
          host: flags.host,
          port: flags.port,
          maxBodyBytes: MOST_BODY_BYTES,
          newId: () => newRequestId(now()),
          now,
          ...on,
        }),
      send: createSender(
        { pack, scheme, store, ...(ownSecret !== undefined && { ownSecret }) },
        flags,
        context,
        {
          workspace,
          view,
          ...(recorder && { recorder }),
        },
      ),
      slugOf: (eventType) => pack.manifest.events[eventType]?.slug,
      clockMs,
      signal: io.signal,
    });
    await showRun(run, view, 'serve.finished');
  } finally {
    recorder?.close();
    store.close();
  }
}

function listedEventTypes({ manifest }: ProviderPack, document: ControlPlaneDocument): ListedEventType[] {
  const left = new Set(document['x-hooks-not-subscribable']);
  return Object.entries(manifest.events)
    .filter(([eventType]) => !left.has(eventType))
    .map(([eventType, { slug, description }]) => ({ eventType, slug, description }));
}

function rateLimiter(document: ControlPlaneDocument) {
  const take = createRateLimiter(document['x-hooks-rate-limits'] ?? []);
  return (caller: { address: string; key?: string }) => take(caller, clockMs());
}

function only(secrets: readonly string[] | undefined): string | undefined {
  if (secrets === undefined || secrets.length < 2) return secrets?.[0];
  throw new HooksError('usage', 'hooks serve signs with one secret', {
    next: 'give one; to try a rotation, give none and rotate that of a subscription through the API',
  });
}

function problemOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    return error.why === undefined ? error.message : `${error.message}: ${error.why}`;
  }
}
