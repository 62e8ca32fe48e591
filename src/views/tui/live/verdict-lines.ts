import { formatDuration } from '../../../core/duration.ts';
import { problemText, schemaText, signatureText } from '../../listen-text.ts';
import { verificationText } from '../../verify-text.ts';
import { wrapWords } from '../../wrap-words.ts';
import type { TabContent } from './detail-source.ts';

/** Signature, with what explains a refusal; body; event type; whether it came before. */
export function verdictLines(content: TabContent): string[] {
  return unwrapped(content).flatMap((line) => wrapWords(line, content.columns));
}

function unwrapped({ recording, verification, colors }: TabContent): string[] {
  const { verdicts } = recording;
  if (verdicts === undefined) return [colors.dim('it was sent from here, so there is nothing to judge')];
  const { signature, schema } = verdicts;
  const age = 'ageSeconds' in signature ? signature.ageSeconds : undefined;
  return [
    `${colors.bold('Signature')}   ${signatureText(signature, colors)}`,
    ...(signature.state === 'not-verified' ? [] : [colors.dim(`            scheme ${signature.scheme}`)]),
    ...(age === undefined ? [] : [colors.dim(`            signed ${ageText(age)}`)]),
    ...(verification === undefined
      ? []
      : ['', ...verificationText(verification, { colors, isQuiet: false, isVerbose: true }).split('\n')]),
    '',
    `${colors.bold('Body')}        ${schemaText(schema, colors)}`,
    ...(schema.state === 'invalid' ? schema.errors : []).map(
      (problem) => `            ${colors.red('✗')} ${problemText(problem)}`,
    ),
    ...(schema.state === 'valid' || schema.state === 'invalid' ? schema.warnings : []).map(
      (problem) => `            ${colors.yellow('!')} ${problemText(problem)}`,
    ),
    '',
    `${colors.bold('Event type')}  ${eventTypeText(verdicts.isKnownEventType, colors)}`,
    `${colors.bold('Repeated')}    ${verdicts.isDuplicate ? colors.yellow('the same id came before') : 'no'}`,
  ];
}

function ageText(seconds: number): string {
  return seconds >= 0
    ? `${formatDuration(seconds * 1000)} before it came`
    : `${formatDuration(-seconds * 1000)} in the future`;
}

function eventTypeText(isKnown: boolean | undefined, colors: TabContent['colors']): string {
  if (isKnown === undefined) return colors.yellow('unknown provider');
  return isKnown ? colors.green('✓ known') : colors.yellow('not in the catalogue of its provider');
}
