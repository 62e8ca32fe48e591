import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { repoRoot } from './helpers/repo-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'hooks-startup-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Every script that a call loads, as V8 itself reports it; imports of imports and dynamic ones included. */
function loadedScripts(name: string, bin: string, argv: readonly string[], cwd?: string): string[] {
  const coverage = join(folder, name);
  const { status } = spawnSync(process.execPath, [join(repoRoot, 'dist', bin), ...argv], {
    env: { ...process.env, NODE_V8_COVERAGE: coverage, HOOKS_CONFIG_DIR: join(folder, 'config') },
    stdio: 'ignore',
    cwd,
  });
  assert.equal(status, 0);
  return readdirSync(coverage).flatMap((file) => {
    const report = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as { result: { url: string }[] };
    return report.result.map(({ url }) => url);
  });
}

function packagesIn(urls: readonly string[]): string[] {
  return [...new Set(urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []))];
}

describe('start-up', () => {
  const cases: { call: string[]; loads: string[] }[] = [
    { call: ['--version'], loads: [] },
    { call: ['--help'], loads: ['commander'] },
    { call: ['send', '--help'], loads: ['commander'] },
    { call: ['listen', '--help'], loads: ['commander'] },
    { call: ['events', 'list', '--json'], loads: ['commander', 'chalk'] },
    { call: ['send', 'ping', '--unsigned', '--dry-run', '--quiet'], loads: ['commander', 'chalk'] },
  ];
  for (const [index, { call, loads }] of cases.entries()) {
    it(`of hooks ${call.join(' ')} loads no package but ${loads.join(' and ') || 'none'}`, () => {
      const scripts = loadedScripts(`files-${index}`, 'bin/hooks.js', call);
      assert.ok(scripts.some((url) => url.endsWith('/src/process-io.js')));
      assert.deepEqual(packagesIn(scripts).sort(), [...loads].sort());
    });
  }

  it('in a project loads the YAML parser beside them, and no validator', () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'hooks.yaml'), 'timeout: 5s\n');
    const argv = ['send', 'ping', '--unsigned', '--dry-run', '--quiet'];
    const packages = packagesIn(loadedScripts('in-project', 'bin/hooks.js', argv, project));
    assert.deepEqual(packages.sort(), ['chalk', 'commander', 'yaml']);
  });

  const prepared = ['hooks.cjs', 'process-io.cjs', 'start.cjs'];
  const defined = [...prepared, 'cli.cjs', 'rolldown-runtime.cjs'];
  const bundled: { call: string[]; loads: string[] }[] = [
    { call: ['--version'], loads: prepared },
    { call: ['--help'], loads: prepared },
    { call: ['send', '--help'], loads: defined },
    { call: ['help', 'history', 'list'], loads: defined },
  ];
  for (const [index, { call, loads }] of bundled.entries()) {
    it(`of the bundled hooks ${call.join(' ')} loads no file but ${loads.join(', ')}`, () => {
      const scripts = loadedScripts(`bundle-${index}`, 'bundle/hooks.cjs', call).filter((url) =>
        url.includes('/dist/'),
      );
      assert.deepEqual(scripts.map((url) => basename(url)).sort(), [...loads].sort());
    });
  }

  it('of the bundled hooks send loads neither undici nor ajv', () => {
    const call = ['send', 'ping', '--unsigned', '--dry-run', '--quiet'];
    const scripts = loadedScripts('bundle-send', 'bundle/hooks.cjs', call).map((url) =>
      url.startsWith('file:') ? fileURLToPath(url) : url,
    );
    const loaded = scripts
      .filter((file) => file.includes('/dist/bundle/'))
      .map((file) => readFileSync(file, 'utf8'));
    assert.ok(loaded.length > 4);
    for (const name of ['undici', 'ajv', 'react', 'conf', 'yaml', 'fast-check'])
      assert.ok(!loaded.some((text) => text.includes(`// node_modules/${name}/`)), name);
    assert.ok(loaded.some((text) => text.includes('// node_modules/chalk/')));
  });
});
