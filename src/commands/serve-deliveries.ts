import { packageVersion } from '../adapters/package-root.ts';
import { readExample } from '../adapters/provider-packs.ts';
import type { EventChoice, ProviderPack } from '../core/catalogue.ts';
import type { MakeMessage } from '../core/control-plane/call.ts';
import { withRandomTexts } from '../core/control-plane/random-texts.ts';
import type { ControlPlaneStore, KeptDelivery } from '../core/control-plane/resource.ts';
import { signingSecrets } from '../core/control-plane/secrets.ts';
import type { AttemptResult, Delivery } from '../core/delivery.ts';
import { isPrivateHost } from '../core/endpoint-address.ts';
import { HooksError, reasonOf } from '../core/errors.ts';
import { unmetExpectations } from '../core/expectation.ts';
import type { RandomBytes } from '../core/identifiers.ts';
import { type Json, parseJsonBytes } from '../core/json.ts';
import { createDelivery, type OutgoingPlan } from '../core/outgoing.ts';
import type { SignatureScheme } from '../core/signing/scheme.ts';
import { createScheme } from '../core/signing/schemes.ts';
import { notRecorded } from '../flows/not-recorded.ts';
import type { SendResult } from '../flows/serve.ts';
import { wireRequest } from '../flows/wire-request.ts';
import type { View } from '../views/open.ts';
import { connectionOptions, openClient } from './clients.ts';
import type { Context } from './context.ts';
import { timeoutFor } from './deliver.ts';
import type { Recorder } from './recorder.ts';
import { type ConnectionFlags, expectationsFrom } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

function choose(pack: ProviderPack, eventType: string): EventChoice {
  const event = pack.manifest.events[eventType];
  if (event === undefined) throw new HooksError('unknown-name', `there is no event type '${eventType}'`);
  return { pack, eventType, event };
}

function planFor(choice: EventChoice, scheme: SignatureScheme): OutgoingPlan {
  const { pack } = choice;
  return {
    choice,
    example: new Uint8Array(),
    isVerbatim: true,
    fresh: pack.manifest.fresh,
    edits: [],
    scheme,
    secrets: [],
    url: '',
    headers: [],
    userAgent: `hooks/${packageVersion()}`,
  };
}

/** Makes bodies from the samples of a provider. */
export function createMessages(pack: ProviderPack, random: RandomBytes): MakeMessage {
  const unsigned = createScheme({ scheme: 'none' });
  return async ({ eventType, values, randomTexts, messageId, at }) => {
    const choice = choose(pack, eventType);
    const sample = await readExample(choice);
    const { id, body } = createDelivery(
      {
        ...planFor(choice, unsigned),
        example: randomTexts.length > 0 ? randomised(sample, randomTexts, random) : sample,
        isVerbatim: false,
        edits: values.map(([path, value]) => ({ kind: 'set', path, value })),
        ...(messageId !== undefined && { id: messageId }),
      },
      { eventAt: at, signedAt: at, random },
    );
    return { messageId: id, body };
  };
}

function randomised(sample: Uint8Array, keys: readonly string[], random: RandomBytes): Uint8Array {
  const parsed = parseJsonBytes(sample);
  if ('problem' in parsed) throw new HooksError('invalid-input', `the sample is unusable: ${parsed.problem}`);
  const document: Json = withRandomTexts(parsed.value, keys, random);
  return new TextEncoder().encode(JSON.stringify(document));
}

/** By what deliveries are signed. */
export interface Signing {
  pack: ProviderPack;
  scheme: SignatureScheme;
  store: ControlPlaneStore;
  ownSecret?: string;
}

/** Signs a kept delivery, sends it, and records it like any other that is sent. */
export function createSender(
  { pack, scheme, store, ownSecret }: Signing,
  flags: ConnectionFlags & { allowRemote?: boolean; timeout?: number },
  context: Context,
  { workspace, view, recorder }: { workspace: Workspace; view: View; recorder?: Recorder },
): (kept: KeptDelivery, signal: AbortSignal) => Promise<SendResult> {
  const timeoutMs = timeoutFor(flags, workspace, pack.manifest);
  const expectations = expectationsFrom({});

  async function record(delivery: Delivery, startedAt: Date, result: AttemptResult, isFailed: boolean) {
    try {
      await recorder?.record(delivery, { attempt: 1, startedAt, result }, isFailed);
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      await view(notRecorded(error));
    }
  }

  return async (kept, signal) => {
    try {
      return await sendOnce(kept, signal);
    } catch (error) {
      // E.g. a secret from an earlier start that does not fit the scheme of this one.
      if (!(error instanceof HooksError)) throw error;
      return { outcome: 'failed', why: reasonOf(error), durationMs: 0 };
    }
  };

  async function sendOnce(kept: KeptDelivery, signal: AbortSignal): Promise<SendResult> {
    const url = new URL(kept.url);
    if (!flags.allowRemote && !isPrivateHost(url.hostname)) {
      const why = `${url.hostname} is neither this machine nor a private network: not sent without --allow-remote`;
      return { outcome: 'failed', why, durationMs: 0 };
    }
    const resource = store.resources(kept.kind).find(({ id }) => id === kept.resourceId);
    if (resource === undefined) return { outcome: 'failed', why: 'it was deleted before', durationMs: 0 };
    const startedAt = new Date();
    const secrets = scheme.needsSecret ? signingSecrets(resource, ownSecret, startedAt) : [];
    const delivery = createDelivery(
      {
        ...planFor(choose(pack, kept.eventType), scheme),
        example: kept.body,
        secrets: secrets.map((secret) => scheme.parseSecret(secret)),
        url: url.href,
        id: kept.messageId,
      },
      { eventAt: kept.createdAt, signedAt: startedAt, random: noRandom },
    );
    const client = await openClient(await connectionOptions(flags, url, context), 1);
    const result = await client
      .deliver(wireRequest(delivery), { timeoutMs, signal })
      .finally(() => client.close());
    if (result.kind === 'failed' && result.reason === 'cancelled') return { outcome: 'cancelled' };
    const unmet = result.kind === 'failed' ? [result.message] : unmetExpectations(result, expectations);
    await record(delivery, startedAt, result, unmet.length > 0);
    return {
      outcome: unmet.length === 0 ? 'delivered' : 'failed',
      ...(result.kind === 'answered' && { status: result.status }),
      ...(unmet.length > 0 && { why: unmet.join('; ') }),
      durationMs: result.durationMs,
    };
  }
}

/** Nothing in a body that is sent as it is, under an id that it has, is random. */
function noRandom(): Uint8Array {
  throw new TypeError('nothing here is random');
}
