/** The text of the body, changed. */
export function rewrite(body: Uint8Array, change: (text: string) => string): Uint8Array {
  return Buffer.from(change(Buffer.from(body).toString()));
}

/** The same JSON with line breaks and indents. */
export function pretty(body: Uint8Array): Uint8Array {
  return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 2));
}

/** The JSON object with one more field, whose value is written as given. */
export function withField(body: Uint8Array, value: string, name = 'x_added_by_hooks'): Uint8Array {
  return rewrite(body, (text) => text.replace(/\}\s*$/, `,${JSON.stringify(name)}:${value}}`));
}

/** The character as JSON escapes it. */
export function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
