import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import type { SchemaProblem } from '../core/verdict.ts';
import { compileSchema } from './compile-schema.ts';
import { problemsOf } from './schema-problems.ts';

/**
 * Compares commands with the schema in a file of a provider folder; undefined without a file. Throws HooksError
 * `invalid-manifest` for one that cannot be used.
 */
export async function compileCommandSchema(
  { directory }: ProviderPack,
  file: string | undefined,
): Promise<((command: Json) => SchemaProblem[]) | undefined> {
  if (file === undefined) return undefined;
  const path = join(directory, file);
  try {
    const validate = await compileSchema(await readFile(path));
    return (command) => (validate(command) ? [] : problemsOf(validate.errors ?? []));
  } catch (cause) {
    throw new HooksError('invalid-manifest', `${path} is not a schema that can be used`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}
