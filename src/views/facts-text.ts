import type { ChalkInstance } from 'chalk';
import type { Confidence, Source } from '../core/provider.ts';

/** The confidence as a word; what is not from the provider's own material stands out. */
export function confidenceText(confidence: Confidence, colors: ChalkInstance): string {
  const paint = {
    documented: colors.green,
    observed: colors.cyan,
    assumed: colors.yellow,
    unknown: colors.red,
  };
  return paint[confidence](confidence);
}

export function sourceText(source: Source): string {
  return `${source.title}${source.url === undefined ? '' : `, ${source.url}`} (read ${source.readOn})`;
}
