import { isConnectionHeader } from './connection-headers.ts';
import type { Delivery } from './delivery.ts';
import { type HeaderOverride, overrideHeaders } from './delivery-headers.ts';
import { type HeaderList, headerValues } from './headers.ts';
import { idEdits } from './id-edits.ts';
import { deliveryId, type RandomBytes } from './identifiers.ts';
import { buildBody, type PayloadEdit } from './payload.ts';
import { GENERIC, type ProviderManifest } from './provider.ts';
import type { Recording } from './recording.ts';
import { MASK, signatureHeaders } from './secret-headers.ts';
import type { ParsedSecret, SignatureScheme } from './signing/scheme.ts';

/** How recordings are fired again. */
export interface ReplayPlan {
  url: string;
  /** Name of the endpoint, where it was saved under one. */
  endpoint?: string;
  /** Recorded bytes and headers, old signature included. */
  isAsIs: boolean;
  /** A new delivery id, so that a receiver takes the replay for another event. */
  isNewId: boolean;
  edits: readonly PayloadEdit[];
  headers: readonly HeaderOverride[];
}

/** What signs a replay; absent where the recording is not signed anew. */
export interface ReplaySigning {
  scheme: SignatureScheme;
  secrets: readonly ParsedSecret[];
  manifest?: ProviderManifest;
}

/** The recording as a delivery to an endpoint: same body, same id, signed at the given moment unless it is as it was. */
export function replayDelivery(
  recording: Recording,
  plan: ReplayPlan,
  signing: ReplaySigning | undefined,
  { signedAt, random }: { signedAt: Date; random: RandomBytes },
): Delivery {
  const id = plan.isNewId
    ? deliveryId(signing?.manifest?.idFormat.value ?? 'uuid', random, signedAt)
    : (recordedId(recording, signing?.scheme) ?? recording.idempotencyKey ?? recording.id.toLowerCase());
  const edits = plan.isNewId
    ? [...plan.edits, ...idEdits(signing?.manifest, recording.body, id)]
    : plan.edits;
  const body =
    edits.length === 0
      ? recording.body
      : buildBody({ example: recording.body, fresh: [], edits, now: signedAt, random });
  const kept = keptHeaders(recording.headers, plan.isAsIs ? undefined : signing?.scheme);
  const timestampSeconds = Math.floor(signedAt.getTime() / 1000);
  const signature =
    plan.isAsIs || signing === undefined || signing.secrets.length === 0
      ? []
      : signatureHeaders(signing.scheme.sign({ id, timestampSeconds, body }, signing.secrets));
  return {
    id,
    provider: recording.provider ?? GENERIC,
    ...(recording.eventType !== undefined && { eventType: recording.eventType }),
    ...(recording.slug !== undefined && { slug: recording.slug }),
    ...(recording.variant !== undefined && { variant: recording.variant }),
    replayOf: recording.id,
    method: recording.method,
    url: plan.url,
    ...(plan.endpoint !== undefined && { endpoint: plan.endpoint }),
    headers: overrideHeaders([...kept, ...signature], plan.headers),
    body,
  };
}

/** Names of headers that were masked when the delivery was recorded, so that a replay has to go without them. */
export function maskedHeaders({ headers }: Recording): string[] {
  return headers.filter(([, value]) => value === MASK).map(([name]) => name);
}

function keptHeaders(headers: HeaderList, replaced: SignatureScheme | undefined) {
  const names = new Set(replaced?.headerNames.map((name) => name.toLowerCase()));
  return headers
    .filter(([name, value]) => !isConnectionHeader(name) && !names.has(name.toLowerCase()) && value !== MASK)
    .map(([name, value]) => ({ name, value }));
}

/** The id under the recorded signature; a scheme that signs none has none. */
function recordedId({ headers }: Recording, scheme: SignatureScheme | undefined): string | undefined {
  return scheme?.idHeader === undefined ? undefined : headerValues(headers, scheme.idHeader)[0];
}

/** When each recording is due, in milliseconds from the first, with the time between them `speed` times as short. */
export function originalTiming(times: readonly Date[], speed: number): (index: number) => number {
  const first = times[0]?.getTime() ?? 0;
  return (index) => Math.max(0, ((times[index]?.getTime() ?? first) - first) / speed);
}
