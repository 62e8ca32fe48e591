import type { HeaderList } from '../headers.ts';

/** What a signature is made over. */
export interface SigningInput {
  /** Id of the delivery; the same for all its attempts. */
  id: string;
  timestampSeconds: number;
  body: Uint8Array;
}

/**
 * A header that a scheme adds. `isSecret` marks one whose value is the secret itself, so that it is never shown; false
 * one that is none, whatever its name. Without it the name tells.
 */
export interface SignedHeader {
  name: string;
  value: string;
  isSecret?: boolean;
  /** Name of the shell variable that stands for a secret value in a printed command; else HOOKS_SECRET. */
  variable?: string;
}

/** Greatest accepted age of a timestamp, in seconds; `null` accepts any age in that direction. */
export interface Tolerance {
  pastSeconds: number | null;
  futureSeconds: number | null;
}

export interface VerifyInput {
  headers: HeaderList;
  body: Uint8Array;
  nowSeconds: number;
}

export type RefusalReason =
  | 'header-missing'
  | 'header-repeated'
  | 'header-malformed'
  | 'timestamp-malformed'
  | 'timestamp-too-old'
  | 'timestamp-too-new'
  | 'no-known-version'
  | 'signature-mismatch';

/** Outcome of a verification: the first check that failed, in the order of the checks, or what was proven. */
export type SignatureVerdict =
  | {
      ok: true;
      /** Position of the secret that matched, in the order given; tells whether an old secret is still in use. */
      secretIndex: number;
      id?: string;
      timestampSeconds?: number;
      /** Now minus the signed timestamp; negative for one in the future. */
      ageSeconds?: number;
    }
  | {
      ok: false;
      reason: RefusalReason;
      /** One sentence that names what is wrong (which header, which age); never holds a secret or a right signature. */
      message: string;
      id?: string;
      timestampSeconds?: number;
      ageSeconds?: number;
    };

/** A secret, checked and decoded for one scheme. Opaque: only the scheme that made it reads it. */
export interface ParsedSecret {
  readonly canSign: boolean;
}

/** One way of proving where a delivery comes from. Made once from its parameters, then used for any number of deliveries. */
export interface SignatureScheme {
  readonly id: string;
  /** Every header that the scheme adds, as written on the wire; a receiver can recognise the scheme by them. */
  readonly headerNames: readonly string[];
  /** Header that carries the delivery id, where one is signed. */
  readonly idHeader?: string;
  /** Header that carries the timestamp by itself, where there is one. */
  readonly timestampHeader?: string;
  /** False for `none`: nothing is signed and there is nothing to verify. */
  readonly needsSecret: boolean;
  /** What the proof covers; what is not covered can be changed or replayed by anyone. */
  readonly covers: { readonly id: boolean; readonly timestamp: boolean; readonly body: boolean };
  /** The tolerance used for verification, after overrides. */
  readonly tolerance: Tolerance;
  /** Checks and decodes a secret. Throws HooksError `secret-unusable` that says what is wrong, never the secret. */
  parseSecret(text: string): ParsedSecret;
  /**
   * Headers that prove the input, in the order they go on the wire. With several secrets (rotation) all their
   * signatures are in the one header. Throws HooksError `secret-unusable` when a secret can only verify.
   */
  sign(input: SigningInput, secrets: readonly ParsedSecret[]): SignedHeader[];
  /** Never throws: every outcome of a hostile delivery is a verdict. */
  verify(input: VerifyInput, secrets: readonly ParsedSecret[]): SignatureVerdict;
}

export type SecretEncoding = 'utf8' | 'hex' | 'base64';

/** Parameters of a scheme, as written in a manifest or given by flags. Only `hmac-sha256` and `token` take the others. */
export interface SchemeParameters {
  scheme: string;
  /** Replaces the scheme's own tolerance, in seconds; `null` switches the check off. */
  toleranceSeconds?: { past?: number | null; future?: number | null };
  signatureHeader?: string;
  /** Text before each signature value, e.g. `sha256=`. */
  signaturePrefix?: string;
  signatureEncoding?: 'hex' | 'base64' | 'base64url';
  /** What stands between several signatures; without it a second signature is not understood. */
  signatureSeparator?: ' ' | ',';
  /** What is signed, e.g. `{timestamp}.{body}`. `{id}`, `{timestamp}` and `{body}` are replaced. */
  signatureContent?: string;
  timestampHeader?: string;
  timestampUnit?: 'seconds' | 'milliseconds';
  idHeader?: string;
  secretEncoding?: SecretEncoding;
  /** Header of the `token` scheme. */
  tokenHeader?: string;
}
