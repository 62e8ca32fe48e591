#!/usr/bin/env node
import { main, reportError } from '../src/cli.ts';
import { processSurroundings } from '../src/process-io.ts';

const { io, end, reportCrashes } = processSurroundings();
const argv = process.argv.slice(2);
reportCrashes((error) => reportError(error, argv, io));
end(await main(argv, io));
