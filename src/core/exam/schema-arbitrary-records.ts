import fc, { type Arbitrary } from 'fast-check';
import type { Json } from '../json.ts';

export interface RecordDemands {
  properties: ReadonlyMap<string, Arbitrary<Json>>;
  required: ReadonlySet<string>;
  /** Properties that must not stand together. */
  apart: readonly (readonly string[])[];
  /** Least and greatest number of properties. */
  least: number;
  most: number;
  /** How often an optional property is there, 0 to 1. */
  share: (name: string) => number;
}

const ABSENT = Symbol('absent');

/** Objects with the required properties, and of the others as many as drawn and allowed. */
export function recordsOf(demands: RecordDemands): Arbitrary<Json> {
  const { properties, required, least } = demands;
  const optional = [...properties.keys()].filter((name) => !required.has(name));
  const missing = Math.min(optional.length, least - required.size);
  if (missing <= 0) return recordsWith(demands, required);
  // Each of them has its turn to be the one that has to be there.
  return fc.oneof(
    ...optional.map((_, at) => {
      const forced = [...optional.slice(at), ...optional.slice(0, at)].slice(0, missing);
      return recordsWith(demands, new Set([...required, ...forced]));
    }),
  );
}

function recordsWith(
  { properties, apart, most, share }: RecordDemands,
  needed: ReadonlySet<string>,
): Arbitrary<Json> {
  const names = [...properties.keys()];
  const values = [...properties].map(([name, arbitrary]) =>
    needed.has(name) ? arbitrary : sometimes(arbitrary, share(name)),
  );
  const isRationed = most < names.length || apart.length > 0;
  const starts = isRationed ? fc.nat({ max: Math.max(0, names.length - 1) }) : fc.constant(0);
  return fc.tuple(starts, fc.tuple(...values)).map(([start, drawn]) => {
    const present = names.filter((_, at) => drawn[at] !== ABSENT);
    const chosen = isRationed ? rationed(present, start) : new Set(present);
    return Object.fromEntries(
      names.flatMap((name, at) => (chosen.has(name) ? [[name, drawn[at] as Json]] : [])),
    ) as Json;
  });

  /** What may stand together, first come, first served. */
  function rationed(present: readonly string[], start: number): Set<string> {
    const chosen = new Set(present.filter((name) => needed.has(name)));
    for (const name of [...present.slice(start), ...present.slice(0, start)]) {
      const isApart = apart.some((group) => group.every((one) => one === name || chosen.has(one)));
      if (chosen.size < most && !isApart) chosen.add(name);
    }
    return chosen;
  }
}

function sometimes(arbitrary: Arbitrary<Json>, share: number): Arbitrary<Json | typeof ABSENT> {
  const weight = Math.round(share * 100);
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 100 - weight, arbitrary: fc.constant<typeof ABSENT>(ABSENT) },
    { weight, arbitrary },
  );
}
