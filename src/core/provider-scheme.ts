import type { ProviderPack } from './catalogue.ts';
import type { SigningFact } from './provider.ts';
import type { SchemeParameters, SignatureScheme } from './signing/scheme.ts';
import { createScheme } from './signing/schemes.ts';

/** A scheme and what has to be said about it before it is relied on. */
export interface ChosenScheme {
  scheme: SignatureScheme;
  /** What the scheme was made from, its tolerance included where it was changed. */
  parameters: SchemeParameters;
  /** Guesses that the scheme rests on, one sentence each. */
  caveats: string[];
}

/** How the user departs from a provider's scheme: `scheme` and the other signing flags. */
export type SchemeOverrides = Partial<SchemeParameters>;

/**
 * The scheme of a provider, or the one that the user asked for instead; `none` without either. A tolerance in seconds
 * replaces the scheme's own in every direction that the scheme checks. Throws HooksError for an unknown scheme and for
 * parameters that do not fit it.
 */
export function chooseScheme(
  pack: ProviderPack | undefined,
  overrides: SchemeOverrides,
  toleranceSeconds?: number,
): ChosenScheme {
  const { parameters, caveats } = chooseParameters(pack, overrides);
  const scheme = createScheme(parameters);
  if (toleranceSeconds === undefined || !scheme.covers.timestamp) return { scheme, parameters, caveats };
  const future = scheme.tolerance.futureSeconds === null ? null : toleranceSeconds;
  const changed = { ...parameters, toleranceSeconds: { past: toleranceSeconds, future } };
  return { scheme: createScheme(changed), parameters: changed, caveats };
}

function chooseParameters(
  pack: ProviderPack | undefined,
  overrides: SchemeOverrides,
): { parameters: SchemeParameters; caveats: string[] } {
  const name = overrides.scheme;
  const alternatives = pack?.manifest.signingAlternatives ?? {};
  const alternative =
    name !== undefined && Object.hasOwn(alternatives, name) ? alternatives[name] : undefined;
  if (pack === undefined || (name !== undefined && alternative === undefined)) {
    return { parameters: { ...overrides, scheme: name ?? 'none' }, caveats: [] };
  }
  const fact = alternative ?? pack.manifest.signing;
  const own = fact.value ?? { scheme: 'none' };
  return {
    parameters: { ...own, ...overrides, scheme: own.scheme },
    caveats: describeGuesses(pack.manifest.name, fact),
  };
}

function describeGuesses(provider: string, fact: SigningFact): string[] {
  const note = fact.note === undefined ? '' : ` ${fact.note}`;
  if (fact.confidence === 'unknown')
    return [`how ${provider} signs is not known, so nothing is signed.${note}`];
  if (fact.confidence === 'assumed') return [`that ${provider} signs like this is assumed.${note}`];
  if (!fact.assumptions?.length) return [];
  return [`assumed of ${provider}'s signing, not published: ${fact.assumptions.join('; ')}`];
}
