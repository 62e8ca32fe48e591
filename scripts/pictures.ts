import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSession } from '../test/helpers/tmux.ts';
import { terminalSvg } from './terminal-svg.ts';

// Makes docs/pictures: each shows what a real run printed. The live view is drawn in a terminal of tmux.

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const BIN = fileURLToPath(new URL('../bin/hooks.js', import.meta.url));
const RECEIVER = fileURLToPath(new URL('../test/receivers/main.js', import.meta.url));
const COLUMNS = 110;
// One of the failed cases, and the score card below.
const CARD_LINES = 19;
const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgcGljdHVyZXM=';

const ends: (() => void)[] = [];
const story = { after: (end: () => void) => void ends.push(end) };
const state = mkdtempSync(join(tmpdir(), 'hooks-pictures-'));
ends.push(() => rmSync(state, { recursive: true, force: true }));
const env = {
  PATH: process.env.PATH ?? '',
  HOME: state,
  HOOKS_CONFIG_DIR: state,
  HOOKS_STATE_DIR: state,
  HOOKS_SECRET: SECRET,
  FORCE_COLOR: '1',
  COLUMNS: String(COLUMNS),
};

/** What a call prints, both streams together. */
async function hooks(argv: readonly string[], changed: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [BIN, ...argv], { cwd: state, env: { ...env, ...changed } });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  }
  await once(child, 'close');
  return printed;
}

async function save(name: string, title: string, text: string): Promise<void> {
  writeFileSync(join(FOLDER, `${name}.svg`), await terminalSvg({ title, columns: COLUMNS, text }));
  process.stdout.write(`docs/pictures/${name}.svg\n`);
}

async function liveView(): Promise<void> {
  const session = await startSession(story, ['listen', '-p', '0'], {
    columns: COLUMNS,
    rows: 24,
    env: { HOOKS_SECRET: SECRET },
    folder: state,
  });
  const first = await session.shows(/http:\/\/127\.0\.0\.1:\d+/);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(first)?.[0] ?? '';
  const sends = [
    ['synq/issue_created'],
    ['public_incident.incident_created_v2'],
    ['job.milestone.current_changed', '--set', 'event.job.milestone.isCurrent=yes'],
    ['synq/issue_status_updated'],
    ['public_incident.incident_status_updated_v2'],
    ['private_incident.incident_created_v2'],
    ['acculynx/job_created'],
    ['synq/issue_closed', '--secret', 'whsec_YW5vdGhlciBzZWNyZXQ='],
  ];
  for (const one of sends) await hooks(['send', ...one, '--to', url, '--quiet', '--no-validate']);
  await session.shows(/8 received/);
  await save('live-list', 'hooks listen', await session.screen({ escapes: true }));
  for (let back = 0; back < 5; back++) await session.press('Up');
  await session.press('Enter');
  await session.shows(/\[1 body\]/);
  await session.shows(/✗ must/);
  await save(
    'live-detail',
    'hooks listen: a body that departs from its schema',
    await session.screen({ escapes: true }),
  );
  await session.press('q');
  await session.ended();
}

async function scoreCard(): Promise<void> {
  const flags = ['--provider', 'synq', '--mutant', 'ignores-age'];
  const child = spawn(process.execPath, [RECEIVER, ...flags], {
    env: { PATH: env.PATH, RECEIVER_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  ends.push(() => child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const address = `127.0.0.1:${port.toString().trim()}`;
  const printed = await hooks([
    'test',
    address,
    '--provider',
    'synq',
    '--probe',
    `${address}/__probe?subject={subject}`,
  ]);
  const card = printed.split('\n').slice(-CARD_LINES).join('\n');
  await save(
    'score-card',
    'hooks test, its last lines: a receiver that accepts a timestamp of any age',
    card,
  );
}

async function diagnosis(): Promise<void> {
  // Signed over these bytes, received as others: what a framework does that reads JSON and writes it again.
  const printed = await hooks(['send', 'synq/issue_closed', '--dry-run'], { FORCE_COLOR: '0' });
  const [head = '', body = ''] = printed.slice(printed.indexOf('POST ')).split(/\r?\n\r?\n/);
  const sent: unknown = JSON.parse(body.split('\n')[0] ?? '');
  const rewritten = `${head.replace(/\r?\ncontent-length: \d+/, '')}\n\n${JSON.stringify(sent, null, 2)}`;
  writeFileSync(join(state, 'delivery.http'), rewritten);
  await save(
    'diagnosis',
    'hooks verify: why a signature does not match',
    await hooks(['verify', 'delivery.http']),
  );
}

try {
  mkdirSync(FOLDER, { recursive: true });
  await liveView();
  await scoreCard();
  await diagnosis();
} finally {
  for (const end of ends.reverse()) end();
}
