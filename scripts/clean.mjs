import { readdirSync, rmSync } from 'node:fs';

// Without this, the test of a deleted source file would live on in dist. The validators tell by themselves whether they
// are up to date, and take longer to make than all the rest.
const dist = new URL('../dist/', import.meta.url);
try {
  for (const name of readdirSync(dist))
    if (name !== 'validators') rmSync(new URL(name, dist), { recursive: true, force: true });
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
