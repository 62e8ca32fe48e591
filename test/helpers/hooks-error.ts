import { type ErrorKind, HooksError } from '../../src/core/errors.ts';

/** For `assert.throws`: a HooksError of that kind whose message, why or next matches. */
export function hooksError(kind: ErrorKind, part?: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof HooksError &&
    error.kind === kind &&
    (part === undefined || part.test([error.message, error.why, error.next].join('\n')));
}
