/** A ratio to the base of its section, over the rounds: the middle one, and between which two the middle half lies. */
export interface Ratio {
  median: number;
  low: number;
  high: number;
}

/** What a ratio is to be: not more, or not less, than that. */
export type Goal = { most: number } | { least: number };

export interface Row {
  name: string;
  ratio: Ratio;
  /** The middle of what was measured, with its unit; for orientation only. */
  measured: string;
  goal?: Goal;
  /** Why the goal is missed, where it is known; shown only then. */
  missedBecause?: string;
}

export interface Table {
  /** What the ratios are to. */
  base: string;
  rows: readonly Row[];
}

export interface Section {
  title: string;
  /** What was done, so that the figures can be read. */
  text: string;
  tables: readonly Table[];
}

/** A section as Markdown. `conditions` says when and on what it was measured. */
export function formatSection({ title, text, tables }: Section, conditions: string): string {
  const rows = tables.flatMap((table) => table.rows);
  const missed = rows.filter((row) => row.goal !== undefined && !isReached(row.goal, row.ratio.median));
  const reasons = missed.map(
    ({ name, missedBecause }) => `- **${name}** misses its goal: ${missedBecause ?? 'why is not known yet.'}`,
  );
  return [
    `## ${title}`,
    `_${conditions}_`,
    text,
    ...tables.map(formatTable),
    ...(reasons.length > 0 ? [reasons.join('\n')] : []),
  ].join('\n\n');
}

function formatTable({ base, rows }: Table): string {
  const lines = rows.map(({ name, ratio, measured, goal }) => {
    const spread = `${formatNumber(ratio.low)} – ${formatNumber(ratio.high)}`;
    return `| ${[name, `**${formatNumber(ratio.median)}**`, spread, measured, formatGoal(goal, ratio.median)].join(' | ')} |`;
  });
  return [`| | × ${base} | spread | measured | goal |`, '| --- | ---: | ---: | ---: | --- |', ...lines].join(
    '\n',
  );
}

function formatGoal(goal: Goal | undefined, value: number): string {
  if (goal === undefined) return '';
  const text = 'most' in goal ? `≤ ${goal.most}` : `≥ ${goal.least}`;
  return `${text}: ${isReached(goal, value) ? 'reached' : '**missed**'}`;
}

function isReached(goal: Goal, value: number): boolean {
  return 'most' in goal ? value <= goal.most : value >= goal.least;
}

function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** The sections of a page, by title, each with its heading; what stands before the first is left out. */
export function sectionsOf(page: string): Map<string, string> {
  const [, ...parts] = page.split(/^(?=## )/m);
  return new Map(parts.map((part) => [part.slice(3, part.indexOf('\n')), part.trimEnd()]));
}
