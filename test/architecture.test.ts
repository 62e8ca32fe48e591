import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { repoRoot } from './helpers/repo-root.ts';

const MAY_IMPORT: Record<string, readonly string[]> = {
  core: ['core'],
  flows: ['flows', 'core'],
  adapters: ['adapters', 'core'],
  views: ['views', 'core'],
  commands: ['commands', 'core', 'flows', 'adapters', 'views'],
};

// The files of src itself, and what each may reach.
const TOP_FILES: Record<string, readonly string[]> = {
  'cli.ts': ['commands', 'core', 'views', 'adapters'],
  'process-io.ts': ['commands', 'core', 'cli.ts', 'prepared-answers.ts'],
  'prepared-answers.ts': ['adapters'],
  'compile-cache.ts': [],
};

// Only what computes: no files, no sockets, no clock.
const NODE_IN_CORE = ['node:crypto', 'node:buffer', 'node:util', 'node:net', 'fast-check'];

interface Import {
  file: string;
  specifier: string;
  isDynamic: boolean;
  isType: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const fixed = [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gms),
  ];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)];
  return [
    ...fixed.map((match) => ({
      file,
      specifier: match[2] ?? match[3] ?? '',
      isDynamic: false,
      isType: match[1] !== undefined,
    })),
    ...dynamic.map((match) => ({ file, specifier: match[1] ?? '', isDynamic: true, isType: false })),
  ];
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

const src = join(repoRoot, 'src');
const imports = sourceFiles(src).flatMap(importsOf);

function targetOf({ file, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined;
}

function folderOf(file: string): string {
  return relative(src, file).split(sep)[0] ?? '';
}

describe('the architecture', () => {
  it('has found imports to look at', () => {
    assert.ok(imports.length > 200, `only ${imports.length}`);
  });

  it('lets each folder import only what the table allows', () => {
    const broken = imports.flatMap((entry) => {
      const target = targetOf(entry);
      if (target === undefined) return [];
      const from = folderOf(entry.file);
      const allowed = MAY_IMPORT[from] ?? TOP_FILES[from] ?? [];
      return allowed.includes(folderOf(target))
        ? []
        : [`${relative(src, entry.file)} imports ${relative(src, target)}`];
    });
    assert.deepEqual(broken, []);
  });

  it('keeps the core free of packages and of Node beyond computing', () => {
    const broken = imports
      .filter(({ file, specifier }) => folderOf(file) === 'core' && !specifier.startsWith('.'))
      .filter(({ specifier }) => !NODE_IN_CORE.includes(specifier))
      .map(({ file, specifier }) => `${relative(src, file)} imports ${specifier}`);
    assert.deepEqual(broken, []);
  });

  it('names no provider in src', () => {
    const ids = readdirSync(join(repoRoot, 'fixtures'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    assert.ok(ids.includes('synq'));
    const code = sourceFiles(src).filter((file) => {
      // Help texts show real examples; what decides anything must not know a provider.
      const text = readFileSync(file, 'utf8')
        .replaceAll(/`[^`]*`/gs, '')
        .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        .replaceAll(/(['"])[^\n]*?e\.g\.[^\n]*?\1/g, '');
      return ids.some((id) => new RegExp(`\\b${id}\\b`, 'i').test(text));
    });
    assert.deepEqual(
      code.map((file) => relative(src, file)),
      [],
    );
  });

  it('reaches no slow package from the command line by static import', () => {
    const slow = ['ink', 'react', 'undici', 'ajv', 'ajv-formats', 'conf', 'chalk', 'yaml', 'fast-check'];
    const seen = new Set<string>();
    const found: string[] = [];
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const entry of importsOf(file)) {
        if (entry.isDynamic || entry.isType) continue;
        const target = targetOf(entry);
        if (target !== undefined) visit(target);
        else if (slow.includes(entry.specifier.split('/')[0] ?? ''))
          found.push(`${relative(src, file)}: ${entry.specifier}`);
      }
    };
    visit(join(src, 'cli.ts'));
    assert.ok(seen.size > 10);
    assert.deepEqual(found, []);
  });
});
