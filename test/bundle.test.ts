import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repoRoot } from './helpers/repo-root.ts';

const bundle = join(repoRoot, 'dist', 'bundle');
const files = readdirSync(bundle, { recursive: true, encoding: 'utf8' });
const code = files.filter((file) => /\.[cm]js$/.test(file));

interface SourceMap {
  sources: string[];
  sourcesContent?: (string | null)[];
}

const maps = files
  .filter((file) => file.endsWith('.map'))
  .map((file) => JSON.parse(readFileSync(join(bundle, file), 'utf8')) as SourceMap);

describe('the bundle', () => {
  it('is split', () => {
    assert.ok(code.length > 20, code.join(' '));
  });

  it('needs no package but hdr-histogram-js and the optional libsql', () => {
    const imported = code.flatMap((file) => {
      const text = readFileSync(join(bundle, file), 'utf8');
      const imports = text.matchAll(
        /^\s*(?:import\b.*?\bfrom |import |.*= require\()["']([^."'][^"']*)["']/gm,
      );
      // Ajv holds such lines as texts, for code that it writes.
      return [...imports].filter(([line]) => !line.includes('code: ')).flatMap((match) => match[1] ?? []);
    });
    const packages = imported.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')));
    assert.ok(imported.includes('node:fs'));
    assert.deepEqual(
      [...new Set(packages)].filter((name) => !/^node:/.test(name)),
      ['hdr-histogram-js'],
    );
  });

  it('has the licence of every package that is in it', () => {
    const licences = readFileSync(join(bundle, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const folders = new Set(
      maps
        .flatMap(({ sources }) => sources)
        .flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []),
    );
    for (const name of ['commander', 'ink', 'undici', 'chalk', 'conf', 'react'])
      assert.ok(folders.has(name), name);
    for (const name of folders)
      assert.match(licences, new RegExp(`^${name.replaceAll('.', '\\.')} \\d+\\.\\S+ \\(`, 'm'), name);
    assert.match(licences, /Permission is hereby granted/);
  });

  it('has source maps with the sources in them, and no path of the machine that built it', () => {
    assert.equal(
      maps.length,
      code.filter((file) => readFileSync(join(bundle, file), 'utf8').includes('sourceMappingURL')).length,
    );
    const sources = maps.flatMap((map) => map.sources);
    assert.ok(sources.some((source) => source.endsWith('src/cli.ts')));
    assert.deepEqual(
      sources.filter((source) => !/^(?:\.\.\/)+(?:src|bin|node_modules)\/|^\0|rolldown/.test(source)),
      [],
    );
    for (const { sources: named, sourcesContent } of maps) assert.equal(sourcesContent?.length, named.length);
  });

  it('has one class of errors in its CommonJS and its ES modules', () => {
    const screen = readdirSync(bundle).find((file) => file.startsWith('screen-'));
    assert.ok(screen);
    assert.match(
      readFileSync(join(bundle, screen), 'utf8'),
      /from "\.\/errors\.cjs"|import "\.\/errors\.cjs"/,
    );
    const url = pathToFileURL(join(bundle, 'errors.cjs')).href;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { HooksError } from ${JSON.stringify(url)}; console.log(HooksError.name)`,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(stdout, 'HooksError\n', stderr);
  });
});
