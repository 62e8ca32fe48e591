const END = /[ \t\n\r{}[\],:"]/g;

/** Start of the first token at or behind a position, in JSON that is known to be valid; its length where there is none. */
export function tokenStart(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** End of the token that starts there. */
export function tokenEnd(text: string, start: number): number {
  const first = text[start] ?? '';
  if ('{}[],:'.includes(first)) return start + 1;
  return first === '"' ? stringEnd(text, start) : find(END, text, start);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** By hand: a single expression for strings needs more stack than there is for a string of some megabytes. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function find(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
