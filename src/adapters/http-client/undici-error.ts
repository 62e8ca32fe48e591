import { errors } from 'undici';
import { createInterimError } from './connection-failure.ts';

/** Undici takes an unasked 100 or 101 for a broken answer, and has no code for it, nor for most of what is not HTTP. */
export function withCode(error: Error): Error {
  if (error.message === 'bad response' || error.message === 'bad upgrade') return createInterimError();
  if (error instanceof errors.HTTPParserError && error.code === undefined) {
    return Object.assign(error, { code: 'HPE_UNNAMED' });
  }
  return error;
}
