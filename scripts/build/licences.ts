import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../../test/helpers/repo-root.ts';

interface PackageJson {
  name: string;
  version: string;
  license?: string;
  author?: string | { name: string };
}

const HEAD = `hooks holds code of the packages below. Their licences, as they ship them:
`;

/**
 * The licences of the packages that these modules come from, as one text. Throws for a package that ships none: what
 * may not be passed on must not be bundled.
 */
export function thirdPartyLicences(modules: readonly string[]): string {
  const sections = packageFolders(modules).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
    const title = `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`;
    return `${title}\n${'-'.repeat(title.length)}\n\n${licenceText(folder, manifest)}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

/** Folders of the packages, each once, by name. */
export function packageFolders(modules: readonly string[]): string[] {
  const folders = modules.flatMap(
    // Greedy: a package inside the node_modules of another is its own.
    (id) =>
      /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id.replace(/^\0/, ''))?.[1] ?? [],
  );
  return [...new Set(folders)].sort();
}

function licenceText(folder: string, { license, author }: PackageJson): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e([-.]|$)/i.test(name));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim();
  const holder = typeof author === 'string' ? author : author?.name;
  if (license !== 'MIT' || holder === undefined) throw new Error(`no licence in ${folder}`);
  // Some only name it. Its text is that of our own.
  const own = readFileSync(join(repoRoot, 'LICENSE'), 'utf8');
  return own.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`).trim();
}
