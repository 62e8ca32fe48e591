import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** Machine and Node in general words. */
export function describeMachine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  // The brand, not the model: what carries over are ratios.
  const brand = /Intel|AMD|Apple|ARM|Ampere/i.exec(cpus()[0]?.model ?? '')?.[0] ?? process.arch;
  return `${availableParallelism()} cores (${brand}, ${process.arch}), ${gigabytes} GiB, ${process.platform}, Node ${process.versions.node}`;
}

/** `name version` of packages that were measured beside us. */
export function describePackages(names: readonly string[]): string {
  return names.map((name) => `${name} ${versionOf(name)}`).join(', ');
}

function versionOf(name: string): string {
  const require = createRequire(import.meta.url);
  let folder = dirname(require.resolve(name));
  for (;;) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (manifest.name === name && manifest.version !== undefined) return manifest.version;
    } catch {
      // No manifest here; one further up may be it.
    }
    if (dirname(folder) === folder) return '?';
    folder = dirname(folder);
  }
}
