import type { MessagePart } from './content-template.ts';
import type { ParsedSecret } from './scheme.ts';

/** A secret that makes or checks signatures. What it knows is out of sight, so that printing it shows nothing. */
export interface SigningKey extends ParsedSecret {
  /** What stands before each of its signatures in the header, e.g. `v1=`; tells the version. */
  readonly prefix: string;
  /** The encoded signature behind its prefix. Only when `canSign`. */
  sign(message: readonly MessagePart[]): string;
  /** Whether one of the received signatures is right; looks at all of them, wherever the right one stands. */
  matches(message: readonly MessagePart[], signatures: readonly string[]): boolean;
}

/** Throws TypeError for a secret that was parsed by a scheme of another kind. */
export function asSigningKey(secret: ParsedSecret | undefined): SigningKey {
  if (secret !== undefined && isSigningKey(secret)) return secret;
  throw new TypeError('this secret was parsed by another signature scheme');
}

function isSigningKey(secret: ParsedSecret): secret is SigningKey {
  return 'prefix' in secret;
}
