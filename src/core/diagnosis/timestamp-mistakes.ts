import { compileContent } from '../signing/content-template.ts';
import { type Claim, type Claims, isTimestamp } from './claims.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { ContentOption } from './options.ts';
import type { SchemeShape } from './scheme-shape.ts';

export const TIMESTAMP_MISTAKES = {
  'timestamp-milliseconds': {
    what: 'the timestamp is in milliseconds: {detail}',
    fix: 'divide by 1000 and round down: Math.floor(Date.now() / 1000), int(time.time())',
  },
  'timestamp-seconds': {
    what: 'the timestamp is in seconds, where this scheme has milliseconds: {detail}',
    fix: 'write and sign the timestamp in milliseconds, or set --timestamp-unit seconds',
  },
  'timestamp-format': {
    what: 'the timestamp is not written as the scheme lays down: {detail}',
    fix: 'write and sign the timestamp as whole Unix time in decimal digits, the same text in both places',
  },
  'timestamp-changed': {
    what: 'the timestamp was changed after signing: {detail}',
    fix: 'take the time once, put that same text under the signature and into the header, and use UTC for Unix time',
  },
} as const satisfies Mistakes;

const SEARCHED_SECONDS = 600;
const QUARTER_HOUR = 900;
const FARTHEST_ZONE = 14 * 4;

/** What is wrong with a timestamp as it was received; empty for one that fits the scheme. */
export function formMistakes(text: string, shape: SchemeShape): FoundMistake[] {
  const { timestampUnit } = shape;
  if (timestampUnit === 'milliseconds' && /^\d{9,10}$/.test(text)) {
    return [found('timestamp-seconds', 'it was sent and signed like that')];
  }
  if (isTimestamp(text, shape)) return [];
  if (timestampUnit === 'seconds' && /^\d{13}$/.test(text)) {
    return [found('timestamp-milliseconds', 'it was sent and signed like that')];
  }
  return [found('timestamp-format', 'it was sent and signed in another form')];
}

/** Other texts of the same time that may have been signed in place of the one received. */
export function otherTexts({ text, mistakes }: Claim, { timestampUnit }: SchemeShape): Claim[] {
  const add = (id: string, detail: string, signed: string): Claim => ({
    text: signed,
    mistakes: [...mistakes, found(id, detail)],
  });
  if (/^\d{13,14}$/.test(text)) {
    const id = timestampUnit === 'seconds' ? 'timestamp-milliseconds' : 'timestamp-seconds';
    const detail = timestampUnit === 'seconds' ? 'sent like that, but signed in seconds' : 'signed like that';
    return [add(id, detail, text.slice(0, -3)), ...dates(Number(text))];
  }
  if (/^\d{8,11}$/.test(text)) {
    const id = timestampUnit === 'seconds' ? 'timestamp-milliseconds' : 'timestamp-seconds';
    const detail =
      timestampUnit === 'seconds'
        ? 'signed like that, but sent in seconds'
        : 'sent like that, but signed in milliseconds';
    return [
      add(id, detail, `${text}000`),
      add('timestamp-format', 'signed with a fraction, sent without', `${text}.0`),
      ...dates(Number(text) * 1000),
    ];
  }
  const time = /^\d+\.\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(time)) return [];
  const detail = 'sent in another form, but signed as Unix time';
  return [
    add('timestamp-format', `${detail} in seconds`, String(Math.floor(time / 1000))),
    add('timestamp-format', `${detail} in milliseconds`, String(Math.floor(time))),
  ];

  function dates(milliseconds: number): Claim[] {
    if (milliseconds > 8.64e15) return [];
    const iso = new Date(milliseconds).toISOString();
    return [iso, iso.replace(/\.\d+Z$/, 'Z'), iso.replace(/\.\d+Z$/, '+00:00')].map((signed) =>
      add('timestamp-format', 'signed as a date (ISO 8601), sent as Unix time', signed),
    );
  }
}

/** Content with a timestamp near the one received, nearest first; then time zones away, then any millisecond of it. */
export function* nearbyTimestamps(
  shape: SchemeShape,
  { ids, timestamps }: Claims,
  searchesWide: boolean,
): Generator<ContentOption> {
  const content = compileContent(shape.content);
  const [first] = timestamps;
  if (!content.covers.timestamp || first === undefined || !/^\d{8,14}$/.test(first.text)) return;
  const id = ids[0]?.text;
  if (content.covers.id && id === undefined) return;
  const scale = shape.timestampUnit === 'seconds' ? 1 : 1000;
  for (const offset of searchedOffsets(searchesWide)) {
    const text = String(Number(first.text) + offset * scale);
    yield option(text, found('timestamp-changed', describe(offset)));
  }
  if (scale === 1000 || !searchesWide || !/^\d{8,11}$/.test(first.text)) return;
  for (let part = 1; part < 1000; part++) {
    const detail = 'signed like that, but sent in seconds';
    yield option(first.text + String(part).padStart(3, '0'), found('timestamp-milliseconds', detail));
  }

  function option(text: string, mistake: FoundMistake): ContentOption {
    return {
      mistakes: [...(first?.mistakes ?? []), mistake],
      fill: (body) => content.fill(id ?? '', text, body),
    };
  }
}

function searchedOffsets(searchesWide: boolean): number[] {
  const near = searchesWide ? SEARCHED_SECONDS : 5;
  const seconds = Array.from({ length: near }, (_, index) => index + 1);
  const zones = Array.from({ length: FARTHEST_ZONE }, (_, index) => (index + 1) * QUARTER_HOUR);
  return [...seconds, ...zones].flatMap((offset) => [offset, -offset]);
}

/** E.g. `the one signed is 1 h later, as by a time zone`. */
function describe(offset: number): string {
  const distance = Math.abs(offset);
  const direction = offset < 0 ? 'earlier' : 'later';
  if (distance < QUARTER_HOUR) return `the one signed is ${distance} s ${direction}`;
  const [hours, minutes] = [Math.floor(distance / 3600), (distance % 3600) / 60];
  const text = [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : ''].filter(Boolean).join(' ');
  return `the one signed is ${text} ${direction}, as a time zone makes it`;
}
