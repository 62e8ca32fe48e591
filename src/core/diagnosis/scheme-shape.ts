import { COALESCE, GITHUB, SHOPIFY, SLACK, STRIPE } from '../signing/hmac-presets.ts';
import type { HmacTemplate } from '../signing/hmac-scheme.ts';
import type { HeaderField } from '../signing/received-headers.ts';
import type { SchemeParameters, SecretEncoding } from '../signing/scheme.ts';
import type { SchemeId } from '../signing/schemes.ts';
import type { TimestampUnit } from '../signing/timestamp.ts';

/** How a scheme writes an HMAC signature, as data: what a diagnosis departs from. */
export interface SchemeShape {
  id: string;
  idField?: HeaderField;
  timestampField?: HeaderField;
  timestampItem?: string;
  signatureField: HeaderField;
  separator?: ' ' | ',';
  content: string;
  prefix: string;
  encoding: 'hex' | 'base64' | 'base64url';
  ignoresCase: boolean;
  timestampUnit: TimestampUnit;
  /** The provider advises to look at the age, but does not demand it. */
  isToleranceAdvised?: boolean;
  secretEncoding: SecretEncoding;
  /** The start of a secret that is not part of its bytes. */
  secretPrefix?: string;
}

/** Keyed by scheme, so that a new one is not forgotten. `undefined`: nothing is computed over the body. */
const SHAPES: Record<SchemeId, ((parameters: SchemeParameters) => SchemeShape) | undefined> = {
  'standard-webhooks': () => standard('standard-webhooks', 'webhook', 'svix'),
  svix: () => standard('svix', 'svix', 'webhook'),
  coalesce: () => fromTemplate(COALESCE),
  stripe: () => fromTemplate(STRIPE),
  github: () => fromTemplate(GITHUB),
  slack: () => fromTemplate(SLACK),
  shopify: () => fromTemplate(SHOPIFY),
  'hmac-sha256': custom,
  token: undefined,
  bearer: undefined,
  basic: undefined,
  none: undefined,
};

/** The shape of a scheme, or undefined for one that computes nothing (a shared secret, no signature). */
export function shapeOf(parameters: SchemeParameters): SchemeShape | undefined {
  if (!Object.hasOwn(SHAPES, parameters.scheme)) return undefined;
  return SHAPES[parameters.scheme as SchemeId]?.(parameters);
}

function standard(id: string, own: string, other: string): SchemeShape {
  const field = (part: string) => ({ name: `${own}-${part}`, otherNames: [`${other}-${part}`] });
  return {
    id,
    idField: field('id'),
    timestampField: field('timestamp'),
    signatureField: field('signature'),
    separator: ' ',
    content: '{id}.{timestamp}.{body}',
    prefix: 'v1,',
    encoding: 'base64',
    ignoresCase: false,
    timestampUnit: 'seconds',
    secretEncoding: 'base64',
    secretPrefix: 'whsec_',
  };
}

function fromTemplate(template: HmacTemplate): SchemeShape {
  return { ignoresCase: false, timestampUnit: 'seconds', secretEncoding: 'utf8', ...template };
}

function custom(parameters: SchemeParameters): SchemeShape {
  const { idHeader, timestampHeader, signatureHeader = '', signatureSeparator } = parameters;
  const encoding = parameters.signatureEncoding ?? 'hex';
  return {
    id: 'hmac-sha256',
    ...(idHeader !== undefined && { idField: { name: idHeader } }),
    ...(timestampHeader !== undefined && { timestampField: { name: timestampHeader } }),
    signatureField: { name: signatureHeader },
    ...(signatureSeparator !== undefined && { separator: signatureSeparator }),
    content: parameters.signatureContent ?? '{body}',
    prefix: parameters.signaturePrefix ?? '',
    encoding,
    ignoresCase: encoding === 'hex',
    isToleranceAdvised: true,
    timestampUnit: parameters.timestampUnit ?? 'seconds',
    secretEncoding: parameters.secretEncoding ?? 'utf8',
  };
}
