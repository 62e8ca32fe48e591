import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderPack } from '../core/catalogue.ts';

/** A scenario that comes with a provider. */
export interface PackScenario {
  /** `<provider>/<file name without its ending>`. */
  name: string;
  file: string;
}

/** The scenarios in the folders of the providers, in the order of their names. */
export function listScenarios(packs: readonly ProviderPack[]): PackScenario[] {
  return packs.flatMap(({ manifest, directory }) => {
    const folder = join(directory, 'scenarios');
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    return files
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => ({
        name: `${manifest.id}/${file.slice(0, -'.yaml'.length)}`,
        file: join(folder, file),
      }));
  });
}
