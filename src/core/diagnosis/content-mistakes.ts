import { compileContent } from '../signing/content-template.ts';
import { type Claim, type Claims, isTimestamp } from './claims.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { ContentOption, Options } from './options.ts';
import type { SchemeShape } from './scheme-shape.ts';
import { formMistakes, otherTexts } from './timestamp-mistakes.ts';

export const CONTENT_MISTAKES = {
  'id-left-out': {
    what: 'the id was left out of the signed content, which was {detail}',
    fix: 'sign id, timestamp and body in the order and with the separators of the scheme',
  },
  'timestamp-left-out': {
    what: 'the timestamp was left out of the signed content, which was {detail}',
    fix: 'sign the timestamp as well, in the order and with the separators of the scheme',
  },
  'only-body-signed': {
    what: 'only the body was signed, without {detail}',
    fix: 'sign the whole content that the scheme lays down, not the body alone',
  },
  'timestamp-added': {
    what: 'a timestamp was signed, where this scheme signs none: the content was {detail}',
    fix: 'sign the body alone, or name the timestamp header and the content (--timestamp-header, --signature-content)',
  },
  'id-added': {
    what: 'an id was signed, where this scheme signs none: the content was {detail}',
    fix: 'sign what the scheme lays down, or name the id header and the content (--id-header, --signature-content)',
  },
  'id-timestamp-swapped': {
    what: 'id and timestamp stand in the wrong order in the signed content',
    fix: 'put them in the order of the scheme before signing',
  },
  'headers-swapped': {
    what: 'the headers of id and timestamp are swapped: each holds the value of the other',
    fix: 'write the id into the id header and the timestamp into the timestamp header',
  },
  'body-first': {
    what: 'the body stands before the rest of the signed content, which was {detail}',
    fix: 'put the parts in the order of the scheme before signing',
  },
  separator: {
    what: 'the parts of the signed content are separated by {detail}',
    fix: 'put exactly the separator of the scheme between the parts, and nothing else',
  },
  'version-in-content': {
    what: 'the fixed text at the start of the signed content is not that of the scheme: the content was {detail}',
    fix: 'start the content with exactly the text that the scheme lays down',
  },
} as const satisfies Mistakes;

const SEPARATORS: Record<string, string> = {
  '': 'nothing',
  '.': 'a full stop',
  ':': 'a colon',
  '|': 'a vertical bar',
  '\n': 'a line feed',
  ',': 'a comma',
  '-': 'a hyphen',
  _: 'an underscore',
  ' ': 'a space',
  ';': 'a semicolon',
  '/': 'a slash',
  '&': 'an ampersand',
};

interface Variant {
  mistake: FoundMistake;
  template: string;
}

/** The signed content as the scheme makes it, and as it is mistaken. */
export function contentOptions(shape: SchemeShape, claims: Claims): Options<ContentOption> {
  const { ids, otherIds, timestamps, otherTimestamps } = claims;
  const right = timestamps.map((claim) => {
    return { ...claim, mistakes: [...claim.mistakes, ...formMistakes(claim.text, shape)] };
  });
  const wrongTimes = [...timestamps.flatMap((claim) => otherTexts(claim, shape)), ...otherTimestamps];
  const anyId = ids.length > 0 ? ids : otherIds.slice(0, 2);
  const anyTime = timestamps.length > 0 ? timestamps : otherTimestamps.slice(0, 2);
  const variants = shownVariants(shape, claims);
  return {
    right: fillAll(shape.content, ids, right),
    wrong: [
      ...fillAll(shape.content, ids, wrongTimes),
      ...fillAll(shape.content, otherIds, right),
      ...variants.flatMap(({ mistake, template }) =>
        fillAll(template, plain(anyId), plain(anyTime), [mistake]),
      ),
    ],
  };
}

/** The same values without what is mistaken about where they stand: the variant says that already. */
function plain(claims: readonly Claim[]): Claim[] {
  return claims.map(({ text, mistakes }) => ({
    text,
    mistakes: mistakes.filter(({ id }) => !id.endsWith('-elsewhere')),
  }));
}

function fillAll(
  template: string,
  ids: readonly Claim[],
  timestamps: readonly Claim[],
  mistakes: readonly FoundMistake[] = [],
): ContentOption[] {
  const content = compileContent(template);
  const none: Claim[] = [{ text: '', mistakes: [] }];
  const usedIds = content.covers.id ? ids : none;
  const usedTimes = content.covers.timestamp ? timestamps : none;
  return usedIds.flatMap((id) =>
    usedTimes.map((time) => ({
      mistakes: [...id.mistakes, ...time.mistakes, ...mistakes],
      fill: (body: Uint8Array) => content.fill(id.text, time.text, body),
    })),
  );
}

function shownVariants(shape: SchemeShape, claims: Claims): Variant[] {
  const { content } = shape;
  const { covers } = compileContent(content);
  const variants: Variant[] = [...startVariants(content), ...separatorVariants(content)];
  const add = (id: string, template: string, detail: string | undefined = `'${template}'`) => {
    if (template !== content) variants.push({ mistake: found(id, detail), template });
  };
  const bare = content.replace(/^[^{]+/, '');
  if (covers.id) add('id-left-out', without(content, '{id}'));
  if (covers.timestamp) add('timestamp-left-out', without(content, '{timestamp}'));
  if (bare !== '{body}') add('only-body-signed', '{body}', whatIsMissing(content));
  if (covers.id && covers.timestamp) {
    const isSwapped = claims.ids.some(({ text }) => isTimestamp(text, shape));
    add(isSwapped ? 'headers-swapped' : 'id-timestamp-swapped', swapped(content), '');
  }
  for (const separator of ['.', ':', '', '\n'])
    for (const [id, template] of orders(content, separator)) add(id, template);
  return variants;
}

/** Other orders of the parts, and parts that the scheme does not sign. */
function orders(content: string, separator: string): [id: string, template: string][] {
  const { covers } = compileContent(content);
  if (covers.id && covers.timestamp) {
    return [
      ['body-first', ['{body}', '{id}', '{timestamp}'].join(separator)],
      ['body-first', ['{body}', '{timestamp}', '{id}'].join(separator)],
    ];
  }
  if (covers.timestamp) {
    return [
      ['body-first', `{body}${separator}{timestamp}`],
      ['id-added', `{id}${separator}${content}`],
    ];
  }
  return [
    ['timestamp-added', `{timestamp}${separator}{body}`],
    ['timestamp-added', `{body}${separator}{timestamp}`],
    ['id-added', `{id}${separator}{body}`],
    ['id-added', `{id}${separator}{timestamp}${separator}{body}`],
  ];
}

function startVariants(content: string): Variant[] {
  const start = /^[^{]+/.exec(content)?.[0] ?? '';
  const rest = content.slice(start.length);
  const separator = start.slice(-1) || /\}([^{]+)\{/.exec(content)?.[1] || '.';
  const starts = ['', ...['v0', 'v1', 'v2'].map((version) => version + separator)];
  return starts
    .filter((other) => other !== start)
    .map((other) => ({
      mistake: found('version-in-content', `'${other}${rest}'`),
      template: other + rest,
    }));
}

function separatorVariants(content: string): Variant[] {
  return Object.entries(SEPARATORS)
    .map(([separator, name]) => ({
      mistake: found('separator', name),
      template: content.replaceAll(/(?<=\})[^{}]+(?=\{)/g, () => separator),
    }))
    .filter(({ template }) => template !== content);
}

/** The template without a placeholder and what separates it from the rest. */
function without(template: string, placeholder: string): string {
  const index = template.indexOf(placeholder);
  const rest = template.slice(index + placeholder.length);
  const next = /^[^{]*/.exec(rest)?.[0] ?? '';
  if (next.length < rest.length) return template.slice(0, index) + rest.slice(next.length);
  return template.slice(0, index).replace(/[^{}]+$/, '') + next;
}

function swapped(template: string): string {
  const names: Record<string, string> = { '{id}': '{timestamp}', '{timestamp}': '{id}' };
  return template.replaceAll(/\{(?:id|timestamp)\}/g, (name) => names[name] ?? name);
}

function whatIsMissing(template: string): string {
  const { covers } = compileContent(template);
  return (
    [covers.id ? 'the id' : '', covers.timestamp ? 'the timestamp' : ''].filter(Boolean).join(' and ') ||
    'the rest'
  );
}
