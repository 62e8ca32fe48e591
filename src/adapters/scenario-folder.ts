import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import type { PlacedText, Project } from '../core/project/project.ts';
import { placed } from '../core/scenario/problem.ts';

/** A scenario that can be called by its name. */
export interface NamedScenario {
  /** Of a provider's `<provider>/<file name without its ending>`; of a project's the file name without its ending. */
  name: string;
  file: string;
}

const ENDING = /\.ya?ml$/;

/**
 * The scenarios of the project and those in the folders of the providers, each in the order of their names. Throws
 * HooksError `invalid-input` for a folder of the project that does not exist.
 */
export function listScenarios(packs: readonly ProviderPack[], project?: Project): NamedScenario[] {
  const own = project?.scenarios.flatMap((entry) => scenariosAt(entry, project)) ?? [];
  const ofPacks = packs.flatMap(({ manifest, directory }) => {
    const folder = join(directory, 'scenarios');
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    return files
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => ({
        name: `${manifest.id}/${file.slice(0, -'.yaml'.length)}`,
        file: join(folder, file),
      }));
  });
  return [...own, ...ofPacks];
}

function scenariosAt({ text, place }: PlacedText, { directory }: Project): NamedScenario[] {
  const path = resolve(directory, text);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw placed(
      place,
      new HooksError('invalid-input', `there is no folder and no file ${text} to take scenarios from`, {
        next: 'paths are relative to the folder of the project file',
      }),
    );
  }
  const files = found.isDirectory()
    ? readdirSync(path)
        .filter((file) => ENDING.test(file))
        .sort()
        .map((file) => join(path, file))
    : [path];
  return files.map((file) => ({ name: basename(file).replace(ENDING, ''), file }));
}
