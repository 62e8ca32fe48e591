// Of what `visible` shows as escapes, what JSON.stringify leaves as it is. Some of them end a line for some readers.
const LEFT_BY_JSON =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The same JSON, with C1, bidi and other invisible characters as escapes, so that it can be looked at in a terminal. */
export function escapeControls(json: string): string {
  return json.replace(LEFT_BY_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
