/** What of a terminal the screen is painted on. */
export interface Paper {
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

export interface Screen {
  /** Takes the terminal: another screen than that of the shell, without a cursor. */
  enter(): void;
  /** Gives it back as it was; does nothing where it was not taken. */
  leave(): void;
  /** Writes the lines that differ from the last frame. */
  paint(frame: string): void;
  /** Writes every line with the next frame, as after a change of size. */
  forget(): void;
  /** True while the terminal is slower than we are: a frame that is painted now would only wait. */
  isBusy(): boolean;
}

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
// Terminals that know it show the whole frame at once.
const BEGIN_FRAME = '\u001b[?2026h';
const END_FRAME = '\u001b[?2026l';

/** Paints frames on a terminal, line by line, so that over a slow connection little is sent. `onRoom`: it can take more. */
export function createScreen(paper: Paper, onRoom: () => void): Screen {
  let painted: readonly string[] | undefined;
  let isEntered = false;
  let isBusy = false;

  function write(text: string): void {
    if (paper.write(text) || isBusy) return;
    isBusy = true;
    paper.once('drain', () => {
      isBusy = false;
      onRoom();
    });
  }

  return {
    enter() {
      if (isEntered) return;
      isEntered = true;
      painted = undefined;
      write(ENTER);
    },
    leave() {
      if (!isEntered) return;
      isEntered = false;
      paper.write(LEAVE);
    },
    paint(frame) {
      if (!isEntered) return;
      const lines = frame.split('\n');
      const changes = lines.flatMap((line, index) =>
        line === painted?.[index] ? [] : [`\u001b[${index + 1};1H\u001b[0m\u001b[K${line}\u001b[0m`],
      );
      const clears = painted === undefined ? '\u001b[2J' : '';
      painted = lines;
      if (changes.length > 0 || clears !== '')
        write(`${BEGIN_FRAME}${clears}${changes.join('')}${END_FRAME}`);
    },
    forget() {
      painted = undefined;
    },
    isBusy: () => isBusy,
  };
}
