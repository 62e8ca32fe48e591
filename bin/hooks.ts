#!/usr/bin/env node
import { keepCompiled } from '../src/compile-cache.ts';

keepCompiled(process.env);
// Only what is imported from here on is kept.
void Promise.all([import('../src/process-io.ts'), import('../src/cli.ts')]).then(
  async ([{ processSurroundings }, { main, reportError }]) => {
    const { io, end, reportCrashes } = processSurroundings();
    const argv = process.argv.slice(2);
    reportCrashes((error) => reportError(error, argv, io));
    end(await main(argv, io));
  },
);
