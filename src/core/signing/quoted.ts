import { visible } from '../visible.ts';

const LONGEST = 60;

/** Text from a delivery for a message: in quotes, control characters escaped, cut to 60 characters. */
export function quoted(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST)];
  const isCut = characters.length > LONGEST || text.length > 2 * LONGEST;
  return visible(JSON.stringify(isCut ? `${characters.slice(0, LONGEST - 1).join('')}…` : text));
}
