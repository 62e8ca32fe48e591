/** How long deliveries are kept; the oldest go first. */
export interface Retention {
  maxAgeMs: number;
  maxCount: number;
  /** Of all bodies together. */
  maxBytes: number;
}

/** A month, 100,000 deliveries, 1 GiB of bodies: more than a developer looks back, less than a disk notices. */
export const DEFAULT_RETENTION: Retention = {
  maxAgeMs: 30 * 86_400_000,
  maxCount: 100_000,
  maxBytes: 1024 ** 3,
};
