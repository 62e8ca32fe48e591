// Measures hooks against what it builds on and against others, and writes docs/benchmarks.md: npm run bench
// npm run bench -- startup listen measures only these and leaves the rest of the page; --quick prints and writes nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../../src/adapters/package-root.ts';
import { repoRoot } from '../../test/helpers/repo-root.ts';
import { benchHistory } from './history.ts';
import { benchListener } from './listener.ts';
import { describeMachine, describePackages } from './machine.ts';
import { benchMemory } from './memory.ts';
import type { Options } from './options.ts';
import { formatSection, type Section, sectionsOf } from './report.ts';
import { benchSender } from './sender.ts';
import { benchSigning } from './signing.ts';
import { benchStartup } from './startup.ts';
import { createSurroundings, type Surroundings } from './surroundings.ts';

const BENCHES: Record<string, (surroundings: Surroundings, options: Options) => Promise<Section>> = {
  startup: benchStartup,
  send: benchSender,
  listen: benchListener,
  signing: benchSigning,
  history: benchHistory,
  memory: benchMemory,
};

const PAGE = join(repoRoot, 'docs', 'benchmarks.md');

const HEAD = `# Benchmarks

Made by \`npm run bench\`. All figures that count are ratios: what is compared runs in turn, round after round, in one
run, and each is divided by the base of its own round. The middle one is in bold; the spread is where the middle half
lies. Absolute figures are for orientation; they change with the machine and its other work, the ratios hardly.`;

async function main(argv: readonly string[]): Promise<void> {
  const isQuick = argv.includes('--quick');
  const named = argv.filter((word) => word !== '--quick');
  const unknown = named.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0)
    throw new Error(
      `no benchmark is called ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`,
    );
  const page = existsSync(PAGE) ? sectionsOf(readFileSync(PAGE, 'utf8')) : new Map<string, string>();
  const titles: string[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (named.length > 0 && !named.includes(name)) continue;
    process.stderr.write(`${name} …\n`);
    const section = await measured(bench, { isQuick });
    page.set(section.title, formatSection(section, conditions()));
    titles.push(section.title);
    process.stdout.write(`${page.get(section.title)}\n\n`);
  }
  if (isQuick) process.stderr.write('quick: nothing was written\n');
  else writeFileSync(PAGE, `${[HEAD, ...page.values()].join('\n\n')}\n`);
}

async function measured(
  bench: (surroundings: Surroundings, options: Options) => Promise<Section>,
  options: Options,
): Promise<Section> {
  const surroundings = createSurroundings();
  try {
    return await bench(surroundings, options);
  } finally {
    await surroundings.end();
  }
}

function conditions(): string {
  const packages = describePackages(['undici', 'commander', 'ink', 'ajv', 'autocannon']);
  return `${new Date().toISOString().slice(0, 10)}: hooks ${packageVersion()}, ${describeMachine()}; ${packages}`;
}

await main(process.argv.slice(2));
