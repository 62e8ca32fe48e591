// C0, DEL, C1, line separators, zero-width and bidirectional controls, fillers, interlinear marks, tags, variation
// selectors beyond the BMP (those of emoji stay) and lone surrogates: everything that can drive a terminal or make a text
// read differently from what it is.
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\u034f|\u17b4|\u17b5|\u034f|\u17b4|\u17b5|\p{Surrogate}/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

// Most texts; a look at them costs a tenth of the search for all that is invisible.
const NOT_PLAIN = /[^ -~]/;

/** Text from outside for one line of output: control, bidi and zero-width characters are written as escapes. */
export function visible(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text.replace(INVISIBLE, escaped);
}

/** Like `visible`, for text of several lines: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(INVISIBLE, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}
