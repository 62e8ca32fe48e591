import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Mistakes } from '../../../src/core/diagnosis/mistake.ts';
import { explain, MISTAKE_FAMILIES } from '../../../src/core/diagnosis/mistakes.ts';
import { repoRoot } from '../../helpers/repo-root.ts';
import { mistakeList } from './mistake-list.ts';

const families: [string, Mistakes][] = Object.entries(MISTAKE_FAMILIES);
const all = families.flatMap(([, mistakes]) => Object.entries(mistakes));

describe('the mistakes', () => {
  it('each have a name of their own', () => {
    const names = all.map(([id]) => id);
    assert.equal(new Set(names).size, names.length);
    assert.ok(names.length >= 60, String(names.length));
  });

  it('each have one sentence for what happened and one for what to do', () => {
    for (const [id, { what, fix }] of all) {
      assert.doesNotMatch(what + fix, /\.$|\.\s[A-Z]/, id);
      assert.ok(what.length > 20 && fix.length > 20, id);
    }
  });

  it('are put into words without a rest of the template', () => {
    for (const [id] of all) assert.doesNotMatch(explain({ id, detail: 'such' }).what, /\{detail\}/);
  });

  it('are each made by hand in a test', () => {
    const folder = join(repoRoot, 'test/core/diagnosis');
    const tests = readdirSync(folder)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    assert.deepEqual(
      all.map(([id]) => id).filter((id) => !tests.includes(`'${id}'`)),
      [],
    );
  });

  it('are all listed in docs/verify.md, and nothing else', () => {
    const page = readFileSync(join(repoRoot, 'docs/verify.md'), 'utf8');
    const listed = /<!-- mistakes -->\n([\s\S]*)<!-- end of mistakes -->/.exec(page)?.[1];
    assert.equal(listed, mistakeList());
  });
});
