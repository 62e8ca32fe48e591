// Makes dist/bundle, which is what the package ships: npm run build
import { rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { type InputOptions, type OutputChunk, type Plugin, type RolldownOutput, rolldown } from 'rolldown';
import { createProgram } from '../../src/cli.ts';
import { repoRoot } from '../../test/helpers/repo-root.ts';
import { thirdPartyLicences } from './licences.ts';

const FOLDER = join(repoRoot, 'dist', 'bundle');
const ERRORS = join(repoRoot, 'src', 'core', 'errors.ts');
// What every call loads, and what every call does but those with prepared answers.
const STARTED = ['process-io', 'cli'];
const IN_START =
  /[\\/]src[\\/](?:process-io|prepared-answers|adapters[\\/]package-root|core[\\/]errors)\.ts$/;
// It has to come before what V8's cache is to keep.
const BEFORE_START = /[\\/](?:bin[\\/]hooks|src[\\/]compile-cache)\.ts$/;
// Threads begin in a file of their own.
const WORKERS = { 'load-worker': join(repoRoot, 'src', 'adapters', 'load', 'load-worker.ts') };
const SCREENS = join(repoRoot, 'src', 'views', 'tui') + sep;

// The first is native, and optional; a part of the second has no licence text of its own to be passed on with it.
const EXTERNAL = [/^node:/, 'libsql', 'hdr-histogram-js'];

const COMMON = {
  cwd: repoRoot,
  platform: 'node',
  // Paths in source maps then begin with node_modules, wherever that is a link to.
  resolve: { symlinks: false },
  transform: {
    target: 'node20.19',
    define: { 'process.env.NODE_ENV': '"production"' },
  },
} satisfies InputOptions;

const OUTPUT = { dir: FOLDER, sourcemap: true, comments: false } as const;

/**
 * Everything but the screens as CommonJS, which Node starts faster than ES modules. What each call loads at once is
 * one file; what the sources import dynamically is loaded when it is used.
 */
async function bundleCommands(screens: Set<string>): Promise<RolldownOutput> {
  const build = await rolldown({
    ...COMMON,
    input: {
      hooks: join(repoRoot, 'bin', 'hooks.ts'),
      errors: ERRORS,
      ...Object.fromEntries(STARTED.map((name) => [name, join(repoRoot, 'src', `${name}.ts`)])),
    },
    external: EXTERNAL,
    preserveEntrySignatures: 'allow-extension',
    plugins: [screensApart(screens), workersApart(), lazyChildProcess()],
  });
  return build.write({
    ...OUTPUT,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name].cjs',
    codeSplitting: {
      groups: [
        { name: 'start', test: IN_START, priority: 2 },
        { name: 'commands', tags: ['$initial'], test: (id) => !BEFORE_START.test(id), priority: 1 },
        // Much that only some of the commands load.
        { name: 'http-server', test: /[\\/]src[\\/]adapters[\\/]http-server[\\/]/, priority: 1 },
        { name: 'store', test: /[\\/]src[\\/]adapters[\\/]store[\\/]/, priority: 1 },
        { name: 'common', test: /[\\/]src[\\/]/, minShareCount: 5 },
      ],
    },
  });
}

/** The screens as ES modules: Ink waits at its top level for WebAssembly, which CommonJS cannot. */
async function bundleScreens(screens: ReadonlySet<string>): Promise<RolldownOutput> {
  const build = await rolldown({
    ...COMMON,
    input: Object.fromEntries([...screens].map((file) => [screenName(file), file])),
    external: EXTERNAL,
    plugins: [sharedErrors(), withoutDevtools()],
  });
  return build.write({
    ...OUTPUT,
    format: 'es',
    entryFileNames: '[name].mjs',
    // Beside errors.cjs, which they import as well.
    chunkFileNames: 'screens-[name].mjs',
  });
}

/** What threads begin with, apart from what calls begin with. */
async function bundleWorkers(): Promise<RolldownOutput> {
  const build = await rolldown({ ...COMMON, input: WORKERS, external: EXTERNAL });
  return build.write({
    ...OUTPUT,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'workers-[name].cjs',
  });
}

function screenName(file: string): string {
  return `screen-${basename(file).replace(/\.tsx?$/, '')}`;
}

/** Leaves out what is imported dynamically from the folder of screens, and tells what that is. */
function screensApart(screens: Set<string>): Plugin {
  return {
    name: 'screens-apart',
    async resolveDynamicImport(specifier, importer) {
      if (typeof specifier !== 'string' || importer === undefined) return null;
      const resolved = await this.resolve(specifier, importer);
      if (!resolved?.id.startsWith(SCREENS)) return null;
      screens.add(resolved.id);
      // The chunks that import it are one folder further down.
      return { id: `../${screenName(resolved.id)}.mjs`, external: true };
    },
  };
}

/** One class HooksError in both halves of the bundle, so that `instanceof` holds across them. */
function sharedErrors(): Plugin {
  return {
    name: 'shared-errors',
    async resolveId(specifier, importer) {
      if (!specifier.endsWith('/errors.ts') || importer === undefined) return null;
      const resolved = await this.resolve(specifier, importer, { skipSelf: true });
      return resolved?.id === ERRORS ? { id: './errors.cjs', external: true } : null;
    },
  };
}

/** Ink's developers' own tools, which it looks for where DEV is set. */
function withoutDevtools(): Plugin {
  return {
    name: 'without-devtools',
    load: { filter: { id: /node_modules[\\/]ink[\\/]build[\\/]devtools\.js$/ }, handler: () => 'export {};' },
  };
}

/** Has threads begin in the files of the bundle, which are one folder above the chunks that start them. */
function workersApart(): Plugin {
  return {
    name: 'workers-apart',
    transform: {
      filter: { id: /[\\/]src[\\/].*-engine\.ts$/ },
      handler(code) {
        const moved = Object.keys(WORKERS).reduce(
          (text, name) => text.replace(`'./${name}.js'`, `'../${name}.cjs'`),
          code,
        );
        return { code: moved, map: null };
      },
    },
  };
}

/** Commander loads node:child_process, for commands that are programs of their own; we have none. */
function lazyChildProcess(): Plugin {
  const eager = "const childProcess = require('node:child_process');";
  const lazy = "const childProcess = { get spawn() { return require('node:child_process').spawn; } };";
  return {
    name: 'lazy-child-process',
    transform: {
      filter: { id: /node_modules[\\/]commander[\\/]lib[\\/]command\.js$/ },
      handler(code) {
        if (!code.includes(eager)) throw new Error('commander no longer loads node:child_process as it did');
        // On the same line, so that the source map stays right.
        return { code: code.replace(eager, lazy), map: null };
      },
    },
  };
}

/** The help of the whole tool, as it is where nobody says how wide the output is. */
function helpText(): string {
  let text = '';
  const ignored = () => {};
  const write = (part: string | Uint8Array) => {
    text += part;
    return true;
  };
  const stream = { write, once: ignored, removeListener: ignored };
  const io = { stdin: process.stdin, stdout: stream, stderr: stream, env: {}, signal: AbortSignal.abort() };
  createProgram({ io, exit: ignored }).outputHelp();
  return text;
}

function chunksOf(...outputs: readonly RolldownOutput[]): OutputChunk[] {
  return outputs.flatMap(({ output }) => output.filter((file) => file.type === 'chunk'));
}

rmSync(FOLDER, { recursive: true, force: true });
const screens = new Set<string>();
const commands = await bundleCommands(screens);
const chunks = chunksOf(commands, await bundleScreens(screens), await bundleWorkers());
const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
writeFileSync(join(FOLDER, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicences(modules));
writeFileSync(join(FOLDER, 'help.txt'), helpText());
const bytes = chunks.reduce((sum, { code }) => sum + code.length, 0);
process.stdout.write(
  `${relative(repoRoot, FOLDER)}: ${chunks.length} files, ${(bytes / 1e6).toFixed(1)} MB without source maps\n`,
);
