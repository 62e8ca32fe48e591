import { fileURLToPath } from 'node:url';

/** Folder of the repository, found from the built test. */
export const repoRoot = fileURLToPath(new URL('.', import.meta.resolve('#package.json')));
