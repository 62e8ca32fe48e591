import { join } from 'node:path';
import { repoRoot } from '../../test/helpers/repo-root.ts';
import { EVENT } from './deliveries.ts';
import type { Options } from './options.ts';
import type { Row, Section, Table } from './report.ts';
import { measureInTurn, median, ratioTo } from './rounds.ts';
import { BUNDLE, runProcess, type Surroundings } from './surroundings.ts';

const CONNECTIONS = 10;

/** How many deliveries a second leave, each with its own id, time and signature. */
export async function benchSender(surroundings: Surroundings, { isQuick }: Options): Promise<Section> {
  const amount = String(isQuick ? 4000 : 30_000);
  const rounds = isQuick ? 3 : 7;
  const sink = await surroundings.startServer([join(repoRoot, 'dist/scripts/bench/load/sink.js')]);
  const perSecond = (argv: readonly string[]) => async () => {
    await runProcess(argv, surroundings.env);
    return (await takeStats(sink.url)).perSecond;
  };
  const autocannon = (mode: string) =>
    perSecond([
      join(repoRoot, 'dist/scripts/bench/load/autocannon.js'),
      sink.url,
      amount,
      String(CONNECTIONS),
      mode,
    ]);
  const hooks = (command: string, ...flags: string[]) =>
    perSecond([
      BUNDLE,
      ...[command, EVENT, '--to', sink.url, '--concurrency', String(CONNECTIONS), '--quiet'],
      ...flags,
    ]);
  const [fixed = [], signed = [], load = [], plain = [], recorded = []] = await measureInTurn(
    [
      autocannon('fixed'),
      autocannon('signed'),
      hooks('load', '--duration', isQuick ? '500ms' : '3s'),
      hooks('send', '-n', amount, '--no-record'),
      hooks('send', '-n', amount),
    ],
    rounds,
  );
  await sink.stop();
  const row = (name: string, base: readonly number[], values: readonly number[]): Row => ({
    name,
    ratio: ratioTo(base, values),
    measured: `${median(values).toFixed(0)} a second`,
  });
  return {
    title: 'Sender',
    text: `${Number(amount).toLocaleString('en')} deliveries of about 1 KiB, of \`hooks load\` as many as in ${isQuick ? 'half a second' : 'three seconds'}, over ${CONNECTIONS} connections, without pipelining, to a server that hardly looks at them; counted there, from the first to the last. autocannon sent ${median(fixed).toFixed(0)} of one fixed, unsigned body a second, and ${median(signed).toFixed(0)} where it makes and signs each anew.`,
    tables: [
      table('autocannon, each signed', signed, 1.8),
      table('autocannon, one fixed body, unsigned', fixed, 0.55),
    ],
  };

  function table(base: string, values: readonly number[], least: number): Table {
    return {
      base,
      rows: [
        {
          ...row('`hooks load --concurrency`, each signed', values, load),
          goal: { least },
          missedBecause: MISSED,
        },
        row('`hooks send -n`, each signed, not recorded', values, plain),
        row('`hooks send -n`, each signed and recorded', values, recorded),
      ],
    };
  }
}

const MISSED =
  'of the processor time of a delivery (some 47 µs, on one of the cores of the first measurements) 5 make and sign it, 3 of them in the HMAC; the rest is undici, the sockets of Node and the kernel, for which autocannon, which writes prepared bytes and reads little of the answer, takes 30. Where others use the cores the ratio falls.';

async function takeStats(url: string): Promise<{ perSecond: number }> {
  const { count, durationMs } = (await (await fetch(url)).json()) as { count: number; durationMs: number };
  return { perSecond: (count / durationMs) * 1000 };
}
