import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from './adapters/package-root.ts';

/**
 * What to print for a call that asks for nothing but the version or the help of the whole tool: for these the command
 * tree need not be made. Undefined for every other call, and for a help that has to be wrapped to fit the terminal.
 */
export function preparedAnswer(argv: readonly string[], columns: number | undefined): string | undefined {
  const [word, another] = argv;
  if (another !== undefined) return undefined;
  if (word === '--version' || word === '-V') return `${packageVersion()}\n`;
  return word === '--help' || word === '-h' ? preparedHelp(columns) : undefined;
}

/** The build of the bundle leaves its help beside it; elsewhere there is none. */
function preparedHelp(columns: number | undefined): string | undefined {
  try {
    const help = readFileSync(join(import.meta.dirname, '..', 'help.txt'), 'utf8');
    const longest = Math.max(...help.split('\n').map((line) => line.length));
    return columns === undefined || columns >= longest ? help : undefined;
  } catch {
    return undefined;
  }
}
