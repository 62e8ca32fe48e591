import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examine, faultsOf, isMadeFor, onlyFlags, RIGHT_RECEIVERS } from './receivers/examine.ts';
import { MUTANTS } from './receivers/mutants.ts';

describe('a right receiver', () => {
  for (const { stack, provider, flags } of RIGHT_RECEIVERS) {
    it(`scores 100: ${provider} on ${stack}`, async () => {
      const examination = await examine(provider, flags, ['--payloads', '2']);
      assert.deepEqual(faultsOf(examination), []);
      assert.equal(examination.score, 100, examination.stderr);
      assert.equal(examination.exitCode, 0);
      assert.deepEqual(examination.skipped, []);
    });
  }
});

describe('a receiver with a bug', () => {
  for (const { name, bug, caughtBy } of MUTANTS) {
    it(`is caught: ${bug}`, async () => {
      const flags = [...onlyFlags(caughtBy), '--payloads', '10', '--fail-on', 'should'];
      const examination = await examine('synq', ['--mutant', name], flags);
      const wanted = faultsOf(examination).filter(([id]) => isMadeFor(caughtBy, id));
      assert.ok(wanted.length > 0, `${name} passes ${caughtBy.join(', ')}\n${examination.stderr}`);
    });
  }
});
