import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { LiveScreen } from './live-screen.tsx';
import type { LiveState } from './live-state.ts';

/** Makes frames of states. */
export interface Frames {
  frame(state: LiveState): string;
  end(): void;
}

/** Lays frames out with Ink. */
export function createFrames(first: LiveState): Frames {
  // A stream that only keeps the last frame: `screen.ts` paints what has changed.
  const sink = Object.assign(new EventEmitter(), {
    columns: first.size.columns,
    last: '',
    write(text: string) {
      sink.last = text;
      return true;
    },
  });
  // With `debug` Ink writes each frame whole and at once, also where it takes the surroundings for CI.
  const ink = render(<LiveScreen state={first} />, {
    stdout: sink as unknown as NodeJS.WriteStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    frame(state) {
      sink.columns = state.size.columns;
      ink.rerender(<LiveScreen state={state} />);
      return sink.last;
    },
    end: () => ink.unmount(),
  };
}
