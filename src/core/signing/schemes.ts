import { HooksError } from '../errors.ts';
import { suggestion } from '../nearest.ts';
import { createCustomHmacScheme } from './custom-hmac.ts';
import { COALESCE, GITHUB, SHOPIFY, SLACK, STRIPE } from './hmac-presets.ts';
import { createHmacScheme, type HmacTemplate } from './hmac-scheme.ts';
import { createNoSignatureScheme } from './no-signature.ts';
import { type ParameterName, refuseOtherParameters } from './parameters.ts';
import { quoted } from './quoted.ts';
import type { SchemeParameters, SignatureScheme } from './scheme.ts';
import { createBasicScheme, createBearerScheme, createTokenScheme } from './shared-secret.ts';
import { createStandardWebhooksScheme } from './standard-webhooks.ts';

/** One scheme: the parameters it takes, and how it is made from them. */
interface SchemeEntry {
  takes: readonly ParameterName[];
  create: (parameters: SchemeParameters) => SignatureScheme;
}

const SCHEMES = {
  'standard-webhooks': {
    takes: ['toleranceSeconds'],
    create: (parameters) => createStandardWebhooksScheme('standard-webhooks', parameters),
  },
  svix: {
    takes: ['toleranceSeconds'],
    create: (parameters) => createStandardWebhooksScheme('svix', parameters),
  },
  coalesce: preset(COALESCE),
  stripe: preset(STRIPE),
  github: preset(GITHUB),
  slack: preset(SLACK),
  shopify: preset(SHOPIFY),
  'hmac-sha256': {
    takes: [
      'toleranceSeconds',
      'signatureHeader',
      'signaturePrefix',
      'signatureEncoding',
      'signatureSeparator',
      'signatureContent',
      'timestampHeader',
      'timestampUnit',
      'idHeader',
      'secretEncoding',
    ],
    create: createCustomHmacScheme,
  },
  token: { takes: ['tokenHeader'], create: createTokenScheme },
  bearer: { takes: [], create: createBearerScheme },
  basic: { takes: [], create: createBasicScheme },
  none: { takes: [], create: createNoSignatureScheme },
} as const satisfies Record<string, SchemeEntry>;

export type SchemeId = keyof typeof SCHEMES;

export const SCHEME_IDS = Object.keys(SCHEMES) as readonly SchemeId[];

/**
 * The scheme of that name. Throws HooksError `unknown-name` with the nearest, or `usage` for parameters that are
 * missing, contradictory or not the scheme's.
 */
export function createScheme(parameters: SchemeParameters): SignatureScheme {
  const id = SCHEME_IDS.find((known) => known === parameters.scheme);
  if (id === undefined) throw unknownScheme(parameters.scheme);
  const entry: SchemeEntry = SCHEMES[id];
  refuseOtherParameters(parameters, entry.takes);
  return entry.create(parameters);
}

function preset(template: HmacTemplate): SchemeEntry {
  return {
    takes: template.tolerance === undefined ? [] : ['toleranceSeconds'],
    create: (parameters) => createHmacScheme(template, parameters),
  };
}

function unknownScheme(name: string): HooksError {
  const list = `choose one of ${SCHEME_IDS.join(', ')}`;
  return new HooksError('unknown-name', `no signature scheme is called ${quoted(name)}`, {
    next: suggestion(name, SCHEME_IDS, list),
  });
}
