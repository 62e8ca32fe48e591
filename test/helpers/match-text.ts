import assert from 'node:assert/strict';

/** Compares a text with what is expected of it; `<<regex>>` stands for what varies. */
export function matchText(actual: string, expected: string): void {
  const pattern = expected
    .split(/<<(.*?)>>/)
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?:${part})`))
    .join('');
  if (!new RegExp(`^${pattern}$`).test(actual)) assert.equal(actual, expected);
}
