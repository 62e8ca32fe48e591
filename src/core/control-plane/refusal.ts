import type { Json } from '../json.ts';
import type { Refusal } from './call.ts';
import type { ErrorShape, Problem } from './document.ts';
import { fill } from './template.ts';

const STATUSES: Readonly<Record<Problem, number>> = {
  invalid: 400,
  unauthorized: 401,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'unsupported-media-type': 415,
  'rate-limited': 429,
  unavailable: 503,
};

export function problemStatus({ statuses = {} }: ErrorShape, problem: Problem): number {
  return statuses[problem] ?? STATUSES[problem];
}

/** The body of an error as the provider writes it. */
export function problemBody(shape: ErrorShape, { problem, message, problems = [] }: Refusal): Json {
  const scope = {
    status: problemStatus(shape, problem),
    code: shape.codes?.[problem] ?? problem,
    message,
    problems: problems.map(({ pointer, message: text }) => ({
      pointer,
      segments: ['body', ...pointer.split('/').slice(1)],
      message: text,
    })),
  };
  return fill(shape.bodies?.[problem] ?? shape.body, scope) ?? null;
}
