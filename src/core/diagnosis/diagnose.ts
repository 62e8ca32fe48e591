import { createHash } from 'node:crypto';
import { HooksError } from '../errors.ts';
import type { HeaderList } from '../headers.ts';
import { type Json, parseJsonBytes } from '../json.ts';
import type { ParsedSecret, SchemeParameters, SignatureVerdict } from '../signing/scheme.ts';
import { createScheme } from '../signing/schemes.ts';
import { AGE_MISTAKES, ageMistakes } from './age-mistakes.ts';
import { plainBodies } from './body-mistakes.ts';
import { charsetBodies } from './charset-mistakes.ts';
import { type Compression, compressionBodies } from './compression-mistakes.ts';
import { examineCredentials } from './credential-mistakes.ts';
import { formBodies } from './form-mistakes.ts';
import { jsonBodies } from './json-mistakes.ts';
import { type FoundMistake, found } from './mistake.ts';
import { type Explanation, explain } from './mistakes.ts';
import type { BodyOption } from './options.ts';
import type { OtherDelivery } from './other-deliveries.ts';
import type { NamedScheme } from './other-schemes.ts';
import { createProbe } from './probe.ts';
import { readSignatures } from './received-signatures.ts';
import { shapeOf } from './scheme-shape.ts';
import { search } from './search.ts';
import type { KnownSecret } from './secret-mistakes.ts';

export interface DiagnosisInput {
  parameters: SchemeParameters;
  headers: HeaderList;
  body: Uint8Array;
  /** Texts of the secrets that should have been used. */
  secrets: readonly string[];
  nowSeconds: number;
  compression: Compression;
  /** Further secrets that the user has, each under a name that may be shown. */
  knownSecrets?: readonly KnownSecret[];
  /** Schemes of known providers, besides the built-in ones. */
  otherSchemes?: readonly NamedScheme[];
  otherDeliveries?: readonly OtherDelivery[];
  /** Bytes that may be hashed at most, all attempts together. */
  budgetBytes?: number;
}

export interface Diagnosis {
  /** What explains the refusal, all of it together. */
  mistakes: readonly Explanation[];
  /** Nothing is wrong with secret, body and signed content: only the age, or the form of a header. */
  isSignatureRight: boolean;
  /** Position of the secret among those given, where it was one of them. */
  secretIndex?: number;
}

export interface Examination {
  /** Undefined when no known mistake gives exactly the signature received: nothing is guessed. */
  diagnosis?: Diagnosis;
  /** How many signatures were computed and compared. */
  tried: number;
  /** False when the body is so large that not everything was tried. */
  isComplete: boolean;
}

// About five seconds of SHA-256.
const BUDGET_BYTES = 3_000_000_000;

/** Finds the mistakes that explain why a delivery is refused, each proven by computing the signature with them. */
export function diagnose(input: DiagnosisInput): Examination {
  const verdict = verdictOf(input);
  if (verdict?.ok) return { tried: 0, isComplete: true };
  const shape = shapeOf(input.parameters);
  if (shape === undefined) return examineSharedSecret(input);
  const signatures = readSignatures(input.headers, shape);
  const run = createProbe(signatures, input.budgetBytes ?? BUDGET_BYTES);
  const document = documentOf(input.body);
  const hit =
    signatures.size === 0
      ? undefined
      : search(
          {
            shape,
            headers: input.headers,
            body: input.body,
            document,
            secrets: input.secrets,
            knownSecrets: input.knownSecrets ?? [],
            otherSchemes: input.otherSchemes ?? [],
            otherDeliveries: input.otherDeliveries ?? [],
            bodies: () => bodiesOf(input),
          },
          run,
        );
  const counts = { tried: run.tried(), isComplete: !run.isExhausted() };
  if (hit === undefined) return { ...withOtherCredentials(input), ...counts };
  const mistakes = [...hit.mistakes, ...(verdict ? ageMistakes(verdict) : [])];
  const index = hit.secretIndex === undefined ? {} : { secretIndex: hit.secretIndex };
  return { diagnosis: { ...describe(mistakes), ...index }, ...counts };
}

function* bodiesOf({ body, compression }: DiagnosisInput): Generator<BodyOption> {
  yield* plainBodies(body, (bytes) => createHash('sha256').update(bytes).digest());
  yield* jsonBodies(body);
  yield* charsetBodies(body);
  yield* formBodies(body);
  yield* compressionBodies(body, compression);
}

function describe(mistakes: readonly FoundMistake[]): Diagnosis {
  // A refusal without any mistake that we know of must lie in the form of a header.
  const all = mistakes.length > 0 ? mistakes : [found('header-form')];
  return {
    mistakes: all.map(explain),
    isSignatureRight: all.every(({ id }) => Object.hasOwn(AGE_MISTAKES, id)),
  };
}

function examineSharedSecret(input: DiagnosisInput): Examination {
  const { parameters, headers, secrets, knownSecrets = [] } = input;
  if (parameters.scheme === 'none') return { tried: 0, isComplete: true };
  const { mistakes, tried } = examineCredentials({ parameters, headers, secrets, knownSecrets });
  if (mistakes.length > 0) return { diagnosis: describe(mistakes), tried, isComplete: true };
  return { tried, isComplete: true };
}

/** The shared secret itself was sent where a signature is due. */
function withOtherCredentials(input: DiagnosisInput): Pick<Examination, 'diagnosis'> {
  for (const scheme of ['token', 'bearer', 'basic']) {
    const verdict = verdictOf({ ...input, parameters: { scheme } });
    if (verdict?.ok) return { diagnosis: describe([found('other-scheme', `the scheme '${scheme}'`)]) };
  }
  return {};
}

/** Undefined where no secret fits the scheme. */
function verdictOf({
  parameters,
  headers,
  body,
  secrets,
  nowSeconds,
}: Pick<DiagnosisInput, 'parameters' | 'headers' | 'body' | 'secrets' | 'nowSeconds'>):
  | SignatureVerdict
  | undefined {
  const scheme = createScheme(parameters);
  const parsed = secrets.flatMap((text): ParsedSecret[] => {
    try {
      return [scheme.parseSecret(text)];
    } catch (error) {
      if (error instanceof HooksError) return [];
      throw error;
    }
  });
  return parsed.length === 0 ? undefined : scheme.verify({ headers, body, nowSeconds }, parsed);
}

function documentOf(body: Uint8Array): Json | undefined {
  const parsed = body.length > 4 * 1024 * 1024 ? undefined : parseJsonBytes(body);
  return parsed !== undefined && 'value' in parsed ? parsed.value : undefined;
}
