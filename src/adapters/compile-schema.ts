import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { packageRoot } from './package-root.ts';

/** Folder of the validators that the build has made of the bundled schemas. */
export function validatorsFolder(): string {
  return join(packageRoot(), 'dist', 'validators');
}

/** A validator's name follows from the bytes of its schema: of a schema that was changed there is none. */
export function validatorName(schema: Uint8Array): string {
  return createHash('sha256').update(schema).digest('hex').slice(0, 32);
}

/**
 * Compiles a schema; one that was there at the build has been, and ajv is not loaded. Throws what `parse` throws, and
 * what ajv throws for a schema that is none.
 */
export async function compileSchema(
  bytes: Uint8Array,
  parse = (text: string): object => JSON.parse(text),
): Promise<ValidateFunction> {
  const made = precompiled(bytes);
  if (made) return made;
  const { createAjv } = await import('./ajv.ts');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  // A fresh instance each: two schemas may carry the same $id.
  return createAjv().compile(parse(text));
}

function precompiled(schema: Uint8Array): ValidateFunction | undefined {
  const file = join(validatorsFolder(), `${validatorName(schema)}.cjs`);
  return existsSync(file) ? (createRequire(import.meta.url)(file) as ValidateFunction) : undefined;
}
