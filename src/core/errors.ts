/** What kind of thing went wrong, and the exit code that follows from it. */
const EXIT_CODES = {
  // 2: the call was wrong
  usage: 2,
  'unknown-name': 2,
  'ambiguous-name': 2,
  'secret-missing': 2,
  'secret-unusable': 2,
  'invalid-input': 2,
  'invalid-manifest': 2,
  // 3: the surroundings failed
  'endpoint-unreachable': 3,
  'port-unavailable': 3,
  'file-unreadable': 3,
  'file-unwritable': 3,
  'store-unusable': 3,
} as const;

export type ErrorKind = keyof typeof EXIT_CODES;

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  surroundings: 3,
  bug: 70,
  sigint: 130,
  sigterm: 143,
} as const;

interface ErrorDetails {
  /** The cause, in words a user can act on. */
  why?: string;
  /** What to do next. */
  next?: string;
  cause?: unknown;
}

/**
 * An error that a user can do something about: what happened (`message`), why, and what to do next. Never holds a
 * secret. Anything else that is thrown is a bug of ours.
 */
export class HooksError extends Error {
  override readonly name = 'HooksError';
  readonly kind: ErrorKind;
  readonly why: string | undefined;
  readonly next: string | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.why = details.why;
    this.next = details.next;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** What happened and why, on one line. */
export function reasonOf({ message, why }: HooksError): string {
  return why === undefined ? message : `${message}; ${why}`;
}
