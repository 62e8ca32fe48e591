import { Chalk, type ChalkInstance } from 'chalk';
import type { Output } from './output.ts';

/** What decides about colours besides the stream. */
export interface ColorChoice {
  /** `--color` and `--no-color`; absent where neither was given. */
  color?: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/** Colours for a stream: the flag decides, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal. */
export function colorsFor(output: Output, { color, env }: ColorChoice): ChalkInstance {
  return new Chalk({ level: levelFor(output, color, env) });
}

function levelFor(output: Output, color: boolean | undefined, env: ColorChoice['env']): 0 | 1 | 2 | 3 {
  if (color === false || (color === undefined && env.NO_COLOR)) return 0;
  const depth = output.isTTY ? levelOf(output.getColorDepth?.() ?? 4) : 0;
  if (color === true) return depth || 1;
  const forced = env.FORCE_COLOR;
  if (forced === '0' || forced === 'false') return 0;
  if (forced === '2' || forced === '3') return forced === '2' ? 2 : 3;
  return forced === undefined ? depth : depth || 1;
}

/** Chalk's level for a number of bits per colour. */
function levelOf(depth: number): 0 | 1 | 2 | 3 {
  if (depth >= 24) return 3;
  if (depth >= 8) return 2;
  return depth >= 4 ? 1 : 0;
}
