import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../adapters/package-root.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';

/** Prints a schema as it ships. */
export async function printSchema(name: 'output' | 'scenario' | 'project', { io }: Context): Promise<void> {
  await writeAll(io.stdout, await readFile(join(packageRoot(), 'fixtures', `${name}.schema.json`), 'utf8'));
}
