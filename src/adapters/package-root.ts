import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of our own package.json, wherever the code was built to: the files of tsc, or the bundle. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  // Asking Node's loader for #package.json gives the same, at a tenth of the start-up of `--version`.
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json above ${import.meta.dirname}`);
    folder = above;
  }
  return folder;
}

/** Our own version, as in package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}
