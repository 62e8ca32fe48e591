import { HooksError } from '../errors.ts';
import type { SchemeParameters, Tolerance } from './scheme.ts';

export type ParameterName = Exclude<keyof SchemeParameters, 'scheme'>;

/** The flag by which a parameter is given, e.g. `--signature-header`. */
export function flagOf(name: ParameterName): string {
  if (name === 'toleranceSeconds') return '--tolerance';
  return `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

export function isGiven(parameters: SchemeParameters, name: ParameterName): boolean {
  const value = parameters[name];
  if (typeof value !== 'object') return value !== undefined;
  return value.past !== undefined || value.future !== undefined;
}

/** Throws HooksError `usage` for parameters that the scheme does not take. */
export function refuseOtherParameters(parameters: SchemeParameters, taken: readonly ParameterName[]): void {
  const { scheme, ...others } = parameters;
  const refused = (Object.keys(others) as ParameterName[]).filter(
    (name) => isGiven(parameters, name) && !taken.includes(name),
  );
  if (refused.length === 0) return;
  const flags = refused.map(flagOf).join(' and ');
  throw new HooksError('usage', `the scheme ${scheme} does not take ${flags}`, {
    why: refused.includes('toleranceSeconds')
      ? 'it signs no timestamp, so a delivery has no age that could be checked'
      : 'the scheme itself lays that down',
    next: `leave ${flags} out, or describe a signature of your own with --scheme hmac-sha256`,
  });
}

/** The scheme's own tolerance with the given parts replaced. Throws HooksError `usage` for what is no tolerance. */
export function resolveTolerance(own: Tolerance, { toleranceSeconds: given }: SchemeParameters): Tolerance {
  for (const seconds of [given?.past, given?.future]) {
    if (seconds === undefined || seconds === null || (Number.isFinite(seconds) && seconds >= 0)) continue;
    throw new HooksError('usage', 'the tolerance is not a time of zero or more', {
      next: 'give a duration, e.g. --tolerance 5m',
    });
  }
  return {
    pastSeconds: given?.past === undefined ? own.pastSeconds : given.past,
    futureSeconds: given?.future === undefined ? own.futureSeconds : given.future,
  };
}

/** Throws HooksError `usage` for what can't be the name of a header. */
export function checkHeaderName(parameter: ParameterName, name: string): void {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return;
  throw new HooksError('usage', `${flagOf(parameter)} is not a header name`, {
    why: 'a header name has letters, digits and hyphens, neither spaces nor a colon',
    next: `give the name alone, e.g. ${flagOf(parameter)} X-Signature`,
  });
}

/** The value of a parameter that has a fixed set of them. Throws HooksError `usage` for another. */
export function checkChoice<Name extends ParameterName>(
  parameters: SchemeParameters,
  name: Name,
  choices: readonly NonNullable<SchemeParameters[Name]>[],
): SchemeParameters[Name] {
  const value = parameters[name];
  if (value === undefined || choices.some((choice) => choice === value)) return value;
  throw new HooksError('usage', `${flagOf(name)} has an unknown value`, {
    next: `choose one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
  });
}
