#!/usr/bin/env node
import { main } from '../src/cli.ts';
import { processSurroundings } from '../src/process-io.ts';

const { io, end } = processSurroundings();
end(await main(process.argv.slice(2), io));
