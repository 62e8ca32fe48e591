import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of our own package.json, wherever the code was built to. */
export function packageRoot(): string {
  return fileURLToPath(new URL('.', import.meta.resolve('#package.json')));
}

/** Our own version, as in package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}
