import { formatDuration } from '../core/duration.ts';

/** Characters that plots are drawn with, from nothing to full. */
export interface Glyphs {
  levels: readonly string[];
  bar: string;
}

const UNICODE: Glyphs = { levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'], bar: '█' };
const ASCII: Glyphs = { levels: ['_', '.', '-', '=', '+', '*', '%', '#'], bar: '#' };

/** Block characters where the terminal's locale has them, else plain ASCII. */
export function glyphsFor(env: Readonly<Record<string, string | undefined>>): Glyphs {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const isPlain = env.TERM === 'dumb' || env.TERM === 'linux' || (locale !== '' && !/utf-?8/i.test(locale));
  return isPlain ? ASCII : UNICODE;
}

/** One character a value, the greatest full; where there are more values than room, each shows the greatest of some. */
export function sparkline(values: readonly number[], width: number, { levels }: Glyphs): string {
  const columns = squeeze(values, width);
  const greatest = Math.max(...columns, 0);
  return columns
    .map((value) => {
      const level = greatest === 0 ? 0 : Math.round((value / greatest) * (levels.length - 1));
      return levels[level] ?? '';
    })
    .join('');
}

function squeeze(values: readonly number[], width: number): number[] {
  if (values.length <= width || width <= 0) return values.slice(0, Math.max(0, width));
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * values.length) / width);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / width));
    return Math.max(...values.slice(from, to));
  });
}

/** A bar of up to `width` characters for a share from 0 to 1; what is more than nothing is seen. */
export function bar(share: number, width: number, glyphs: Glyphs): string {
  const length = share <= 0 ? 0 : Math.max(1, Math.round(Math.min(1, share) * width));
  return glyphs.bar.repeat(Math.max(0, Math.min(width, length)));
}

/** A duration in a column of its own. */
export function cell(ms: number, width: number): string {
  return formatDuration(ms).padStart(width);
}
