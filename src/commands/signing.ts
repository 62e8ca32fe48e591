import type { ProviderPack } from '../core/catalogue.ts';
import { parseDuration } from '../core/duration.ts';
import { type ChosenScheme, chooseScheme } from '../core/provider-scheme.ts';
import type { SchemeFlags } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

/** The scheme that holds for a provider under the given flags. Throws HooksError for flags that do not fit it. */
export function schemeFromFlags(
  pack: ProviderPack | undefined,
  flags: SchemeFlags,
  { setting }: Workspace,
): ChosenScheme {
  const { scheme, signatureHeader, signaturePrefix, signatureEncoding, signatureContent } = flags;
  const { timestampHeader, timestampUnit, idHeader, tokenHeader, secretEncoding } = flags;
  const userTolerance = setting('tolerance');
  const toleranceMs =
    flags.tolerance ?? (userTolerance === undefined ? undefined : parseDuration(userTolerance));
  return chooseScheme(
    pack,
    withoutUndefined({
      scheme,
      signatureHeader,
      signaturePrefix,
      signatureEncoding,
      signatureContent,
      timestampHeader,
      timestampUnit,
      idHeader,
      tokenHeader,
      secretEncoding,
    }),
    toleranceMs === undefined ? undefined : toleranceMs / 1000,
  );
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
