import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { editInEditor } from '../../src/adapters/editor.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';

/** A command that runs the code with the file as its last argument. */
function editor(t: TestContext, code: string): string {
  const script = join(temporaryFolder(t), 'editor.cjs');
  writeFileSync(script, `const fs = require('node:fs'); const file = process.argv.at(-1); ${code}`);
  return `"${process.execPath}" "${script}" --wait`;
}

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^hooks-[A-Za-z0-9]{6}$/.test(name));
}

describe('editInEditor', () => {
  it('gives the bytes that were saved, from an editor with arguments', (t) => {
    const saved = editInEditor('{"total":1.0}', {
      EDITOR: editor(
        t,
        `fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('1.0', '2.0') + '\\r\\n');`,
      ),
    });
    assert.equal(Buffer.from(saved).toString(), '{"total":2.0}\r\n');
  });

  it('prefers VISUAL to EDITOR', (t) => {
    const saved = editInEditor('', {
      VISUAL: editor(t, `fs.writeFileSync(file, 'visual');`),
      EDITOR: 'false',
    });
    assert.equal(Buffer.from(saved).toString(), 'visual');
  });

  it('keeps the payload from other users and removes it afterwards', {
    skip: process.platform === 'win32',
  }, (t) => {
    const before = leftovers();
    const report = join(temporaryFolder(t), 'report');
    editInEditor('{}', {
      EDITOR: editor(
        t,
        `const mode = (path) => (fs.statSync(path).mode & 0o777).toString(8);
         fs.writeFileSync(${JSON.stringify(report)}, mode(file) + ' ' + mode(require('node:path').dirname(file)));`,
      ),
    });
    assert.equal(readFileSync(report, 'utf8'), '600 700');
    assert.deepEqual(leftovers(), before);
  });

  const failures: { name: string; code: string; why: string }[] = [
    { name: 'ends with an error', code: 'process.exit(3)', why: 'exit code 3' },
    { name: 'removes the file', code: 'fs.rmSync(file)', why: 'it removed the file' },
  ];
  for (const { name, code, why } of failures) {
    it(`sends nothing when the editor ${name}`, (t) => {
      const before = leftovers();
      assert.throws(() => editInEditor('{}', { EDITOR: editor(t, code) }), { kind: 'usage', why });
      assert.deepEqual(leftovers(), before);
    });
  }

  it('says that no editor is set, also when it is set to nothing', () => {
    assert.throws(() => editInEditor('{}', { EDITOR: '' }), { kind: 'usage', message: /no editor/ });
  });
});
