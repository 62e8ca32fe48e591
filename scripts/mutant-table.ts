import { writeFileSync } from 'node:fs';
import { examine } from '../test/receivers/examine.ts';
import { MUTANTS } from '../test/receivers/mutants.ts';
import type { ReceiverProvider } from '../test/receivers/receiver.ts';
import { STACKS } from '../test/receivers/stacks.ts';

// Writes docs/mutants.md: every right receiver and every mutant, graded by the whole of `hooks test`.

const FILE = new URL('../../docs/mutants.md', import.meta.url);
const LIBRARIES: Record<string, string> = { express: 'svix', fastify: 'standardwebhooks', hono: 'svix' };
const PROVIDERS: ReceiverProvider[] = ['synq', 'incident-io', 'acculynx'];
const FLAGS = ['--payloads', '10', '--fail-on', 'should', '--concurrency', '2'];

function row(...cells: (string | number)[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

const right: string[] = [];
for (const stack of STACKS) {
  for (const provider of PROVIDERS) {
    const library = provider === 'incident-io' ? LIBRARIES[stack] : undefined;
    const receiver = ['--stack', stack, ...(library === undefined ? [] : ['--library', library])];
    const { score, failed } = await examine(provider, receiver, FLAGS);
    const faults = [...failed].filter(([, got]) => !got.startsWith('note:'));
    const by = library === undefined ? (provider === 'acculynx' ? 'URL token' : 'by hand') : `\`${library}\``;
    right.push(row(`\`${stack}\``, provider, by, faults.length, `${score} %`));
  }
}

const mutants: string[] = [];
for (const { name, bug, caughtBy } of MUTANTS) {
  const { score, failed } = await examine('synq', ['--mutant', name], FLAGS);
  const faults = [...failed].filter(([, got]) => !got.startsWith('note:')).map(([id]) => id);
  const made = faults.filter((id) =>
    caughtBy.some((start) => id === start || (/[/-]$/.test(start) && id.startsWith(start))),
  );
  const shown = made
    .slice(0, 3)
    .map((id) => `\`${id}\``)
    .join(', ');
  mutants.push(row(bug, shown || '**not caught**', faults.length, `${score} %`));
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
