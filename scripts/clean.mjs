import { rmSync } from 'node:fs';

// Without this, the test of a deleted source file would live on in dist.
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
