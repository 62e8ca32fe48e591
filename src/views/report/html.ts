import { createHash } from 'node:crypto';
import { formatDuration } from '../../core/duration.ts';
import {
  caseFacts,
  casesByGroup,
  isKnownFailure,
  type Report,
  reportTitle,
  webUrl,
} from '../../core/report-file.ts';
import type { CaseFinished, TestFinished } from '../../core/run-event.ts';
import { visible } from '../../core/visible.ts';
import { REPORT_STYLE } from './html-style.ts';

/** The report as one HTML file that needs nothing else: no script, no font, no picture from outside. */
export function formatHtml(report: Report): string {
  const { finished, cases } = report;
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  const verdict = finished.isPassed ? 'passed' : 'failed';
  // Only this very style sheet is let in, nothing that an answer might bring.
  const styleHash = createHash('sha256').update(REPORT_STYLE).digest('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${verdict}: ${html(reportTitle(report))}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${header(report, verdict)}
<section><h2>Score card</h2>
${scoreTable(finished)}
</section>
<section><h2>What failed</h2>
${failed.length === 0 ? '<p>Nothing.</p>' : failed.map((one) => caseDetails(one, finished, true)).join('\n')}
</section>
<section><h2>All cases</h2>
${[...casesByGroup(report)].map(([group, members]) => groupDetails(group, members, finished)).join('\n')}
</section>
</main>
</body>
</html>
`;
}

function header(report: Report, verdict: string): string {
  const { started, finished } = report;
  const facts: [name: string, value: string | undefined][] = [
    ['endpoint', started.url],
    ['provider', started.provider],
    ['signature scheme', started.scheme],
    ['started', started.at],
    ['took', formatDuration(finished.durationMs)],
    ['seed', started.seed],
    ['since the baseline', baselineSummary(finished)],
  ];
  const early = finished.stopped === undefined ? '' : `, ended early: ${finished.stopped}`;
  return `<header class="${verdict}">
<svg class="score" viewBox="0 0 36 36" role="img" aria-label="score ${finished.score} of 100"><circle class="track" cx="18" cy="18" r="15.5"/><circle class="reached" cx="18" cy="18" r="15.5" pathLength="100" stroke-dasharray="${finished.score} 100"/><text id="score" x="18" y="18">${finished.score}</text></svg>
<div><h1>${html(reportTitle(report))}</h1><p class="verdict">${verdict}${early}</p>
<dl>${facts.map(([name, value]) => (value === undefined ? '' : fact(name, html(value)))).join('')}</dl></div>
</header>`;
}

function baselineSummary({ baseline }: TestFinished): string | undefined {
  if (baseline === undefined) return undefined;
  const { newlyFailing, fixed, stillFailing } = baseline;
  return `${newlyFailing.length} newly failing, ${fixed.length} fixed, ${stillFailing.length} known to fail`;
}

function scoreTable(finished: TestFinished): string {
  const names = ['group', 'passed', 'must failed', 'should failed', 'note failed', 'skipped', 'score'];
  const rows = [...finished.groups, { ...finished, group: 'all' }].map(
    ({ group, passed, failed, skipped, score }) => {
      const counts = [passed, failed.must, failed.should, failed.note, skipped];
      const meter = `<meter min="0" max="100" low="80" high="99" optimum="100" value="${score}"></meter>`;
      return `<tr><th scope="row">${html(group)}</th>${counts.map((count) => `<td>${count}</td>`).join('')}<td>${score} % ${meter}</td></tr>`;
    },
  );
  return `<div class="wide"><table><thead><tr>${names.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>`;
}

function groupDetails(group: string, cases: readonly CaseFinished[], finished: TestFinished): string {
  const passed = cases.filter(({ outcome }) => outcome === 'passed').length;
  const all = cases.map((one) => caseDetails(one, finished, false)).join('\n');
  return `<details class="group"><summary>${html(group)} <small>${passed} of ${cases.length} passed</small></summary>\n${all}\n</details>`;
}

function caseDetails(one: CaseFinished, finished: TestFinished, isOpen: boolean): string {
  const kind = one.outcome === 'failed' ? one.severity : one.outcome;
  const known = isKnownFailure(one, finished) ? ', known' : '';
  const facts = caseFacts(one).map(([name, text]) => fact(name, factValue(name, text, one)));
  return `<details class="case ${kind}"${isOpen ? ' open' : ''}><summary><span class="mark">${kind}${known}</span> ${html(one.title)} <code>${html(one.id)}</code></summary><dl>${facts.join('')}</dl></details>`;
}

function factValue(name: string, text: string, { source }: CaseFinished): string {
  if (name === 'again') return `<code>${html(text)}</code>`;
  const url = webUrl(source?.url);
  if (name !== 'source' || url === undefined) return html(text);
  return `<a href="${html(url)}" rel="noreferrer">${html(source?.title ?? url)}</a>`;
}

/** A row of a list; the value is HTML. */
function fact(name: string, value: string): string {
  return `<dt>${name}</dt><dd>${value}</dd>`;
}

function html(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
