/**
 * What a document is full of. One document of each kind shows in a few deliveries what chance would take hundreds for:
 * every field that may be null is null, every text is empty, and so on.
 */
export const STYLES = [
  /** A little of everything. */
  'mixed',
  /** Only what is required. */
  'least',
  /** All that is optional. */
  'full',
  'nulls',
  /** Empty texts and lists. */
  'empty',
  'long',
  'unicode',
  'extreme',
] as const;
export type Style = (typeof STYLES)[number];
