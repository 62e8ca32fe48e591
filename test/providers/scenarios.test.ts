import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { loadProviderPacks, readExample } from '../../src/adapters/provider-packs.ts';
import { readScenario } from '../../src/adapters/scenario-file.ts';
import { listScenarios } from '../../src/adapters/scenario-folder.ts';
import { createValidator } from '../../src/adapters/schema-validator.ts';
import { findEvent } from '../../src/core/catalogue.ts';
import { parseJsonBytes } from '../../src/core/json.ts';
import { endpoint } from '../helpers/endpoint.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const packs = await loadProviderPacks();
const scenarios = listScenarios(packs);
const env = { HOOKS_SECRET: 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=' };

it('every provider brings a scenario', () => {
  for (const { manifest } of packs) {
    assert.ok(
      scenarios.some(({ name }) => name.startsWith(`${manifest.id}/`)),
      manifest.id,
    );
  }
});

for (const { name, file } of scenarios) {
  describe(`the scenario ${name}`, () => {
    it('tells what it is about, for its own provider, and finds its schema', async () => {
      const text = readFileSync(file, 'utf8');
      const { description, provider } = await readScenario(text, file);
      assert.equal(provider, name.split('/')[0]);
      assert.ok(description);
      assert.match(text, /^# yaml-language-server: \$schema=\.\.\/\.\.\/scenario\.schema\.json\n/);
    });

    it('plays green, and delivers what the schemas of its provider accept', async (t) => {
      const { url, received } = await endpoint(t, 204);
      const { exitCode, stdout, stderr } = await runHooks(['run', name, '--to', url, '--json'], { env });
      assert.equal(exitCode, 0, stdout + stderr);
      const steps = checkedLines(stdout).filter(({ type }) => type === 'case.finished');
      assert.ok(steps.length > 1 && steps.every(({ outcome }) => outcome === 'passed'));
      const { steps: written } = await readScenario(readFileSync(file, 'utf8'), file);
      const validate = createValidator();
      for (const [index, { body }] of received.entries()) {
        const step = written[index];
        assert.ok(step?.kind === 'send' && step.event !== undefined);
        const choice = findEvent(packs, step.event, { provider: name.split('/')[0] });
        const parsed = parseJsonBytes(body);
        assert.ok('value' in parsed);
        const check = await validate(choice.pack, choice.eventType, parsed.value);
        assert.equal(check.state, 'valid', `step ${index + 1}: ${JSON.stringify(check)}`);
        const sample = parseJsonBytes(await readExample(choice));
        assert.ok('value' in sample);
        assert.deepEqual(
          keysOf(parsed.value),
          keysOf(sample.value),
          `step ${index + 1} adds or loses a field`,
        );
      }
    });
  });
}

/** Pointers to everything in a document: `set` on a mistyped path would add one. */
function keysOf(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, item]) => keysOf(item, `${at}/${key}`));
}
