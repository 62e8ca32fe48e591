import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventFileName } from '../../src/core/event-file-name.ts';

describe('eventFileName', () => {
  const ROWS: { eventType: string; variant?: string; name: string }[] = [
    { eventType: 'payment.failed', name: 'payment.failed.json' },
    { eventType: 'orders/create', name: 'orders%2Fcreate.json' },
    { eventType: 'orders/create', variant: 'flat', name: 'orders%2Fcreate@flat.json' },
    { eventType: 'a@b', name: 'a%40b.json' },
    { eventType: '100%', name: '100%25.json' },
    { eventType: '../../etc/passwd', name: '..%2F..%2Fetc%2Fpasswd.json' },
    { eventType: 'C:\\x', name: 'C%3A%5Cx.json' },
    { eventType: 'a\n\u007f', name: 'a%0A%7F.json' },
    { eventType: '値', name: '値.json' },
  ];
  for (const { eventType, variant, name } of ROWS) {
    it(`is ${name}`, () => assert.equal(eventFileName(eventType, variant), name));
  }
});
