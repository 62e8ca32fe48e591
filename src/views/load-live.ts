import { formatDuration } from '../core/duration.ts';
import type { LoadStarted, LoadTick, RunEvent } from '../core/run-event.ts';
import { type ColorChoice, colorsFor } from './colors.ts';
import { bar, type Glyphs, glyphsFor, sparkline } from './load-plot.ts';
import { loadTickText } from './load-text.ts';
import type { View, ViewOptions } from './open.ts';
import type { Output } from './output.ts';

const BAR_WIDTH = 16;
const ERASE_DOWN = '\u001b[J';
/** As many seconds are kept for the plot; more are squeezed into the width anyway. */
const MOST_TICKS = 600;

/**
 * The view with a progress line and a plot below it on a terminal, both drawn once a second. Plain escape sequences: what
 * draws must take no time from what sends.
 */
export function openLoadView(
  view: View,
  { json, quiet, color }: ViewOptions,
  { stdout, stderr, env }: { stdout: Output; stderr: Output; env: ColorChoice['env'] },
): View {
  if (json || quiet || stderr.isTTY !== true || stdout.isTTY !== true || env.TERM === 'dumb') return view;
  const colors = colorsFor(stderr, { env, ...(color !== undefined && { color }) });
  // The line is cut to the width, which colours would be in the way of.
  const plain = colorsFor(stderr, { env, color: false });
  const glyphs = glyphsFor(env);
  let started: LoadStarted | undefined;
  let ticks: LoadTick[] = [];
  let shown = 0;

  const clear = () => {
    if (shown > 0) stderr.write(`\u001b[${shown}A\r${ERASE_DOWN}`);
    shown = 0;
  };

  function draw(tick: LoadTick): void {
    if (started === undefined) return;
    const width = Math.max(10, (stderr.columns ?? 80) - 1);
    const totalMs = started.durationMs + started.warmupMs;
    const done = bar(tick.elapsedMs / totalMs, BAR_WIDTH, glyphs).padEnd(BAR_WIDTH, '.');
    const lines = [
      fitted(`${done} ${loadTickText(tick, { colors: plain })}`, width),
      ...plotLines(ticks, width, glyphs).map((line) => colors.cyan(line)),
    ];
    clear();
    stderr.write(lines.map((line) => `${line}\n`).join(''));
    shown = lines.length;
  }

  const shownView = async (event: RunEvent) => {
    if (event.type === 'load.tick') {
      ticks = [...ticks.slice(1 - MOST_TICKS), event];
      draw(event);
      return;
    }
    clear();
    if (event.type === 'load.started') started = event;
    if (event.type === 'load.step') ticks = [];
    await view(event);
  };
  return Object.assign(shownView, {
    close() {
      clear();
      view.close?.();
    },
  });
}

function fitted(line: string, width: number): string {
  return line.length > width ? line.slice(0, width) : line;
}

function plotLines(ticks: readonly LoadTick[], width: number, glyphs: Glyphs): string[] {
  const p99 = ticks.map(({ latencyMs }) => latencyMs?.p99 ?? 0);
  const rates = ticks.map(({ answered, intervalMs }) =>
    intervalMs > 0 ? (answered * 1000) / intervalMs : 0,
  );
  const line = (name: string, values: number[], most: string) => {
    const room = width - name.length - most.length - 2;
    return room < 4 ? '' : `${name} ${sparkline(values.slice(-room * 4), room, glyphs)} ${most}`;
  };
  return [
    line('p99 ', p99, formatDuration(Math.max(0, ...p99))),
    line('rate', rates, `${Math.round(Math.max(0, ...rates))}/s`),
  ].filter((text) => text !== '');
}
