import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const known = <T>(value: T) => ({ value, confidence: 'documented', source: 'docs' });
const unknown = { confidence: 'unknown' };

/** A small provider that exists only in tests: a shop that tells of orders. */
export const ACME = {
  id: 'acme',
  name: 'Acme Orders',
  description: 'Orders of a shop.',
  sources: { docs: { title: 'Webhook guide', readOn: '2026-11-20' } },
  request: { method: known('POST'), contentType: known('application/json'), userAgent: unknown },
  eventType: known({ in: 'body', paths: ['/type'] }),
  idempotencyKey: known({ in: 'body', paths: ['/id'] }),
  idFormat: unknown,
  signing: known({ scheme: 'github' }),
  fresh: [],
  timeoutSeconds: known(5),
  success: known('2xx'),
  retries: unknown,
  facts: {},
  lenient: { unknownEnumValues: true, newerRequired: true },
  events: {
    'order/paid': {
      slug: 'order_paid',
      description: 'An order has been paid.',
      confidence: 'documented',
      source: 'docs',
      variants: { flat: { description: 'The same in the old format.', confidence: 'observed' } },
    },
    'refund.made': { slug: 'refund_made', description: 'Money went back.', confidence: 'assumed' },
  },
};

export const PAID = {
  type: 'order/paid',
  id: 'evt_1',
  order: { id: 'A-1001', status: 'paid', currency: 'EUR' },
};
export const PAID_FLAT = { type: 'order/paid', id: 'evt_2', order_id: 'A-1001' };
export const REFUND = { type: 'refund.made', id: 'evt_3', amount: 4250 };

const text = { type: 'string' };

const PAID_SCHEMA = {
  type: 'object',
  required: ['type', 'order'],
  properties: {
    type: { const: 'order/paid' },
    id: text,
    order: {
      type: 'object',
      required: ['id', 'status', 'currency'],
      properties: {
        id: text,
        status: { enum: ['paid', 'partly-paid'] },
        currency: { type: 'string', 'x-newer': '2026-10-01' },
      },
    },
  },
};

const PAID_FLAT_SCHEMA = {
  type: 'object',
  required: ['order_id'],
  properties: { type: text, order_id: text },
};
const REFUND_SCHEMA = { type: 'object', required: ['amount'], properties: { amount: { type: 'integer' } } };

/** Files of the folder, by path; a text is written as it is, anything else as JSON. */
export type PackFiles = Record<string, unknown>;

export function acmeFiles(): PackFiles {
  return {
    'provider.json': ACME,
    'events/order%2Fpaid.json': PAID,
    'events/order%2Fpaid@flat.json': PAID_FLAT,
    'events/refund.made.json': REFUND,
    'schemas/order%2Fpaid.json': PAID_SCHEMA,
    'schemas/order%2Fpaid@flat.json': PAID_FLAT_SCHEMA,
    'schemas/refund.made.json': REFUND_SCHEMA,
  };
}

/** Writes the provider folder; `changes` replaces files, and leaves out those that are undefined. Gives its path. */
export function writeAcmePack(folder: string, changes: PackFiles = {}): string {
  for (const [path, content] of Object.entries({ ...acmeFiles(), ...changes })) {
    if (content === undefined) continue;
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}
