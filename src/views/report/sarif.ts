import type { Severity } from '../../core/report.ts';
import { isKnownFailure, type Report, reportTitle, webUrl } from '../../core/report-file.ts';
import type { CaseFinished } from '../../core/run-event.ts';
import { visible } from '../../core/visible.ts';

const LEVELS: Record<Severity, 'error' | 'warning' | 'note'> = {
  must: 'error',
  should: 'warning',
  note: 'note',
};

// Code scanning shows no result without a file, and the receiver's own files are not known from outside.
const FILE_OF_ENDPOINT = 'webhook-endpoint';

/**
 * The failed cases as SARIF 2.1.0 (OASIS): a rule for each case. A step points to its line of the scenario; any other
 * case to the endpoint, as logical location and, because readers want a file, as a file called `webhook-endpoint`.
 */
export function formatSarif(report: Report, version: string): string {
  const { started, finished } = report;
  const failed = report.cases.filter(({ outcome }) => outcome === 'failed');
  const rules = [...new Map(report.cases.map((one) => [one.id, one])).values()];
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const document = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'hooks',
            semanticVersion: version,
            informationUri: 'https://www.npmjs.com/package/hooks-cli',
            rules: rules.map(rule),
          },
        },
        automationDetails: { id: `${visible(reportTitle(report))}/` },
        invocations: [
          { executionSuccessful: finished.stopped === undefined, startTimeUtc: visible(started.at) },
        ],
        columnKind: 'utf16CodeUnits',
        results: failed.map((one) => result(one, indexes.get(one.id) ?? -1, report)),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function rule({ id, title, why, source, severity, group }: CaseFinished) {
  const helpUri = webUrl(source?.url);
  return {
    id: visible(id),
    shortDescription: { text: visible(title) },
    fullDescription: { text: visible(why) },
    help: { text: [why, source?.title, source?.url].filter(isGiven).map(visible).join('\n') },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['webhooks', visible(group)] },
  };
}

function result(one: CaseFinished, ruleIndex: number, { started, finished }: Report) {
  const { id, severity, title, sent, expected, got, reproduce, location } = one;
  const lines = [
    started.command === 'test' ? `A right receiver ${title}; this one does not.` : title,
    `sent: ${sent}`,
    `expected: ${expected}`,
    `got: ${got}`,
    reproduce && `again: ${reproduce}`,
  ];
  const isKnown = isKnownFailure(one, finished);
  return {
    ruleId: visible(id),
    ruleIndex,
    level: LEVELS[severity],
    message: { text: lines.filter(isGiven).map(visible).join('\n') },
    ...(finished.baseline && { baselineState: isKnown ? 'unchanged' : 'new' }),
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: location === undefined ? FILE_OF_ENDPOINT : fileUri(location.file) },
          region: { startLine: location?.line ?? 1, startColumn: location?.column ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: visible(started.url), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'hooksCase/v1': visible(`${id}@${started.url}`) },
  };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** A path as a URI reference: relative ones stay so, a drive is not taken for a scheme. */
function fileUri(file: string): string {
  const path = file
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  if (/^[A-Za-z]%3A\//.test(path)) return `file:///${path.replace('%3A', ':')}`;
  return path.startsWith('/') ? `file://${path}` : path;
}
