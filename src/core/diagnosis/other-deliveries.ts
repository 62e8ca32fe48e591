import type { HeaderList } from '../headers.ts';
import { compileContent } from '../signing/content-template.ts';
import { type Claims, readClaims } from './claims.ts';
import { found, type Mistakes } from './mistake.ts';
import type { ContentOption } from './options.ts';
import type { SchemeShape } from './scheme-shape.ts';

export const OTHER_DELIVERY_MISTAKES = {
  'signature-of-another-delivery': {
    what: 'the signature belongs to another delivery: {detail}',
    fix: 'compute the signature anew for each delivery; share no request, header object or buffer between them',
  },
  'body-of-another-delivery': {
    what: 'id, timestamp and signature are those of this delivery, but they were made over the body of another: {detail}',
    fix: 'share no buffer or request between deliveries that are under way at once',
  },
} as const satisfies Mistakes;

/** A further delivery whose parts may have been mixed up with this one's. */
export interface OtherDelivery {
  /** How it may be called, e.g. `line 3 of the file`. */
  name: string;
  headers: HeaderList;
  body: Uint8Array;
}

const MOST_DELIVERIES = 50;

/** Signed content that comes from other deliveries, whole or in part. */
export function* otherContents(
  shape: SchemeShape,
  claims: Claims,
  others: readonly OtherDelivery[],
): Generator<ContentOption> {
  const content = compileContent(shape.content);
  for (const { name, headers, body } of others.slice(0, MOST_DELIVERIES)) {
    const own = readClaims(headers, shape, undefined);
    const [id, time] = [own.ids[0]?.text ?? '', own.timestamps[0]?.text ?? ''];
    yield {
      mistakes: [found('signature-of-another-delivery', name)],
      fill: () => content.fill(id, time, body),
    };
    const [ownId, ownTime] = [claims.ids[0]?.text ?? '', claims.timestamps[0]?.text ?? ''];
    yield {
      mistakes: [found('body-of-another-delivery', name)],
      fill: () => content.fill(ownId, ownTime, body),
    };
  }
}
