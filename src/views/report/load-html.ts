import { createHash } from 'node:crypto';
import { formatDuration } from '../../core/duration.ts';
import type { LatencySummary } from '../../core/load/histogram.ts';
import type { LoadFinished, LoadResult, LoadStarted, LoadStep, LoadTick } from '../../core/run-event.ts';
import { visible } from '../../core/visible.ts';
import { formatRate, loadShape } from '../load-text.ts';
import { REPORT_STYLE } from './html-style.ts';
import { curveSvg, plotSvg } from './load-svg.ts';

/** A whole run of `hooks load`. */
export interface LoadReport {
  started: LoadStarted;
  finished: LoadFinished;
  ticks: LoadTick[];
  steps: LoadStep[];
}

const STYLE = `${REPORT_STYLE}
figure { margin: 1rem 0; padding: .8rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
figcaption { font-weight: 500; } figcaption small { color: var(--dim); font-weight: 400; margin-left: .6rem; } figcaption span { --tone: var(--dim); color: var(--tone); margin-right: .6rem; }
figure svg { width: 100%; height: auto; display: block; margin-top: .5rem; } figure path { --tone: var(--ink); fill: none; stroke: var(--tone); stroke-width: 1.6; stroke-linejoin: round; }
.grid { stroke: var(--line); } figure text { fill: var(--dim); font-size: 11px; } .y { text-anchor: end; } .x { text-anchor: middle; }
figcaption .p50, path.p50, figcaption .rate, path.rate { --tone: var(--info); } figcaption .p99, path.p99 { --tone: var(--warn); } figcaption .errors, path.errors, figcaption .max, path.max { --tone: var(--bad); } figcaption .target, path.target { --tone: var(--dim); }
tr.kept td:last-child { color: var(--good); } tr.missed td:last-child { color: var(--bad); }
tbody tr:last-child > * { font-weight: inherit; }
`;

/** The load as one HTML file that needs nothing else: plots as SVG, no script, nothing from outside. */
export function formatLoadHtml(report: LoadReport): string {
  const { started, finished } = report;
  const verdict = finished.isPassed ? 'passed' : 'failed';
  const title = `hooks load ${started.url}`;
  const styleHash = createHash('sha256').update(STYLE).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdict}: ${html(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header class="${verdict}"><div><h1>${html(title)}</h1><p class="verdict">${verdict}${finished.stopped === undefined ? '' : `, ended early: ${finished.stopped}`}</p>
<dl>${facts(report)
    .map(([name, value]) => `<dt>${name}</dt><dd>${html(value)}</dd>`)
    .join('')}</dl></div></header>
${section('Limits', thresholdTable(finished))}
${section('Steps', stepTable(report.steps))}
${section('Latency', latencyTable(finished))}
${section('Plots', plots(report))}
</main>
</body>
</html>
`;
}

function section(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${title}</h2>\n${content}\n</section>`;
}

function facts({ started, finished }: LoadReport): [name: string, value: string][] {
  const { provider, slug, scheme, isSigned, workers, at } = started;
  const { answered, delivered, unexpected, failed, late, held, unsent, limit, limitedBy } = finished;
  const optional: [name: string, value: string | undefined][] = [
    ['load', loadShape(started)],
    ['event', slug === undefined ? provider : `${provider}/${slug}`],
    ['signature', isSigned ? scheme : 'unsigned'],
    ['threads', String(workers)],
    ['started', at],
    ['limit found', limit && (limit.rate === undefined ? 'none' : formatRate(limit.rate))],
    ['sent', `${finished.started}, ${answered} answered, ${formatRate(finished.rate)}`],
    ['answers', `${delivered} as expected, ${unexpected} unexpected, ${failed} missing`],
    ['statuses', counts(finished)],
    [
      'behind',
      late + held + unsent > 0 ? `${late} sent late, ${held} held back, ${unsent} not sent` : undefined,
    ],
    ['limited by', limitedBy && LIMITED_BY[limitedBy]],
  ];
  return optional.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
}

const LIMITED_BY = {
  sender: 'the sender: these numbers are not the receiver’s alone',
  'in-flight': 'as many as allowed were under way',
};

function counts({ statuses, failures }: LoadResult): string {
  return [...Object.entries(statuses), ...Object.entries(failures)]
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
}

function table(names: readonly string[], rows: readonly string[]): string {
  const head = names.map((name) => `<th scope="col">${name}</th>`).join('');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

function thresholdTable({ thresholds }: LoadResult): string {
  const rows = thresholds.map(
    ({ rule, actual, isMet }) =>
      `<tr class="${isMet ? 'kept' : 'missed'}"><th scope="row">${html(rule)}</th><td>${html(actual)}</td><td>${isMet ? 'kept' : 'missed'}</td></tr>`,
  );
  return rows.length === 0 ? '' : table(['limit', 'measured', ''], rows);
}

function stepTable(steps: readonly LoadStep[]): string {
  if (steps.length === 0) return '';
  const rows = steps.map(({ targetRate, rate, latency, isPassed, isConfirmation, unexpected, failed }) => {
    const cells = [formatRate(rate), time(latency?.corrected?.p99), String(unexpected + failed)];
    return `<tr class="${isPassed ? 'kept' : 'missed'}"><th scope="row">${formatRate(targetRate)}${isConfirmation ? ', once more' : ''}</th>${cells.map((text) => `<td>${text}</td>`).join('')}<td>${isPassed ? 'kept' : 'missed'}</td></tr>`;
  });
  return table(['rate', 'answered', 'p99', 'errors', ''], rows);
}

const ROWS: readonly [name: string, key: keyof LatencySummary][] = [
  ['min', 'min'],
  ['mean', 'mean'],
  ['p50', 'p50'],
  ['p75', 'p75'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
  ['max', 'max'],
];

function latencyTable({ latency }: LoadResult): string {
  if (latency === undefined) return '';
  const { corrected, service } = latency;
  const rows = ROWS.map(
    ([name, key]) =>
      `<tr><th scope="row">${name}</th>${corrected ? `<td>${time(corrected[key])}</td>` : ''}<td>${time(service[key])}</td></tr>`,
  );
  const names = corrected ? ['', 'from when due', 'from when sent'] : ['', 'from when sent'];
  const note = corrected ? '' : '<p>A closed loop: not corrected for coordinated omission.</p>';
  return table(names, rows) + note;
}

function time(ms: number | undefined): string {
  return ms === undefined ? '–' : formatDuration(ms);
}

function plots({ ticks, finished, steps }: LoadReport): string {
  const curve = finished.curve.length > 1 ? curveSvg(finished.curve) : '';
  // The seconds of a search are of many loads; its steps are told in the table.
  if (ticks.length < 2 || steps.length > 0) return curve;
  const x = ticks.map(({ elapsedMs }) => elapsedMs);
  const last = x.at(-1) ?? 0;
  const xTicks = [0.25, 0.5, 0.75, 1].map((share) => ({
    at: last * share,
    label: formatDuration(last * share),
  }));
  const latency = (pick: (one: NonNullable<LoadTick['latencyMs']>) => number) =>
    ticks.map(({ latencyMs }) => latencyMs && pick(latencyMs));
  const perSecond = (pick: (tick: LoadTick) => number) =>
    ticks.map((tick) => (tick.intervalMs > 0 ? (pick(tick) * 1000) / tick.intervalMs : 0));
  return [
    plotSvg({
      title: 'Latency over time',
      x,
      xTicks,
      series: [
        { tone: 'p50', label: 'p50', values: latency(({ p50 }) => p50) },
        { tone: 'p99', label: 'p99', values: latency(({ p99 }) => p99) },
        { tone: 'max', label: 'max', values: latency(({ max }) => max) },
      ],
      yText: formatDuration,
    }),
    plotSvg({
      title: 'Rate over time',
      x,
      xTicks,
      series: [
        { tone: 'target', label: 'asked for', values: ticks.map(({ targetRate }) => targetRate) },
        { tone: 'rate', label: 'answered', values: perSecond(({ answered }) => answered) },
      ],
      yText: formatRate,
    }),
    plotSvg({
      title: 'Errors over time',
      x,
      xTicks,
      series: [{ tone: 'errors', label: 'errors', values: perSecond(({ errors }) => errors) }],
      yText: formatRate,
    }),
    curve,
  ].join('\n');
}

function html(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
