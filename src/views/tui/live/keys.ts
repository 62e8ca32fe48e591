/** A key that was pressed: the character itself, or the name of one that has none. */
export type Key = string;

const CONTROLS: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
};

const BY_LETTER: Readonly<Record<string, Key>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  Z: 'shift-tab',
};

const BY_NUMBER: Readonly<Record<string, Key>> = {
  '1': 'home',
  '3': 'delete',
  '4': 'end',
  '5': 'pageup',
  '6': 'pagedown',
  '7': 'home',
  '8': 'end',
};

// biome-ignore lint/complexity/useRegexLiterals: a literal may not hold the escape character.
const SEQUENCE = new RegExp('^\u001b(?:\\[(\\d*)(?:;\\d*)*([A-Za-z~])|O([A-Z]))');
// biome-ignore lint/complexity/useRegexLiterals: a literal may not hold the escape character.
const UNFINISHED = new RegExp('^\u001b(?:\\[[\\d;]*|O)?$');

export interface KeyReader {
  /** The keys that end in this piece of input. */
  read(chunk: Uint8Array): Key[];
  /** True where an Escape may yet turn out to be the start of another key: call `flush` when nothing follows. */
  isPending(): boolean;
  flush(): Key[];
}

/** Makes keys of what a terminal in raw mode sends; over a slow line one key may come in several pieces. */
export function createKeyReader(): KeyReader {
  const decoder = new TextDecoder();
  let held = '';
  return {
    read(chunk) {
      const { keys, rest } = split(held + decoder.decode(chunk, { stream: true }));
      held = rest;
      return keys;
    },
    isPending: () => held !== '',
    flush() {
      const keys = held === '' ? [] : ['escape', ...split(held.slice(1)).keys];
      held = '';
      return keys;
    },
  };
}

function split(text: string): { keys: Key[]; rest: string } {
  const keys: Key[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    if (!rest.startsWith('\u001b')) {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      keys.push(named(character));
      at += character.length;
      continue;
    }
    const match = SEQUENCE.exec(rest);
    if (match === null && UNFINISHED.test(rest)) return { keys, rest };
    const key = match === null ? 'escape' : sequenceKey(match);
    if (key !== undefined) keys.push(key);
    at += match?.[0].length ?? 1;
  }
  return { keys, rest: '' };
}

function sequenceKey([, number = '', final = '', function_ = '']: RegExpExecArray): Key | undefined {
  return final === '~' ? BY_NUMBER[number] : BY_LETTER[final || function_];
}

function named(character: string): Key {
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  const code = character.charCodeAt(0);
  return code < 0x20 ? `ctrl-${String.fromCharCode(code + 0x60)}` : character;
}

/** The character that a key writes into a line of text, or undefined. */
export function writtenBy(key: Key): string | undefined {
  const [first, second] = key;
  const isOne = first !== undefined && (second === undefined || [...key].length === 1);
  return isOne && !/^\p{Cc}$/u.test(key) ? key : undefined;
}
