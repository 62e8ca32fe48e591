import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SchemaProblem } from '../core/verdict.ts';
import { createAjv, problemsOf } from './ajv.ts';
import { packageRoot } from './package-root.ts';

/** Where a manifest departs from `fixtures/provider.schema.json`; empty when it does not. */
export async function checkManifest(manifest: unknown): Promise<SchemaProblem[]> {
  const schema: unknown = JSON.parse(
    await readFile(join(packageRoot(), 'fixtures', 'provider.schema.json'), 'utf8'),
  );
  const validate = createAjv().compile(schema as object);
  return validate(manifest) ? [] : problemsOf(validate.errors ?? []);
}
