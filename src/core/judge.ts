import type { ProviderPack } from './catalogue.ts';
import { HooksError } from './errors.ts';
import { type Candidate, eventTypeOf, identify, locate } from './identify.ts';
import type { Json } from './json.ts';
import { parseJsonBytes } from './json.ts';
import { parsePointer, valueAt } from './json-pointer.ts';
import type { ReceivedRequest } from './received.ts';
import { schemesByHeaders } from './signing/recognise-scheme.ts';
import type { ParsedSecret, SignatureScheme } from './signing/scheme.ts';
import type { SchemaCheck, SignatureCheck, Verdicts } from './verdict.ts';

/** How deliveries are judged in one run. */
export interface JudgePlan {
  /** Providers that a delivery may come from, with the scheme of each; one where it was fixed by the user. */
  candidates: readonly Candidate[];
  /** Fixed by the user: nothing is guessed. */
  fixed?: Candidate;
  /** Scheme for deliveries of no known provider. */
  fallbackScheme?: SignatureScheme;
  /** Schemes by which a delivery of no known provider is checked where it has the headers of one of them. */
  knownSchemes?: readonly SignatureScheme[];
  /** Texts of the secrets; undefined where there is none. */
  secrets?: readonly string[];
  /** Signatures are not looked at. */
  isUnsigned: boolean;
}

export interface JudgePorts {
  /** Compares a document with the schemas of an event type. */
  validate: (pack: ProviderPack, eventType: string, document: Json) => Promise<SchemaCheck>;
  /** Remembers a key and tells whether it was there before. */
  isRepeated: (key: string) => boolean;
}

export interface Judgement {
  verdicts: Verdicts;
  /** What tells a repetition of this delivery; absent where it bears no idempotency key. */
  repeatKey?: string;
  /** Short name of a known event type. */
  slug?: string;
  highlights: string[];
}

/** Makes the function that says everything of a delivery that can be said. It never throws for what a sender does. */
export function createJudge(
  plan: JudgePlan,
  ports: JudgePorts,
): (request: ReceivedRequest) => Promise<Judgement> {
  const secretsOf = cachedSecrets(plan.secrets);
  return async (request) => {
    const parsed = parseJsonBytes(request.body);
    const document = 'value' in parsed ? parsed.value : undefined;
    const evidence = { headers: request.headers, ...(document !== undefined && { document }) };
    const candidate = plan.fixed ?? identify(plan.candidates, evidence);
    const pack = candidate?.pack;
    const eventType = pack && eventTypeOf(pack, evidence);
    const isKnown = eventType !== undefined && Object.hasOwn(pack?.manifest.events ?? {}, eventType);
    const idempotencyKey = pack && locate(pack.manifest.idempotencyKey.value, evidence);
    const repeatKey = idempotencyKey === undefined ? undefined : `${pack?.manifest.id}:${idempotencyKey}`;
    const verdicts: Verdicts = {
      ...(pack && { provider: pack.manifest.id, isKnownEventType: isKnown }),
      ...(eventType !== undefined && { eventType }),
      signature: checkSignature(request, candidate?.scheme ?? schemeFor(request, plan), plan, secretsOf),
      schema: await checkSchema(),
      isDuplicate: repeatKey !== undefined && ports.isRepeated(repeatKey),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    };
    const judgement = { verdicts, ...(repeatKey !== undefined && { repeatKey }) };
    if (!isKnown) return { ...judgement, highlights: [] };
    const slug = pack?.manifest.events[eventType]?.slug;
    return {
      ...judgement,
      ...(slug !== undefined && { slug }),
      highlights: highlights(pack, eventType, document),
    };

    async function checkSchema(): Promise<SchemaCheck> {
      if (document === undefined)
        return { state: 'not-json', message: 'problem' in parsed ? parsed.problem : '' };
      return pack && isKnown ? validated(ports, pack, eventType, document) : { state: 'no-schema' };
    }
  };
}

/** A schema of the user's own that cannot be used is no reason to lose a delivery: it is judged by the rest. */
async function validated(
  { validate }: JudgePorts,
  pack: ProviderPack,
  eventType: string,
  document: Json,
): Promise<SchemaCheck> {
  try {
    return await validate(pack, eventType, document);
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    const message = `cannot be checked: ${error.message}${error.why === undefined ? '' : ` (${error.why})`}`;
    return { state: 'invalid', errors: [{ pointer: '', message }], warnings: [] };
  }
}

/** A secret as a scheme reads it, with its position among those given. */
interface UsableSecret {
  index: number;
  secret: ParsedSecret;
}

type SecretsOf = (scheme: SignatureScheme) => readonly UsableSecret[] | HooksError;

/** Parses the secrets once per scheme; a secret that one scheme can't use may be right for another. */
function cachedSecrets(texts: readonly string[] = []): SecretsOf {
  const cache = new Map<SignatureScheme, readonly UsableSecret[] | HooksError>();
  return (scheme) => {
    const cached = cache.get(scheme);
    if (cached !== undefined) return cached;
    const parsed: UsableSecret[] = [];
    let failure: HooksError | undefined;
    for (const [index, text] of texts.entries()) {
      try {
        parsed.push({ index, secret: scheme.parseSecret(text) });
      } catch (error) {
        if (!(error instanceof HooksError)) throw error;
        failure = error;
      }
    }
    const result = parsed.length === 0 && failure !== undefined ? failure : parsed;
    cache.set(scheme, result);
    return result;
  };
}

function schemeFor({ headers }: ReceivedRequest, plan: JudgePlan): SignatureScheme | undefined {
  if (plan.fallbackScheme !== undefined) return plan.fallbackScheme;
  const [only, second] = schemesByHeaders(plan.knownSchemes ?? [], headers);
  return second === undefined ? only : undefined;
}

function checkSignature(
  request: ReceivedRequest,
  scheme: SignatureScheme | undefined,
  plan: JudgePlan,
  secretsOf: SecretsOf,
): SignatureCheck {
  if (plan.isUnsigned) return notVerified('switched-off', 'signatures are not checked (--unsigned)');
  if (scheme === undefined)
    return notVerified('unknown-scheme', 'no provider recognised, so no scheme to check by');
  if (!scheme.needsSecret)
    return notVerified('not-signed', 'deliveries of this provider carry no signature that is known');
  if (plan.secrets === undefined) return notVerified('no-secret', 'no secret');
  const secrets = secretsOf(scheme);
  if (secrets instanceof HooksError) {
    return { state: 'refused', scheme: scheme.id, reason: 'secret-unusable', message: secrets.message };
  }
  const nowSeconds = Math.floor(request.receivedAt.getTime() / 1000);
  const verdict = scheme.verify(
    { headers: request.headers, body: request.body, nowSeconds },
    secrets.map(({ secret }) => secret),
  );
  const age = verdict.ageSeconds === undefined ? {} : { ageSeconds: verdict.ageSeconds };
  return verdict.ok
    ? {
        state: 'genuine',
        scheme: scheme.id,
        secretIndex: secrets[verdict.secretIndex]?.index ?? verdict.secretIndex,
        ...age,
      }
    : {
        state: 'refused',
        scheme: scheme.id,
        reason: verdict.reason,
        message: told(verdict.message, request),
        ...age,
      };
}

function told(message: string, { isRewritten }: ReceivedRequest): string {
  return isRewritten ? `${message} (the relay wrote the body anew, so the sender may be right)` : message;
}

function notVerified(
  reason: Extract<SignatureCheck, { state: 'not-verified' }>['reason'],
  message: string,
): SignatureCheck {
  return { state: 'not-verified', reason, message };
}

function highlights(pack: ProviderPack | undefined, eventType: string, document: Json | undefined): string[] {
  const pointers = pack?.manifest.events[eventType]?.highlights ?? [];
  return pointers.flatMap((pointer) => {
    const path = parsePointer(pointer);
    const value = valueAt(document, path);
    // Yes or no says nothing without the question.
    if (typeof value === 'boolean') return [`${path.at(-1)}: ${value}`];
    return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
  });
}
