import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../adapters/package-root.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';

/** Prints the schema as it ships. */
export async function printOutputSchema({ io }: Context): Promise<void> {
  await writeAll(io.stdout, await readFile(join(packageRoot(), 'fixtures', 'output.schema.json'), 'utf8'));
}
