import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repoRoot } from '../../test/helpers/repo-root.ts';
import type { Options } from './options.ts';
import type { Row, Section } from './report.ts';
import { measureInTurn, median, ratioTo } from './rounds.ts';
import { BUNDLE, type Surroundings } from './surroundings.ts';

const run = promisify(execFile);
const CONNECTIONS = 50;

/** How many deliveries a second a listener takes, against a server that only reads and answers. */
export async function benchListener(surroundings: Surroundings, { isQuick }: Options): Promise<Section> {
  const amount = String(isQuick ? 3000 : 15_000);
  const listen = [BUNDLE, 'listen', '--port', '0'];
  const servers: { name: string; argv: string[]; row?: Partial<Row> }[] = [
    { name: 'bare', argv: [join(repoRoot, 'dist/scripts/bench/load/bare-server.js')] },
    {
      name: 'verify, validate, durable record, a line of text',
      argv: [...listen, '--body', 'none'],
      row: {
        goal: { least: 0.25 },
        missedBecause:
          'a profile shows no part that stands out: reading requests takes a fifth, answering a seventh, the signature and the text a fifteenth each, JSON a twentieth, the schema less; the rest is many small things, from the search for the provider to the event that a delivery becomes.',
      },
    },
    { name: 'the same with the body below, as `listen` shows it by default', argv: listen },
    { name: 'the same as JSON lines', argv: [...listen, '--json'] },
    {
      name: 'verify, validate, a line of text, no record',
      argv: [...listen, '--no-record', '--body', 'none'],
    },
    {
      name: 'durable record, a line of text, no look at signature and schema',
      argv: [...listen, '--unsigned', '--provider', 'generic', '--body', 'none'],
    },
  ];
  const running = await Promise.all(servers.map(({ argv }) => surroundings.startServer(argv)));
  const [bare = [], ...others] = await measureInTurn(
    running.map(
      ({ url }) =>
        () =>
          pound(url, amount, surroundings.env),
    ),
    isQuick ? 3 : 7,
  );
  await Promise.all(running.map((server) => server.stop()));
  const rows = servers.slice(1).map(
    ({ name, row }, index): Row => ({
      name,
      ratio: ratioTo(bare, others[index] ?? []),
      measured: `${median(others[index] ?? []).toFixed(0)} a second`,
      ...row,
    }),
  );
  return {
    title: 'Listener',
    text: `${Number(amount).toLocaleString('en')} signed deliveries of about 1 KiB, each with an id of its own, over ${CONNECTIONS} connections, from prepared bytes. Base: a \`node:http\` server that reads the body and answers 204; it took ${median(bare).toFixed(0)} a second. Each 2xx of a recording listener comes after the commit.`,
    tables: [{ base: 'bare `node:http`', rows }],
  };
}

async function pound(url: string, amount: string, env: Record<string, string>): Promise<number> {
  const script = join(repoRoot, 'dist/scripts/bench/load/pound.js');
  const { stdout } = await run(process.execPath, [script, url, amount, String(CONNECTIONS)], { env });
  return Number(stdout);
}
