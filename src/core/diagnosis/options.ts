import type { MessagePart } from '../signing/content-template.ts';
import type { FoundMistake } from './mistake.ts';

/** One way in which a part of the signature may have been made, and the mistakes that it would take. */
interface Option {
  mistakes: readonly FoundMistake[];
}

export interface KeyOption extends Option {
  /** What stands before a signature of this key, e.g. `v1=`. */
  prefix: string;
  /** Bytes of an HMAC key; undefined for a key pair. */
  bytes?: Uint8Array;
  /** Whether a signature of 64 bytes, in base64 and with its prefix, is right; for a key pair. */
  matches?: (message: readonly MessagePart[], signatures: readonly string[]) => boolean;
  /** Position of the secret among those given; undefined for another. */
  secretIndex?: number;
}

export interface HashOption extends Option {
  /** In hex. */
  digest(key: Uint8Array, message: readonly MessagePart[]): string;
}

export interface ContentOption extends Option {
  fill(body: Uint8Array): MessagePart[];
}

export interface BodyOption extends Option {
  bytes: Uint8Array;
}

/** Ways of making one part of a signature: the right ones, and those with one mistake. */
export interface Options<T> {
  right: readonly T[];
  wrong: readonly T[];
}
