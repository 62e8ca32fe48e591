import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { ProviderPack } from '../../src/core/catalogue.ts';
import type { ProviderManifest } from '../../src/core/provider.ts';
import { eventListText, eventText } from '../../src/views/events-text.ts';
import { providerListText, providerText } from '../../src/views/provider-text.ts';
import { ACME } from '../helpers/acme-pack.ts';

const plain = new Chalk({ level: 0 });
const HOSTILE = '\u001b[2J\u009b\u202e';

function packOf(changes: Partial<ProviderManifest> = {}, isBundled = true): ProviderPack {
  return {
    manifest: { ...(ACME as unknown as ProviderManifest), ...changes },
    directory: '/home/ada/acme',
    isBundled,
    variants: { 'order/paid': ['flat'], 'refund.made': [] },
  };
}

function choicesOf(pack: ProviderPack) {
  return Object.entries(pack.manifest.events).map(([eventType, event]) => ({ pack, eventType, event }));
}

describe('eventListText', () => {
  it('lists slug, description and variants by provider, and says what is not documented', () => {
    assert.equal(
      eventListText(choicesOf(packOf()), plain),
      `acme  Acme Orders, 2 event types
  order_paid
      An order has been paid.
      @flat
  refund_made  assumed
      Money went back.

details: hooks events show <event>; send one: hooks send <event> --to localhost:3000
`,
    );
  });

  it('says of placeholders that they are', () => {
    assert.match(
      eventListText(choicesOf(packOf({ placeholder: true })), plain),
      /placeholders: nothing is published/,
    );
  });
});

describe('eventText', () => {
  it('shows type, source, variants, fields and sample', () => {
    const pack = packOf();
    const event = pack.manifest.events['order/paid'];
    assert.ok(event);
    const text = eventText(
      {
        choice: { pack, eventType: 'order/paid', event },
        source: { title: 'Webhook guide', readOn: '2026-11-20' },
        fields: [
          { pointer: '/type', type: '"order/paid"', isRequired: true },
          {
            pointer: '/order',
            type: 'object',
            isRequired: false,
            description: 'What was bought.',
            basis: 'assumed',
          },
        ],
        example: new TextEncoder().encode('{"total":1.0}'),
      },
      plain,
    );
    assert.equal(
      text,
      `order_paid  Acme Orders
  An order has been paid.
  event type  order/paid
  known by    documented: Webhook guide (read 2026-11-20)

Variants
  @flat  The same in the old format.  observed

Fields
  /type  "order/paid" required
  /order  object  (assumed)
      What was bought.

Sample
  {
    "total": 1.0
  }
`,
    );
  });
});

describe('providerListText', () => {
  it('gives a line each, with the folder of the user’s own', () => {
    assert.equal(
      providerListText([packOf(), packOf({ id: 'acme-eu' }, false)], plain),
      `acme     Acme Orders, 2 event types, signing: github documented
acme-eu  Acme Orders, 2 event types, signing: github documented  /home/ada/acme
`,
    );
  });
});

describe('providerText', () => {
  it('shows every fact with how sure it is and where it comes from', () => {
    const text = providerText(
      packOf({
        retries: {
          confidence: 'assumed',
          value: { maxAttempts: 3, delaysSeconds: [5, 300], jitter: 0.2 },
          note: 'A guess.',
        },
        facts: { ordering: { value: 'none', confidence: 'documented', source: 'docs' } },
      }),
      plain,
    );
    assert.match(text, /^ {2}method +POST {2}documented \[docs\]$/m);
    assert.match(text, /^ {2}user agent +– {2}unknown$/m);
    assert.match(text, /^ {2}retries +at most 3 attempts; after 5 s, 5 min; ±20 % {2}assumed\n +A guess\.$/m);
    assert.match(text, /^ {2}ordering +none {2}documented \[docs\]$/m);
    assert.match(text, /^ {2}docs {2}Webhook guide \(read 2026-11-20\)$/m);
    assert.match(text, /\n2 event types: hooks events --provider acme\n$/);
  });

  it('makes control characters of a folder of somebody’s own visible', () => {
    const hostile: Partial<ProviderManifest> = {
      name: HOSTILE,
      description: HOSTILE,
      sources: { [HOSTILE]: { title: HOSTILE, url: HOSTILE, readOn: HOSTILE } },
      facts: { [HOSTILE]: { value: HOSTILE, confidence: 'documented', source: HOSTILE, note: HOSTILE } },
      signing: {
        value: { scheme: HOSTILE, signatureHeader: HOSTILE },
        confidence: 'documented',
        assumptions: [HOSTILE],
      },
      events: { [HOSTILE]: { slug: HOSTILE, description: HOSTILE, confidence: 'documented' } },
    };
    const pack = { ...packOf(hostile, false), variants: { [HOSTILE]: [HOSTILE] }, directory: HOSTILE };
    const [choice] = choicesOf(pack);
    assert.ok(choice);
    const field = { pointer: HOSTILE, type: HOSTILE, isRequired: true, description: HOSTILE, basis: HOSTILE };
    const source = { title: HOSTILE, readOn: HOSTILE };
    const texts = [
      providerText(pack, plain),
      providerListText([pack], plain),
      eventListText([choice], plain),
      eventText({ choice, source, fields: [field], example: new TextEncoder().encode(HOSTILE) }, plain),
    ];
    for (const text of texts) assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
