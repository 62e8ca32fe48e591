import type { EventChoice, ProviderPack } from './catalogue.ts';
import type { Delivery } from './delivery.ts';
import { type HeaderOverride, overrideHeaders, providerHeaders } from './delivery-headers.ts';
import { idEdits } from './id-edits.ts';
import { deliveryId, type RandomBytes } from './identifiers.ts';
import { locate } from './identify.ts';
import { parseJsonBytes } from './json.ts';
import type { NamedBy } from './named-endpoint.ts';
import { buildBody, type PayloadEdit } from './payload.ts';
import { type FreshField, GENERIC } from './provider.ts';
import { signatureHeaders } from './secret-headers.ts';
import type { ParsedSecret, SignatureScheme } from './signing/scheme.ts';

/** What all deliveries of one run have in common. */
export interface OutgoingPlan {
  /** Absent for a body of one's own without a provider. */
  choice?: EventChoice;
  /** The provider whose conventions hold; also for a body of one's own. */
  pack?: ProviderPack;
  /** The sample, or the body of one's own. */
  example: Uint8Array;
  /** The body is sent as it is: it is the user's own, or a frozen sample. */
  isVerbatim: boolean;
  /** Fields of the sample that get new values. */
  fresh: readonly FreshField[];
  edits: readonly PayloadEdit[];
  scheme: SignatureScheme;
  /** Empty sends unsigned. */
  secrets: readonly ParsedSecret[];
  url: string;
  /** Name of the endpoint, where it has one. */
  endpoint?: string;
  /** Who says that it goes there; the user unless said otherwise. */
  namedBy?: NamedBy;
  method?: string;
  headers: readonly HeaderOverride[];
  userAgent: string;
  /** Id asked for by the user. */
  id?: string;
}

/** What makes one delivery differ from the next. */
export interface Moment {
  /** When the event happened, for the body. */
  eventAt: Date;
  /** When the delivery is signed. */
  signedAt: Date;
  random: RandomBytes;
}

/** The plan as one delivery: payload made, id found or made, signed. Throws HooksError for edits or ids that don't fit. */
export function createDelivery(plan: OutgoingPlan, { eventAt, signedAt, random }: Moment): Delivery {
  const { choice } = plan;
  const manifest = (plan.pack ?? choice?.pack)?.manifest;
  const body = plan.isVerbatim
    ? plan.example
    : buildBody({
        example: plan.example,
        fresh: plan.fresh,
        edits:
          plan.id === undefined ? plan.edits : [...plan.edits, ...idEdits(manifest, plan.example, plan.id)],
        now: eventAt,
        random,
      });
  const id =
    plan.id ?? bodyId(plan, body) ?? deliveryId(manifest?.idFormat.value ?? 'uuid', random, signedAt);
  const timestampSeconds = Math.floor(signedAt.getTime() / 1000);
  const event = choice && { eventType: choice.eventType, slug: choice.event.slug, id };
  const unsigned = providerHeaders(manifest, event, plan.userAgent);
  const signature =
    plan.secrets.length > 0
      ? signatureHeaders(plan.scheme.sign({ id, timestampSeconds, body }, plan.secrets))
      : [];
  return {
    id,
    provider: manifest?.id ?? GENERIC,
    ...(choice && { eventType: choice.eventType, slug: choice.event.slug }),
    ...(choice?.variant !== undefined && { variant: choice.variant }),
    method: plan.method ?? manifest?.request.method.value ?? 'POST',
    url: plan.url,
    ...(plan.endpoint !== undefined && { endpoint: plan.endpoint }),
    headers: overrideHeaders([...unsigned, ...signature], plan.headers),
    body,
  };
}

/** The id that the body itself carries, where the provider's receivers look for it there. */
function bodyId({ choice, pack = choice?.pack }: OutgoingPlan, body: Uint8Array): string | undefined {
  const location = pack?.manifest.idempotencyKey.value;
  if (location?.in !== 'body') return undefined;
  const parsed = parseJsonBytes(body);
  return 'value' in parsed ? locate(location, { headers: [], document: parsed.value }) : undefined;
}
