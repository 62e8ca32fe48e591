import { withoutOuterSpace } from './signing/received-headers.ts';

/** Header fields in wire order. Names keep their case, repeated fields stay separate. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** All values of one field, in wire order; the name is compared without regard to case (RFC 9110, section 5.1). */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers
    .filter(([field]) => field.toLowerCase() === wanted)
    .map(([, value]) => withoutOuterSpace(value));
}
