import { Box, render, Static, Text } from 'ink';
import { formatDuration } from '../../core/duration.ts';
import type { RunEvent } from '../../core/run-event.ts';
import { doneCount, nextProgress, type ProgressState, startProgress } from './progress-state.ts';

const BAR_WIDTH = 24;
// Nobody reads more; the counts go on.
const MOST_LINES = 200;

/** A line that shows how far a run is, with what has to be read above it. */
export interface ProgressLine {
  /** Takes note of an event; `text` is a line about it that stays on the screen. */
  show(event: RunEvent, text: string): void;
  /** Removes the line until the next event, so that something else can be written. */
  clear(): void;
  /** Removes the line and gives the terminal back. */
  end(): void;
}

/** Draws the progress of a run of `total` deliveries on a terminal. */
export function openProgressLine(total: number, terminal: NodeJS.WriteStream): ProgressLine {
  let state = startProgress(total);
  let lines: string[] = [];
  // Ctrl-C belongs to the run, which ends itself and sums up.
  const ink = render(<Progress state={state} lines={lines} />, {
    stdout: terminal,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  return {
    show(event, text) {
      state = nextProgress(state, event);
      if (text !== '' && lines.length < MOST_LINES) lines = [...lines, text.replace(/\n$/, '')];
      ink.rerender(<Progress state={state} lines={lines} />);
    },
    clear: () => ink.clear(),
    end() {
      ink.clear();
      ink.unmount();
    },
  };
}

function Progress({ state, lines }: { state: ProgressState; lines: string[] }) {
  const done = doneCount(state);
  const filled = state.total === 0 ? 0 : Math.round((done / state.total) * BAR_WIDTH);
  return (
    <>
      <Static items={lines}>{(line, index) => <Text key={index}>{line}</Text>}</Static>
      {!state.isFinished && (
        <Box gap={1}>
          <Text color="cyan">{'█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)}</Text>
          <Text>{`${done}/${state.total}`}</Text>
          <Text color="green">{`${state.delivered} delivered`}</Text>
          {state.failed > 0 && <Text color="red">{`${state.failed} failed`}</Text>}
          {state.unreachable > 0 && <Text color="red">{`${state.unreachable} without an answer`}</Text>}
          {state.latencyMs !== undefined && <Text dimColor>{formatDuration(state.latencyMs)}</Text>}
        </Box>
      )}
    </>
  );
}
