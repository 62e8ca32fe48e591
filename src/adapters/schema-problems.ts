import type { ErrorObject } from 'ajv/dist/2020.js';
import { formatPointer, parsePointer } from '../core/json-pointer.ts';
import type { SchemaProblem } from '../core/verdict.ts';

// A branch that fails inside anyOf or not says nothing by itself; its summary does.
const SUMMARISED = new Set(['if']);

// A hostile body can depart from its schema in a million places.
const MOST_PROBLEMS = 100;

/** The errors of a validation as sentences, each once; of very many the first, and how many more there are. */
export function problemsOf(errors: readonly ErrorObject[]): SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  for (const [index, error] of errors.entries()) {
    if (problems.size === MOST_PROBLEMS) {
      problems.set('', { pointer: '', message: `and ${errors.length - index} more` });
      break;
    }
    if (SUMMARISED.has(error.keyword)) continue;
    const problem = { pointer: error.instancePath, message: sentence(error) };
    problems.set(`${problem.pointer}\0${problem.message}`, problem);
  }
  return [...problems.values()];
}

function sentence({ keyword, params, message, data, instancePath }: ErrorObject): string {
  if (keyword === 'enum')
    return `must be one of ${(params.allowedValues as unknown[]).map(show).join(', ')}; is ${showGiven(data)}`;
  if (keyword === 'const') return `must be ${show(params.allowedValue)}; is ${showGiven(data)}`;
  if (keyword === 'type') return `must be ${[params.type].flat().join(' or ')}; is ${showGiven(data)}`;
  if (keyword === 'required') return `lacks ${show(params.missingProperty)}`;
  if (keyword === 'format') return `is not a valid ${params.format}: ${showGiven(data)}`;
  if (keyword === 'pattern') return `does not match ${params.pattern}: ${showGiven(data)}`;
  if (keyword === 'false schema')
    return `must not be here (${formatPointer(parsePointer(instancePath).slice(-1)).slice(1)})`;
  if (keyword === 'additionalProperties') return `must not have ${show(params.additionalProperty)}`;
  return message ?? `fails ${keyword}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A value from a body, which may nest deeper than the stack reaches, or be megabytes long. */
function showGiven(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : show(value);
}
