// Longer ones are cut by terminals, or thrown away whole.
const MOST_BYTES = 100_000;

/**
 * The escape sequence (OSC 52) that has the terminal put the bytes on its clipboard, which works over ssh as well; inside
 * tmux it is passed on to the terminal around it. Undefined where they are more than terminals take.
 */
export function clipboardSequence(bytes: Uint8Array, isInTmux: boolean): string | undefined {
  if (bytes.length > MOST_BYTES) return undefined;
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const sequence = `\u001b]52;c;${base64}\u0007`;
  // tmux takes the plain one for its own buffer, and hands the wrapped one on where it is allowed to.
  return isInTmux ? `${sequence}\u001bPtmux;\u001b${sequence}\u001b\\` : sequence;
}
