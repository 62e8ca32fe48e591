import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { validateXML } from 'xmllint-wasm';
import { terminalSvg } from '../../scripts/terminal-svg.ts';
import { repoRoot } from '../helpers/repo-root.ts';

const PICTURES = join(repoRoot, 'docs/pictures');

async function assertWellFormed(contents: string): Promise<void> {
  const { valid, errors } = await validateXML({
    xml: [{ fileName: 'picture.svg', contents }],
    normalization: 'format',
  });
  assert.equal(valid, true, errors.map(({ message }) => message).join('\n'));
}

describe('a picture of a terminal', () => {
  it('shows what was written, in its colours, cell by cell', async () => {
    const picture = await terminalSvg({
      title: 'a run',
      columns: 20,
      text: 'plain \u001b[32mgreen\u001b[39m\n\u001b[7minverse\u001b[27m \u001b[1mbold\u001b[22m\n',
    });
    await assertWellFormed(picture);
    assert.match(picture, /<text x="14"[^>]* fill="#d7dce4">plain<\/text>/);
    assert.match(picture, /<text x="64\.4"[^>]* fill="#98c379">green<\/text>/);
    assert.match(
      picture,
      /<rect x="14" y="62"[^>]* fill="#d7dce4"\/><text[^>]* fill="#1b1f27">inverse<\/text>/,
    );
    assert.match(picture, /font-weight="bold">bold<\/text>/);
  });

  it('holds whatever comes as text', async () => {
    const picture = await terminalSvg({
      title: '"<&>',
      columns: 40,
      text: '<script>&"\u0007 \u001b]0;x\u0007 ö 日本',
    });
    await assertWellFormed(picture);
    assert.match(picture, /&lt;script&gt;&amp;&quot;/);
    assert.match(picture, /日本/);
  });

  it('wraps what is longer than the terminal is wide', async () => {
    const picture = await terminalSvg({ title: 'wide', columns: 10, text: 'x'.repeat(25) });
    assert.deepEqual(
      picture.match(/x{5,}/g)?.map(({ length }) => length),
      [10, 10, 5],
    );
  });
});

describe('the pictures of the docs', () => {
  const files = readdirSync(PICTURES);
  it('are there', () => {
    assert.deepEqual(files.sort(), ['diagnosis.svg', 'live-detail.svg', 'live-list.svg', 'score-card.svg']);
  });
  for (const file of files) {
    it(`${file} is well formed, and shown in the README`, async () => {
      await assertWellFormed(readFileSync(join(PICTURES, file), 'utf8'));
      assert.match(readFileSync(join(repoRoot, 'README.md'), 'utf8'), new RegExp(`docs/pictures/${file}`));
    });
  }
});
