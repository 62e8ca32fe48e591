/** Remembers the last `capacity` keys; the function tells whether a key was among them. */
export function createRepeatedKeys(capacity: number): (key: string) => boolean {
  const keys = new Set<string>();
  return (key) => {
    const isRepeated = keys.delete(key);
    keys.add(key);
    if (keys.size > capacity) {
      const [oldest] = keys;
      if (oldest !== undefined) keys.delete(oldest);
    }
    return isRepeated;
  };
}
