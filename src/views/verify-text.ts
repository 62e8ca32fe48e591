import type { ChalkInstance } from 'chalk';
import type { Explanation } from '../core/diagnosis/mistakes.ts';
import { formatDuration } from '../core/duration.ts';
import type { Verification } from '../core/verification.ts';
import { visible } from '../core/visible.ts';

export interface VerifyTextOptions {
  colors: ChalkInstance;
  isQuiet: boolean;
  isVerbose: boolean;
  /** The one framework whose fix is shown; all of them when verbose. */
  framework?: string;
}

/** The verdict on a line, then what explains it. */
export function verificationText(verification: Verification, options: VerifyTextOptions): string {
  const { isGenuine, message, diagnosis, notes, expected = [] } = verification;
  if (isGenuine && options.isQuiet) return '';
  const lines: [label: string, text: string][] = [];
  if (message !== undefined) lines.push(['reason', message]);
  if (!isGenuine) {
    if (diagnosis?.isSignatureRight) lines.push(['', 'the signature itself is right']);
    if (verification.secretCount > 1 && diagnosis?.secretIndex !== undefined) {
      lines.push([
        'secret',
        `the signature was made with secret ${diagnosis.secretIndex + 1} of ${verification.secretCount}`,
      ]);
    }
    for (const mistake of diagnosis?.mistakes ?? []) lines.push(...mistakeLines(mistake, options));
    if (diagnosis === undefined) lines.push(...unknownLines(verification));
  }
  for (const { secretIndex, headers } of expected) {
    for (const [name, value] of headers)
      lines.push([`right for secret ${secretIndex + 1}`, `${name}: ${value}`]);
  }
  for (const note of notes) lines.push(['note', note]);
  const width = Math.max(0, ...lines.map(([label]) => label.length));
  const body = lines.map(([label, text]) => {
    const head = label === '' ? ' '.repeat(width + 1) : `${label}:`.padEnd(width + 1);
    return `  ${options.colors.dim(head)} ${visible(text)}\n`;
  });
  return headLine(verification, options.colors) + body.join('');
}

function headLine(verification: Verification, colors: ChalkInstance): string {
  const { isGenuine, provider, eventType, scheme, source } = verification;
  const parts = [
    isGenuine ? colors.green('✓ genuine') : colors.red('✗ not genuine'),
    ...(provider === undefined ? [] : [colors.cyan(provider)]),
    ...(eventType === undefined ? [] : [colors.bold(visible(eventType))]),
    `scheme ${scheme}`,
    ...secretText(verification),
    ...ageText(verification),
    colors.dim(visible(source)),
  ];
  return `${parts.join('  ')}\n`;
}

function secretText({ isGenuine, secretIndex, secretCount }: Verification): string[] {
  if (!isGenuine || secretIndex === undefined) return [];
  return [secretCount === 1 ? 'the secret fits' : `secret ${secretIndex + 1} of ${secretCount} fits`];
}

function ageText({ ageSeconds }: Verification): string[] {
  if (ageSeconds === undefined) return [];
  const age = formatDuration(Math.abs(ageSeconds) * 1000);
  return [ageSeconds < 0 ? `signed ${age} in the future` : `signed ${age} ago`];
}

function mistakeLines(
  { what, fix, frameworks = {} }: Explanation,
  options: VerifyTextOptions,
): [string, string][] {
  const { framework, isVerbose } = options;
  const lines: [string, string][] = [
    ['what', what],
    ['fix', fix],
  ];
  const names = Object.keys(frameworks);
  const wanted = names.filter(
    (name) => name === framework?.toLowerCase() || (isVerbose && framework === undefined),
  );
  for (const name of wanted) lines.push([name, frameworks[name] ?? '']);
  if (wanted.length === 0 && names.length > 0)
    lines.push(['', `in your framework: --framework ${names.join(', ')}`]);
  return lines;
}

function unknownLines({ tried = 0, isComplete }: Verification): [string, string][] {
  const count = tried.toLocaleString('en-US');
  const all = isComplete === false ? `; the body is too large to try everything` : '';
  return [
    ['what', `unknown: none of ${count} signatures computed with known mistakes is the one received${all}`],
    [
      'next',
      'compare the secret with the one that the sender uses, and make sure that the body is here as it was received, byte for byte',
    ],
  ];
}
