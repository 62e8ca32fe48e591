import { readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { HooksError } from '../core/errors.ts';
import type { Project } from '../core/project/project.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = ['hooks.yaml', 'hooks.yml'];

/** The nearest project file from a folder upward, no further than the user's home; undefined where there is none. */
export function findProjectFile(from: string, env: Environment): string | undefined {
  const home = realPath(env.HOME || env.USERPROFILE || homedir());
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).find(isFile);
    if (found !== undefined) return found;
    if (realPath(folder) === home || dirname(folder) === folder) return undefined;
  }
}

/**
 * The project of a file, which is called by its path relative to `from` in messages. Loads the YAML parser. Throws
 * HooksError `file-unreadable`, or `invalid-input` with the place of everything that is wrong.
 */
export async function readProject(file: string, from: string): Promise<Project> {
  const [{ parseYaml }, { parseProject, projectError }] = await Promise.all([
    import('./located-yaml.ts'),
    import('../core/project/parse-project.ts'),
  ]);
  const shown = relative(from, file);
  return {
    ...parseProject(parseYaml(read(file, shown), shown, projectError)),
    file,
    directory: dirname(file),
  };
}

/**
 * The real path of a file that a project file refers to, and undefined where it is outside of the folder, also by way of
 * a link: no project file can read what is not the project's. Throws HooksError `file-unreadable`.
 */
export function pathInside(directory: string, path: string): string | undefined {
  const folder = realpathSync(directory);
  try {
    const file = realpathSync(resolve(directory, path));
    return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined;
  } catch (cause) {
    throw new HooksError('file-unreadable', `cannot read the secret from ${path}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function read(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HooksError('file-unreadable', `cannot read the project file ${shown}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Not there, or in a folder that may not be looked into.
    return false;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
