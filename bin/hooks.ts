#!/usr/bin/env node
import { keepCompiled } from '../src/compile-cache.ts';

const argv = process.argv.slice(2);
keepCompiled(process.env);
// Only what is imported from here on is kept.
void import('../src/process-io.ts').then(({ runInProcess }) => runInProcess(argv));
