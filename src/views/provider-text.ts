import type { ChalkInstance } from 'chalk';
import type { ProviderPack } from '../core/catalogue.ts';
import { exactDuration, formatDuration } from '../core/duration.ts';
import type { Fact, Location, RetryAnswers, RetryPolicy, SigningFact } from '../core/provider.ts';
import type { SchemeParameters } from '../core/signing/scheme.ts';
import { visible } from '../core/visible.ts';
import { confidenceText, sourceText } from './facts-text.ts';

type FactRow = [topic: string, fact: Fact<unknown>, value: string | undefined];

/** One line a provider: id, name, number of event types, how it signs. */
export function providerListText(packs: readonly ProviderPack[], colors: ChalkInstance): string {
  const width = Math.max(...packs.map(({ manifest }) => manifest.id.length));
  return packs
    .map(({ manifest, isBundled, directory }) => {
      const count = Object.keys(manifest.events).length;
      const scheme = manifest.signing.value?.scheme ?? 'not known';
      const origin = isBundled ? '' : colors.dim(`  ${visible(directory)}`);
      const signing = `${visible(scheme)} ${confidenceText(manifest.signing.confidence, colors)}`;
      return `${colors.bold(manifest.id.padEnd(width))}  ${visible(manifest.name)}, ${count} event ${count === 1 ? 'type' : 'types'}, signing: ${signing}${origin}\n`;
    })
    .join('');
}

/** Every fact of a manifest with how sure it is and where it comes from. */
export function providerText({ manifest }: ProviderPack, colors: ChalkInstance): string {
  const { request } = manifest;
  const rows: FactRow[] = [
    ['method', request.method, request.method.value],
    ['content type', request.contentType, request.contentType.value],
    ['user agent', request.userAgent, request.userAgent.value],
    ['event type', manifest.eventType, locationText(manifest.eventType.value)],
    ['idempotency key', manifest.idempotencyKey, locationText(manifest.idempotencyKey.value)],
    ['id format', manifest.idFormat, manifest.idFormat.value],
    ['signing', manifest.signing, signingText(manifest.signing.value)],
    ...Object.entries(manifest.signingAlternatives ?? {}).map(
      ([name, fact]): FactRow => [`--scheme ${name}`, fact, signingText(fact.value)],
    ),
    ...given('secret', manifest.secretLocation, manifest.secretLocation?.value),
    ['timeout', manifest.timeoutSeconds, secondsText(manifest.timeoutSeconds.value)],
    ['success', manifest.success, manifest.success.value],
    ['retries', manifest.retries, retriesText(manifest.retries.value)],
    ...given('answers to retries', manifest.retryAnswers, retryAnswersText(manifest.retryAnswers?.value)),
    ...given('switching off', manifest.disabling, disablingText(manifest.disabling?.value)),
    ...Object.entries(manifest.facts).map(([topic, fact]): FactRow => [topic, fact, fact.value]),
  ];
  const width = Math.max(...rows.map(([topic]) => topic.length));
  const lines = [
    `${colors.bold(visible(manifest.name))}  ${manifest.id}`,
    visible(manifest.description),
    ...(manifest.placeholder
      ? [colors.yellow('The payloads are placeholders: nothing is published of them.')]
      : []),
    '',
    ...rows.flatMap(([topic, fact, value]) => factLines(topic.padEnd(width), fact, value, colors)),
    '',
    colors.bold('Sources'),
    ...Object.entries(manifest.sources).map(
      ([key, source]) => `  ${colors.cyan(visible(key))}  ${visible(sourceText(source))}`,
    ),
    '',
    `${Object.keys(manifest.events).length} event types: hooks events --provider ${manifest.id}`,
  ];
  return `${lines.join('\n')}\n`;
}

function factLines(
  topic: string,
  fact: Fact<unknown>,
  value: string | undefined,
  colors: ChalkInstance,
): string[] {
  const source = fact.source === undefined ? '' : colors.dim(` [${visible(fact.source)}]`);
  const indent = ' '.repeat(topic.length + 4);
  return [
    `  ${colors.cyan(visible(topic))}  ${visible(value ?? '–')}  ${confidenceText(fact.confidence, colors)}${source}`,
    ...(fact.note === undefined ? [] : [`${indent}${visible(fact.note)}`]),
    ...((fact as SigningFact).assumptions ?? []).map(
      (text) => `${indent}${confidenceText('assumed', colors)}: ${visible(text)}`,
    ),
  ];
}

function locationText(location: Location | undefined): string | undefined {
  if (location === undefined) return undefined;
  return location.in === 'header' ? `header ${location.name}` : `body ${location.paths.join(' or ')}`;
}

function signingText(parameters: SchemeParameters | undefined): string | undefined {
  if (parameters === undefined) return undefined;
  const { scheme, toleranceSeconds, signatureHeader, signatureContent, signatureEncoding } = parameters;
  const details = [
    scheme,
    ...(signatureHeader === undefined ? [] : [`header ${signatureHeader}`]),
    ...(signatureContent === undefined ? [] : [`over ${signatureContent}`]),
    ...(signatureEncoding === undefined ? [] : [signatureEncoding]),
    ...(typeof toleranceSeconds?.past === 'number'
      ? [`tolerance ${formatDuration(toleranceSeconds.past * 1000)}`]
      : []),
  ];
  return details.join(', ');
}

function secondsText(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatDuration(seconds * 1000);
}

function retriesText(policy: RetryPolicy | undefined): string | undefined {
  if (policy === undefined) return undefined;
  const { maxAttempts, delaysSeconds, windowSeconds, jitter, timestamp, assumed = [] } = policy;
  const parts = [
    ...(maxAttempts === undefined ? [] : [`at most ${maxAttempts} attempts`]),
    ...(delaysSeconds === undefined
      ? []
      : [
          `after ${delaysSeconds.map((seconds) => exactDuration(seconds * 1000)).join(', ')}${assumed.includes('delaysSeconds') ? ' (assumed)' : ''}`,
        ]),
    ...(windowSeconds === undefined ? [] : [`within ${formatDuration(windowSeconds * 1000)}`]),
    ...(jitter === undefined ? [] : [`±${jitter * 100} %`]),
    ...(timestamp === undefined ? [] : [`timestamp ${timestamp}`]),
  ];
  return parts.join('; ');
}

function retryAnswersText(answers: RetryAnswers | undefined): string | undefined {
  if (answers === undefined) return undefined;
  const { slowDownSeconds, retryAfterIntervals, giveUpOn = [], stopHeader } = answers;
  const parts = [
    ...(slowDownSeconds === undefined
      ? []
      : [`at least ${formatDuration(slowDownSeconds * 1000)} after a 429 or a timeout`]),
    ...(retryAfterIntervals === undefined ? [] : [`Retry-After up to ${retryAfterIntervals} intervals`]),
    ...(giveUpOn.length === 0 ? [] : [`given up on ${giveUpOn.join(', ')}`]),
    ...(stopHeader === undefined ? [] : [`stopped by ${stopHeader.name}: ${stopHeader.stop}`]),
    ...(stopHeader?.disable === undefined
      ? []
      : [`switched off by ${stopHeader.name}: ${stopHeader.disable}`]),
  ];
  return parts.join('; ');
}

function disablingText(rule: { afterSeconds: number } | undefined): string | undefined {
  return rule && `after ${formatDuration(rule.afterSeconds * 1000)} of failures`;
}

function given(topic: string, fact: Fact<unknown> | undefined, value: string | undefined): FactRow[] {
  return fact === undefined ? [] : [[topic, fact, value]];
}
