import { formatDuration } from '../../core/duration.ts';
import type { CurvePoint } from '../../core/load/histogram.ts';

/** One line of a plot; a gap stands where a value is undefined. */
export interface Series {
  /** Name of the class that colours it; plain letters. */
  tone: string;
  label: string;
  values: readonly (number | undefined)[];
}

interface PlotOptions {
  title: string;
  /** Values of the horizontal axis, one for each value of a series. */
  x: readonly number[];
  xTicks: readonly { at: number; label: string }[];
  series: readonly Series[];
  yText: (value: number) => string;
}

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 28;
const Y_LINES = 4;

/** Lines over an axis as an SVG element. All texts are ours: nothing from outside gets in here. */
export function plotSvg({ title, x, xTicks, series, yText }: PlotOptions): string {
  const greatest = niceCeiling(
    Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0))),
  );
  const [from, to] = [Math.min(...x), Math.max(...x)];
  const xAt = (value: number) => LEFT + ((value - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT);
  const yAt = (value: number) => HEIGHT - BOTTOM - (value / greatest) * (HEIGHT - TOP - BOTTOM);
  const grid = Array.from({ length: Y_LINES + 1 }, (_, line) => (greatest * line) / Y_LINES).map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${pixel(yAt(value))}" y2="${pixel(yAt(value))}"/>` +
      `<text class="y" x="${LEFT - 6}" y="${pixel(yAt(value) + 4)}">${yText(value)}</text>`,
  );
  const below = xTicks.map(
    ({ at, label }) => `<text class="x" x="${pixel(xAt(at))}" y="${HEIGHT - 8}">${label}</text>`,
  );
  const lines = series.map(({ tone, values }) => `<path class="${tone}" d="${path(values, x, xAt, yAt)}"/>`);
  const legend = series.map(({ tone, label }) => `<span class="${tone}">${label}</span>`).join(' ');
  return `<figure><figcaption>${title} <small>${legend}</small></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${grid.join('')}${below.join('')}${lines.join('')}</svg></figure>`;
}

function path(
  values: readonly (number | undefined)[],
  x: readonly number[],
  xAt: (value: number) => number,
  yAt: (value: number) => number,
): string {
  let isDrawing = false;
  const parts = values.map((value, index) => {
    if (value === undefined) {
      isDrawing = false;
      return '';
    }
    const command = isDrawing ? 'L' : 'M';
    isDrawing = true;
    return `${command}${pixel(xAt(x[index] ?? 0))} ${pixel(yAt(value))}`;
  });
  return parts.join('');
}

function pixel(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : '0';
}

/** The next of 1, 2, 5, 10, 20, …; 1 for nothing. */
function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** Latency over percentile, the axis stretched so that each nine has the same room. */
export function curveSvg(curve: readonly CurvePoint[]): string {
  const nines = (percent: number) => -Math.log10(Math.max(1e-7, 1 - percent / 100));
  const farthest = nines(curve.at(-1)?.percent ?? 0);
  const ticks = [0, 50, 90, 99, 99.9, 99.99, 99.999].filter((percent) => nines(percent) <= farthest + 1e-6);
  return plotSvg({
    title: 'Latency over percentile',
    x: curve.map(({ percent }) => nines(percent)),
    xTicks: ticks.map((percent) => ({ at: nines(percent), label: `${percent} %` })),
    series: [{ tone: 'p99', label: '', values: curve.map(({ ms }) => ms) }],
    yText: formatDuration,
  });
}
