// Compiles the bundled schemas into dist/validators, so that hooks need not load ajv for them: npm run build
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { createAjv } from '../../src/adapters/ajv.ts';
import { validatorName, validatorsFolder } from '../../src/adapters/compile-schema.ts';
import { repoRoot } from '../../test/helpers/repo-root.ts';

const require = createRequire(import.meta.url);
const { default: standaloneCode } = require('ajv/dist/standalone') as {
  default: typeof import('ajv/dist/standalone/index.js').default;
};

/** Every schema in the fixtures, of payloads as of our own formats, by the name of its validator. */
function bundledSchemas(): Map<string, Uint8Array> {
  const fixtures = join(repoRoot, 'fixtures');
  const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((file) => /[\\/]schemas[\\/][^\\/]+\.json$|\.schema\.json$/.test(file))
    .map((file) => readFileSync(join(fixtures, file)));
  return new Map(files.map((bytes) => [validatorName(bytes), bytes]));
}

/** What the validators follow from: the schemas, ajv, and the code that compiles them. */
function fingerprint(schemas: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const name of ['ajv', 'ajv-formats'])
    hash.update(readFileSync(require.resolve(`${name}/package.json`)));
  for (const file of ['scripts/build/validators.ts', 'src/adapters/ajv.ts'])
    hash.update(readFileSync(join(repoRoot, file)));
  return hash.update([...schemas.keys()].sort().join()).digest('hex');
}

function compiled(schema: Uint8Array): string {
  const ajv = createAjv({ source: true });
  return standaloneCode(ajv, ajv.compile(JSON.parse(Buffer.from(schema).toString('utf8'))));
}

/** Gives the bundler each validator as a module, and takes what it imports of ajv from where this script does. */
function validatorModules(schemas: ReadonlyMap<string, Uint8Array>): Plugin {
  return {
    name: 'validator-modules',
    resolveId(specifier, importer) {
      if (schemas.has(specifier)) return specifier;
      return importer !== undefined && schemas.has(importer) ? require.resolve(specifier) : null;
    },
    load(id) {
      const schema = schemas.get(id);
      return schema === undefined ? null : { code: compiled(schema), moduleType: 'js' };
    },
  };
}

const folder = validatorsFolder();
const stamp = join(folder, 'made-from.txt');
const schemas = bundledSchemas();
const made = fingerprint(schemas);
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== made) {
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    cwd: dirname(folder),
    platform: 'node',
    input: Object.fromEntries([...schemas.keys()].map((name) => [name, name])),
    plugins: [validatorModules(schemas)],
  });
  await build.write({
    dir: folder,
    format: 'cjs',
    minify: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name].cjs',
  });
  writeFileSync(stamp, made);
}
