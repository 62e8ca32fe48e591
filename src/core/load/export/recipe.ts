import { COALESCE, GITHUB, SHOPIFY, SLACK, STRIPE } from '../../signing/hmac-presets.ts';
import type { HmacTemplate } from '../../signing/hmac-scheme.ts';
import type { SchemeParameters } from '../../signing/scheme.ts';
import type { SchemeId } from '../../signing/schemes.ts';

/** How a script of another engine proves where a delivery comes from, as data. */
export type SigningRecipe =
  | { kind: 'none' }
  | {
      /** The secret itself stands in a header. */
      kind: 'secret';
      header: string;
      word?: 'Bearer' | 'Basic';
    }
  | {
      kind: 'hmac';
      /** How the secret becomes a key; `whsec` is base64 behind a prefix that may be missing. */
      key: 'utf8' | 'hex' | 'base64' | 'whsec';
      content: string;
      prefix: string;
      encoding: 'hex' | 'base64' | 'base64url';
      timestampUnit: 'seconds' | 'milliseconds';
      idHeader?: string;
      timestampHeader?: string;
      /** Start of the item with the timestamp in the signature header, and what ends it. */
      timestampItem?: string;
      separator?: string;
      signatureHeader: string;
    };

const RECIPES: Record<SchemeId, (parameters: SchemeParameters) => SigningRecipe> = {
  'standard-webhooks': () => standardWebhooks('webhook'),
  svix: () => standardWebhooks('svix'),
  coalesce: () => ofTemplate(COALESCE),
  stripe: () => ofTemplate(STRIPE),
  github: () => ofTemplate(GITHUB),
  slack: () => ofTemplate(SLACK),
  shopify: () => ofTemplate(SHOPIFY),
  'hmac-sha256': (parameters) => ({
    kind: 'hmac',
    key: parameters.secretEncoding ?? 'utf8',
    content: parameters.signatureContent ?? '{body}',
    prefix: parameters.signaturePrefix ?? '',
    encoding: parameters.signatureEncoding ?? 'hex',
    timestampUnit: parameters.timestampUnit ?? 'seconds',
    ...(parameters.idHeader !== undefined && { idHeader: parameters.idHeader }),
    ...(parameters.timestampHeader !== undefined && { timestampHeader: parameters.timestampHeader }),
    signatureHeader: parameters.signatureHeader ?? '',
  }),
  token: ({ tokenHeader = 'X-Webhook-Token' }) => ({ kind: 'secret', header: tokenHeader }),
  bearer: () => ({ kind: 'secret', header: 'Authorization', word: 'Bearer' }),
  basic: () => ({ kind: 'secret', header: 'Authorization', word: 'Basic' }),
  none: () => ({ kind: 'none' }),
};

/** The recipe of a scheme that `createScheme` has accepted. */
export function signingRecipe(parameters: SchemeParameters): SigningRecipe {
  return RECIPES[parameters.scheme as SchemeId](parameters);
}

function standardWebhooks(family: 'webhook' | 'svix'): SigningRecipe {
  return {
    kind: 'hmac',
    key: 'whsec',
    content: '{id}.{timestamp}.{body}',
    prefix: 'v1,',
    encoding: 'base64',
    timestampUnit: 'seconds',
    idHeader: `${family}-id`,
    timestampHeader: `${family}-timestamp`,
    signatureHeader: `${family}-signature`,
  };
}

function ofTemplate(template: HmacTemplate): SigningRecipe {
  const { content, prefix, encoding, secretEncoding = 'utf8', timestampUnit = 'seconds' } = template;
  const { idField, timestampField, timestampItem, separator, signatureField } = template;
  return {
    kind: 'hmac',
    key: secretEncoding,
    content,
    prefix,
    encoding,
    timestampUnit,
    ...(idField && { idHeader: idField.name }),
    ...(timestampField && { timestampHeader: timestampField.name }),
    ...(timestampItem !== undefined && { timestampItem }),
    ...(separator !== undefined && { separator }),
    signatureHeader: signatureField.name,
  };
}
