/** Keys of deliveries that came before. */
export interface RepeatedKeys {
  /** Remembers a key and tells whether it was there before. */
  isRepeated(key: string): boolean;
  /** As if the key had not come: its delivery was not taken, so it will come again. */
  forget(key: string): void;
}

/** Remembers the last `capacity` keys. */
export function createRepeatedKeys(capacity: number): RepeatedKeys {
  const keys = new Set<string>();
  return {
    isRepeated(key) {
      const isRepeated = keys.delete(key);
      keys.add(key);
      if (keys.size > capacity) {
        const [oldest] = keys;
        if (oldest !== undefined) keys.delete(oldest);
      }
      return isRepeated;
    },
    forget: (key) => void keys.delete(key),
  };
}
