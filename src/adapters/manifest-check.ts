import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaProblem } from '../core/verdict.ts';
import { compileSchema } from './compile-schema.ts';
import { packageRoot } from './package-root.ts';
import { problemsOf } from './schema-problems.ts';

/** Where a manifest departs from `fixtures/provider.schema.json`; empty when it does not. */
export async function checkManifest(manifest: unknown): Promise<SchemaProblem[]> {
  const validate = await compileSchema(
    await readFile(join(packageRoot(), 'fixtures', 'provider.schema.json')),
  );
  return validate(manifest) ? [] : problemsOf(validate.errors ?? []);
}
