import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { PROVIDERS, type ReceiverOptions, type ReceiverProvider } from './receiver.ts';
import { STACKS, type Stack } from './stacks.ts';

const SECRETS: Record<ReceiverProvider, string> = {
  synq: 'cq_the_secret_of_the_orders_team',
  'incident-io': 'whsec_dGhlLXNlY3JldC1vZi10aGUtb3JkZXJzLXRlYW0=',
  acculynx: 'the-token-of-the-orders-team',
};

// The official library of each stack's users, where a provider has one.
const LIBRARIES: Partial<Record<Stack, NonNullable<ReceiverOptions['library']>>> = {
  express: 'svix',
  fastify: 'standardwebhooks',
  hono: 'svix',
};

/** A receiver without a bug, and how it is started. */
export interface RightReceiver {
  stack: Stack;
  provider: ReceiverProvider;
  library: ReceiverOptions['library'];
  flags: string[];
}

/** One for each stack and provider. */
export const RIGHT_RECEIVERS: readonly RightReceiver[] = STACKS.flatMap((stack) =>
  PROVIDERS.map((provider) => {
    const library = provider === 'incident-io' ? LIBRARIES[stack] : undefined;
    return {
      stack,
      provider,
      library,
      flags: ['--stack', stack, ...(library ? ['--library', library] : [])],
    };
  }),
);

/** The demands that were not met, with what came; a note is none. */
export function faultsOf({ failed }: Pick<Examination, 'failed'>): [id: string, got: string][] {
  return [...failed].filter(([, got]) => !got.startsWith('note:'));
}

/** Whether a case is among those that a mutant names: by its id, or by how it begins (`coverage/`, `…/payloads-`). */
export function isMadeFor(caughtBy: readonly string[], id: string): boolean {
  return caughtBy.some((name) => (isStart(name) ? id.startsWith(name) : id === name));
}

/** The flags that play only the cases which a mutant names. */
export function onlyFlags(caughtBy: readonly string[]): string[] {
  return caughtBy.flatMap((name) => ['--only', isStart(name) ? `${name}*` : name]);
}

function isStart(name: string): boolean {
  return /[/-]$/.test(name);
}

export interface Examination {
  exitCode: number;
  score: number;
  /** Ids of the cases that failed, with how bad that is. */
  failed: Map<string, string>;
  skipped: string[];
  stderr: string;
}

/** Starts a receiver as a process, has it graded by `hooks test`, and ends it. */
export async function examine(
  provider: ReceiverProvider,
  receiver: readonly string[],
  flags: readonly string[],
): Promise<Examination> {
  const secret = SECRETS[provider];
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./main.js', import.meta.url)), '--provider', provider, ...receiver],
    { env: { ...process.env, RECEIVER_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const address = `127.0.0.1:${first.toString().trim()}`;
    const url = provider === 'acculynx' ? `${address}/?token=${secret}` : address;
    const probe = `${address}/__probe?subject={subject}`;
    const argv = ['test', url, '--provider', provider, '--probe', probe, '--json', ...flags];
    const { stdout, stderr, exitCode } = await runHooks(argv, { env: { HOOKS_SECRET: secret } });
    const lines = checkedLines(stdout);
    const cases = lines.filter(({ type }) => type === 'case.finished');
    return {
      exitCode,
      score: Number(lines.at(-1)?.score),
      failed: new Map(
        cases
          .filter(({ outcome }) => outcome === 'failed')
          .map((one) => [String(one.id), `${String(one.severity)}: ${String(one.got)}`]),
      ),
      skipped: cases.filter(({ outcome }) => outcome === 'skipped').map(({ id }) => String(id)),
      stderr,
    };
  } finally {
    child.kill('SIGKILL');
  }
}
