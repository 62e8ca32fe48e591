import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { examine } from './receivers/examine.ts';
import { MUTANTS } from './receivers/mutants.ts';
import type { ReceiverProvider } from './receivers/receiver.ts';
import { STACKS } from './receivers/stacks.ts';

// The official library of each stack's users, where a provider has one.
const LIBRARIES = {
  'node-http': [],
  express: ['--library', 'svix'],
  fastify: ['--library', 'standardwebhooks'],
  hono: ['--library', 'svix'],
};
const PROVIDERS: ReceiverProvider[] = ['synq', 'incident-io', 'acculynx'];

/** What a note-worthy finding may be in a right receiver. */
function faults(failed: ReadonlyMap<string, string>): string[] {
  return [...failed].filter(([, got]) => !got.startsWith('note:')).map(([id, got]) => `${id}: ${got}`);
}

describe('a right receiver', () => {
  for (const stack of STACKS) {
    for (const provider of PROVIDERS) {
      it(`scores 100: ${provider} on ${stack}`, async () => {
        const flags = ['--stack', stack, ...LIBRARIES[stack]];
        const { exitCode, score, failed, skipped, stderr } = await examine(provider, flags, [
          '--payloads',
          '2',
        ]);
        assert.deepEqual(faults(failed), []);
        assert.equal(score, 100, stderr);
        assert.equal(exitCode, 0);
        assert.deepEqual(skipped, []);
      });
    }
  }
});

describe('a receiver with a bug', () => {
  for (const { name, bug, caughtBy } of MUTANTS) {
    it(`is caught: ${bug}`, async () => {
      const cases = caughtBy.flatMap((id) => [
        '--only',
        id.endsWith('/') || id.endsWith('-') ? `${id}*` : id,
      ]);
      const { failed, stderr } = await examine(
        'synq',
        ['--mutant', name],
        [...cases, '--payloads', '10', '--fail-on', 'should'],
      );
      const wanted = faults(failed).filter((id) => caughtBy.some((start) => id.startsWith(start)));
      assert.ok(wanted.length > 0, `${name} passes ${caughtBy.join(', ')}\n${stderr}`);
    });
  }
});
