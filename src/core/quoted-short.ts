const MOST_CHARACTERS = 160;

/** As much of what somebody answered as fits into a sentence. */
export function quotedShort(text: string): string {
  const characters = [...text.slice(0, 2 * MOST_CHARACTERS)];
  return characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS).join('')} …` : text;
}
