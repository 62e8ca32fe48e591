import { writeFileSync } from 'node:fs';
import { examine, faultsOf, isMadeFor, RIGHT_RECEIVERS } from '../test/receivers/examine.ts';
import { MUTANTS } from '../test/receivers/mutants.ts';

// Writes docs/mutants.md: every right receiver and every mutant, graded by the whole of `hooks test`.

const FILE = new URL('../../docs/mutants.md', import.meta.url);
const FLAGS = ['--payloads', '10', '--fail-on', 'should', '--concurrency', '2'];

function row(...cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

const right: string[] = [];
for (const { stack, provider, library, flags } of RIGHT_RECEIVERS) {
  const examination = await examine(provider, flags, FLAGS);
  const by = library === undefined ? (provider === 'acculynx' ? 'URL token' : 'by hand') : `\`${library}\``;
  right.push(row(`\`${stack}\``, provider, by, faultsOf(examination).length, `${examination.score} %`));
}

const mutants: string[] = [];
for (const { name, bug, caughtBy } of MUTANTS) {
  const examination = await examine('synq', ['--mutant', name], FLAGS);
  const faults = faultsOf(examination).map(([id]) => id);
  const made = faults.filter((id) => isMadeFor(caughtBy, id));
  const shown = made
    .slice(0, 3)
    .map((id) => `\`${id}\``)
    .join(', ');
  mutants.push(row(bug, shown || '**not caught**', faults.length, `${examination.score} %`));
  process.stdout.write(`${name}: ${made.length > 0 ? 'caught' : 'NOT CAUGHT'}\n`);
}

writeFileSync(
  FILE,
  `# Receivers and what \`hooks test\` says of them

Made by \`npm run docs:mutants\`, which starts every receiver of \`test/receivers/\` as a process and has it graded by all
cases, with a probe.

## Right receivers

${row('stack', 'provider', 'verification', 'demands not met', 'score')}${row('---', '---', '---', '---:', '---:')}${right.join('')}
## Receivers with one bug

Each is right but for this. Of the cases made for the bug the first three that caught it are named; the last column but one
counts all that failed, since one bug often breaks several demands.

${row('The receiver …', 'is caught by', 'demands not met', 'score')}${row('---', '---', '---:', '---:')}${mutants.join('')}`,
);
