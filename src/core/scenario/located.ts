import type { Json } from '../json.ts';
import type { Place } from './scenario.ts';

export type Path = readonly (string | number)[];

/** Where the value at a path stands in its file; for a path that leads to nothing, where its parent does. */
export type PlaceOf = (path: Path) => Place;

/** A document of which every value knows its place. */
export interface Located {
  document: Json;
  placeOf: PlaceOf;
  /** Where the key of a value stands. */
  placeOfKey: PlaceOf;
}
