import { type HeaderList, headerValues } from '../headers.ts';
import type { SignatureScheme } from './scheme.ts';

/** The schemes whose headers are all there; those that cover the body, where there are any. */
export function schemesByHeaders(
  schemes: readonly SignatureScheme[],
  headers: HeaderList,
): readonly SignatureScheme[] {
  const [word] = headerValues(headers, 'authorization')[0]?.toLowerCase().split(' ') ?? [];
  const fitting = schemes.filter(
    ({ id, headerNames }) =>
      headerNames.length > 0 &&
      headerNames.every((name) => headerValues(headers, name).length > 0) &&
      ((id !== 'bearer' && id !== 'basic') || word === id),
  );
  const covering = fitting.filter(({ covers }) => covers.body);
  return covering.length > 0 ? covering : fitting;
}
