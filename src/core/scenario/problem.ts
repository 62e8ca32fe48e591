import { HooksError } from '../errors.ts';
import type { Place } from './scenario.ts';

/** Something that is wrong at one place of a file. */
export interface Problem {
  place: Place;
  message: string;
  next?: string;
}

const MOST_SHOWN = 10;

/** The problems of a scenario as one error. */
export function scenarioError(problems: readonly Problem[]): HooksError {
  return fileError(problems, 'see the format with `hooks schema scenario` and in docs/run.md');
}

/** The problems of a file as one error: the first in front, the others behind; `advice` is for one that has none. */
export function fileError(problems: readonly Problem[], advice: string): HooksError {
  const [first, ...others] = problems;
  if (first === undefined) throw new TypeError('no problem to tell of');
  const more = others.slice(0, MOST_SHOWN).map(describe);
  if (others.length > MOST_SHOWN) more.push(`and ${others.length - MOST_SHOWN} more`);
  return new HooksError('invalid-input', describe(first), {
    ...(more.length > 0 && { why: `not the only problem: ${more.join('; ')}` }),
    next: first.next ?? advice,
  });
}

/** Runs while every HooksError is told as one of that place. */
export function atPlace<T>(place: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw placed(place, error);
  }
}

/** The error with the place in front of its message. */
export function placed(place: Place, error: unknown): unknown {
  if (!(error instanceof HooksError)) return error;
  const { kind, message, why, next, cause } = error;
  return new HooksError(kind, describe({ place, message }), {
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
    cause,
  });
}

export function describePlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function describe({ place, message }: Problem): string {
  return `${describePlace(place)}: ${message}`;
}
