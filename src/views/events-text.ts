import type { ChalkInstance } from 'chalk';
import type { EventChoice } from '../core/catalogue.ts';
import type { Source } from '../core/provider.ts';
import type { SchemaField } from '../core/schema-fields.ts';
import { visible } from '../core/visible.ts';
import { bodyLines } from './body-text.ts';
import { confidenceText, sourceText } from './facts-text.ts';

/** The event types by provider: name, when it fires, variants. */
export function eventListText(choices: readonly EventChoice[], colors: ChalkInstance): string {
  const packs = [...new Set(choices.map(({ pack }) => pack))];
  const sections = packs.map((pack) => {
    const own = choices.filter((choice) => choice.pack === pack);
    const { id, name, placeholder } = pack.manifest;
    const remark = placeholder ? colors.yellow('  placeholders: nothing is published of these payloads') : '';
    const head = `${colors.bold(id)}  ${visible(name)}, ${own.length} event ${own.length === 1 ? 'type' : 'types'}${remark}`;
    return [head, ...own.flatMap((choice) => eventLines(choice, colors))].join('\n');
  });
  return `${sections.join('\n\n')}\n\n${colors.dim('details: hooks events show <event>; send one: hooks send <event> --to localhost:3000')}\n`;
}

function eventLines({ pack, eventType, event }: EventChoice, colors: ChalkInstance): string[] {
  const variants = pack.variants[eventType] ?? [];
  const confidence = event.confidence === 'documented' ? '' : `  ${confidenceText(event.confidence, colors)}`;
  return [
    `  ${colors.cyan(visible(event.slug))}${confidence}`,
    `      ${visible(event.description)}`,
    ...(variants.length > 0
      ? [colors.dim(`      ${variants.map((variant) => `@${visible(variant)}`).join(' ')}`)]
      : []),
  ];
}

interface EventDetails {
  choice: EventChoice;
  source: Source | undefined;
  fields: readonly SchemaField[];
  example: Uint8Array;
}

/** All that is known of one event type: fields, sample, variants, sources. */
export function eventText({ choice, source, fields, example }: EventDetails, colors: ChalkInstance): string {
  const { pack, eventType, event, variant } = choice;
  const variants = pack.variants[eventType] ?? [];
  const lines = [
    `${colors.bold(visible(event.slug))}${variant === undefined ? '' : `@${visible(variant)}`}  ${visible(pack.manifest.name)}`,
    `  ${visible(event.description)}`,
    `  event type  ${visible(eventType)}`,
    `  known by    ${confidenceText(event.confidence, colors)}${source === undefined ? '' : `: ${visible(sourceText(source))}`}`,
    ...(event.note === undefined ? [] : [`  note        ${visible(event.note)}`]),
    ...(event.unknown ?? []).map((unknown) => `  ${colors.yellow('not known')}   ${visible(unknown)}`),
    ...(variants.length > 0
      ? ['', colors.bold('Variants'), ...variants.map((name) => variantLine(choice, name, colors))]
      : []),
    '',
    colors.bold('Fields'),
    ...fields.map((field) => fieldLine(field, colors)),
    '',
    colors.bold('Sample'),
    ...bodyLines(example, 'full', colors).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function variantLine({ event }: EventChoice, variant: string, colors: ChalkInstance): string {
  const known = event.variants?.[variant];
  const confidence = known?.confidence === undefined ? '' : `  ${confidenceText(known.confidence, colors)}`;
  return `  ${colors.cyan(`@${visible(variant)}`)}  ${visible(known?.description ?? '')}${confidence}`;
}

function fieldLine(
  { pointer, type, isRequired, description, basis }: SchemaField,
  colors: ChalkInstance,
): string {
  const required = isRequired ? colors.bold(' required') : '';
  const known =
    basis === undefined || basis.startsWith('documented') ? '' : colors.yellow(`  (${visible(basis)})`);
  const about = description === undefined ? '' : `\n      ${visible(description)}`;
  return `  ${colors.cyan(visible(pointer))}  ${colors.dim(visible(type))}${required}${known}${about}`;
}
