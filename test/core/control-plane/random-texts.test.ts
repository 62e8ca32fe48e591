import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withRandomTexts } from '../../../src/core/control-plane/random-texts.ts';
import { seededRandom } from '../../../src/core/identifiers.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

describe('the values of a test event', () => {
  it('are random where a text has one of the keys, and where it is a UUID; all else stays', () => {
    const sample = {
      id: 'bdfcf46a-d3ef-4526-99df-c569671d2681',
      jobName: 'Smith',
      priority: 'Normal',
      milestone: { name: 'Approved', isCurrent: true, n: 3 },
      tradeTypes: [{ name: 'Roofing' }],
    };
    const made = withRandomTexts(sample, ['name', 'jobName'], seededRandom('a')) as typeof sample;
    assert.match(made.id, new RegExp(`^${UUID}$`));
    assert.notEqual(made.id, sample.id);
    assert.match(made.jobName, new RegExp(`^JobName${UUID}$`));
    assert.match(made.milestone.name, new RegExp(`^MilestoneName${UUID}$`));
    assert.match(made.tradeTypes[0]?.name ?? '', new RegExp(`^TradeTypesName${UUID}$`));
    assert.deepEqual([made.priority, made.milestone.isCurrent, made.milestone.n], ['Normal', true, 3]);
    assert.equal(sample.jobName, 'Smith');
  });
});
