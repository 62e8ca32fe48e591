import { charactersOf } from '../../cell-width.ts';
import { type Key, writtenBy } from './keys.ts';
import { actedRow, type LiveRequest, type LiveState, type Prompt, refiltered } from './live-state.ts';

/** What a key does while a line is being written. */
export function promptKey(state: LiveState, prompt: Prompt, key: Key): LiveState {
  if (key === 'escape') return cancelled(state, prompt);
  if (prompt.kind === 'replace') return key === 'y' ? accepted(state, prompt) : cancelled(state, prompt);
  if (key === 'enter') return accepted(state, prompt);
  const text = edited(prompt.text, key);
  return text === undefined ? state : written(state, { ...prompt, text });
}

function edited(text: string, key: Key): string | undefined {
  if (key === 'backspace') return [...charactersOf(text)].slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S+\s*$/, '');
  const character = writtenBy(key);
  return character === undefined ? undefined : text + character;
}

/** A filter holds while it is being written. */
function written(state: LiveState, prompt: Prompt): LiveState {
  const next = { ...state, prompt };
  return prompt.kind === 'filter' ? refiltered({ ...next, filter: prompt.text }) : next;
}

function cancelled(state: LiveState, prompt: Prompt): LiveState {
  const { prompt: _, ...rest } = state;
  if (prompt.kind === 'filter') return refiltered({ ...rest, filter: '' });
  return { ...rest, status: { text: 'left as it was', isBad: false } };
}

function accepted(state: LiveState, prompt: Prompt): LiveState {
  const { prompt: _, status: __, ...rest } = state;
  if (prompt.kind === 'filter') return rest;
  const row = actedRow(state);
  const text = prompt.text.trim();
  if (row === undefined || text === '') return cancelled(state, prompt);
  const request: LiveRequest =
    prompt.kind === 'to'
      ? { do: 'replay', row, isEdited: prompt.isEdited ?? false, to: text }
      : { do: 'export', row, path: text, mayReplace: prompt.kind === 'replace' };
  return { ...rest, request };
}
