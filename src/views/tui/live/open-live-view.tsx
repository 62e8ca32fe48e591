import type { RunEvent } from '../../../core/run-event.ts';
import type { ColorChoice } from '../../colors.ts';
import { colorsFor } from '../../colors.ts';
import { createFrames } from './frames.tsx';
import { createKeyReader } from './keys.ts';
import type { LiveActions } from './live-actions.ts';
import type { LiveRow } from './live-row.ts';
import { type LiveStart, type LiveState, startLive } from './live-state.ts';
import { type LiveInput, nextState } from './next-state.ts';
import { fulfil } from './requests.ts';
import { createScreen } from './screen.ts';

const FRAME_MS = 50;
const MOST_WAITING = 500;
// What a terminal takes to send the rest of a key, also over a slow line.
const REST_OF_KEY_MS = 60;

export interface LiveTerminal {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
}

export interface LiveViewOptions extends Pick<LiveStart, 'title' | 'subtitle' | 'source' | 'capacity'> {
  actions: LiveActions;
  terminal: LiveTerminal;
  colors: ColorChoice;
  /** Has the terminal given back however the process ends; gives what takes that back. */
  atEnd: (restore: () => void) => () => void;
}

export interface LiveView {
  /** Takes the terminal and draws. */
  start(subtitle?: { title?: string; subtitle?: string }): void;
  /** Takes note of an event; it is drawn with the next frame. */
  show(event: RunEvent): void;
  /** Adds older rows above those that there are; `left` more follow. */
  addOlder(rows: readonly LiveRow[], left: number): void;
  /** Gives the terminal back, once what it was lent to has ended. */
  end(): Promise<void>;
  /** Gives it back at once. */
  close(): void;
}

/** A list of deliveries that one can look into, on a terminal of its own. Nothing waits for its frames. */
export function openLiveView(options: LiveViewOptions): LiveView {
  const { stdin, stdout } = options.terminal;
  let state: LiveState = startLive({
    ...options,
    colors: colorsFor(stdout, options.colors),
    size: sizeOf(stdout),
  });
  const frames = createFrames(state);
  const screen = createScreen(stdout, () => schedule());
  const keys = createKeyReader();
  let events: RunEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let restOfKey: NodeJS.Timeout | undefined;
  let nextFrameMs = 0;
  let isOpen = false;
  let lent: Promise<unknown> | undefined;
  let forgetEnd = () => {};

  const surroundings = {
    actions: options.actions,
    state: () => state,
    apply,
    write: (text: string) => void stdout.write(text),
    lend,
    isInTmux: Boolean(options.colors.env.TMUX),
  };

  function apply(input: LiveInput): void {
    takeEvents();
    state = nextState(state, input);
    schedule();
    if (state.request !== undefined) void fulfil(state.request, surroundings);
  }

  function takeEvents(): void {
    if (events.length === 0) return;
    const taken = events;
    events = [];
    state = nextState(state, { type: 'events', events: taken });
  }

  /** The latest state wins: what comes between two frames is drawn once. */
  function schedule(): void {
    if (timer !== undefined || !isOpen || lent !== undefined) return;
    timer = setTimeout(draw, Math.max(0, nextFrameMs - performance.now()));
  }

  function draw(): void {
    timer = undefined;
    if (!isOpen || lent !== undefined || screen.isBusy()) return;
    takeEvents();
    const startedMs = performance.now();
    screen.paint(frames.frame(state));
    // On a machine that is busy, drawing takes a quarter of the time at most.
    nextFrameMs = startedMs + Math.max(FRAME_MS, 4 * (performance.now() - startedMs));
  }

  function onInput(chunk: Uint8Array | string): void {
    clearTimeout(restOfKey);
    for (const key of keys.read(Buffer.from(chunk as Uint8Array))) press(key);
    if (keys.isPending()) restOfKey = setTimeout(() => keys.flush().forEach(press), REST_OF_KEY_MS);
  }

  function press(key: string): void {
    if (isOpen && lent === undefined) apply({ type: 'key', key });
  }

  function onResize(): void {
    screen.forget();
    apply({ type: 'resized', ...sizeOf(stdout) });
  }

  function take(): void {
    screen.enter();
    stdin.setRawMode(true);
    stdin.on('data', onInput);
    stdin.resume();
    stdout.on('resize', onResize);
  }

  function giveBack(): void {
    clearTimeout(timer);
    clearTimeout(restOfKey);
    timer = undefined;
    stdout.removeListener('resize', onResize);
    stdin.removeListener('data', onInput);
    stdin.pause();
    if (!stdin.destroyed) stdin.setRawMode(false);
    screen.leave();
  }

  async function lend<T>(use: () => Promise<T>): Promise<T> {
    giveBack();
    const used = use();
    lent = used;
    try {
      return await used;
    } finally {
      lent = undefined;
      if (isOpen) {
        take();
        onResize();
      }
    }
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    forgetEnd();
    if (lent === undefined) giveBack();
    frames.end();
  }

  return {
    start(words) {
      isOpen = true;
      state = { ...state, ...words };
      forgetEnd = options.atEnd(close);
      take();
      schedule();
    },
    show(event) {
      events.push(event);
      // Also while nothing is drawn: the bodies in them are let go.
      if (events.length >= MOST_WAITING) takeEvents();
      schedule();
    },
    addOlder: (rows, left) => apply({ type: 'older', rows, left }),
    async end() {
      await lent?.catch(() => {});
      close();
    },
    close,
  };
}

function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  // A terminal that does not know its size says 0.
  return { columns: columns || 80, rows: rows || 24 };
}
