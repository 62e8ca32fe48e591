// Shows the main job: a listener on a free port, one signed delivery of each provider, the verdicts, a clean exit.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/hooks.js', import.meta.url));
// Nothing of the demo is left behind, nothing of the user's own settings plays a part.
const folder = mkdtempSync(join(tmpdir(), 'hooks-demo-'));
const env = {
  ...process.env,
  HOOKS_CONFIG_DIR: folder,
  HOOKS_STATE_DIR: folder,
  HOOKS_SECRET: `whsec_${randomBytes(24).toString('base64')}`,
};
const events = [
  'synq/issue_created',
  'incident-io/public_incident.incident_created_v2',
  'acculynx/job_created',
  'synchub/sync_run_completed',
];

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function run(argv: readonly string[]): Promise<number> {
  say(`\n$ hooks ${argv.join(' ')}`);
  const child = spawn(process.execPath, [bin, ...argv], { env, stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

say('$ export HOOKS_SECRET=whsec_…   # made up for this demo');
say(`$ hooks listen --port 0 --strict --expect-valid --body none --exit-after ${events.length} &`);
const listener = spawn(
  process.execPath,
  [
    bin,
    'listen',
    '-p',
    '0',
    '--strict',
    '--expect-valid',
    '--body',
    'none',
    '--exit-after',
    String(events.length),
    '--timeout',
    '60s',
  ],
  { env, stdio: ['ignore', 'pipe', 'inherit'] },
);
const listenerEnded = new Promise<number>((resolve) => listener.on('close', (code) => resolve(code ?? 1)));
const output: Buffer[] = [];
const url = await new Promise<string>((resolve, reject) => {
  listener.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    const found = /http:\/\/[\w.:[\]]+/.exec(Buffer.concat(output).toString())?.[0];
    if (found !== undefined) resolve(found);
  });
  listener.on('close', () => reject(new Error('the listener ended before it was ready')));
});

const codes: number[] = [];
for (const event of events) codes.push(await run(['send', event, '--to', url]));
const listenerCode = await listenerEnded;
say('\nWhat `hooks listen` saw:\n');
say(Buffer.concat(output).toString().trimEnd());
const isFine = listenerCode === 0 && codes.every((code) => code === 0);
say(
  isFine
    ? '\nEvery delivery was received and validated, and verified where its provider signs: how AccuLynx and SyncHub sign is\nnot published, so theirs went without a signature.'
    : '\nThe demo failed.',
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = isFine ? 0 : 1;
