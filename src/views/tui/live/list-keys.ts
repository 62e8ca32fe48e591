import type { Key } from './keys.ts';
import { actedRow, type LiveState, layoutOf, refiltered, selectedIndex, selectedRow } from './live-state.ts';

/** What a key does in the list. */
export function listKey(state: LiveState, key: Key): LiveState {
  const page = layoutOf(state).listRows;
  switch (key) {
    case 'up':
    case 'k':
      return moved(state, -1);
    case 'down':
    case 'j':
      return moved(state, 1);
    case 'pageup':
    case 'ctrl-b':
      return moved(state, -page);
    case 'pagedown':
    case 'ctrl-f':
      return moved(state, page);
    case 'home':
    case 'g':
      return moved(state, -Infinity);
    case 'end':
    case 'G':
      return moved(state, Infinity);
    case 'enter':
    case 'right':
    case 'l':
      return opened(state);
    case 'escape':
      return state.filter === '' ? state : refiltered({ ...state, filter: '' });
    default:
      return commonKey(state, key);
  }
}

/** What a key does in the list and in the detail alike. */
export function commonKey(state: LiveState, key: Key): LiveState {
  if (key === '/') return { ...state, prompt: { kind: 'filter', text: state.filter } };
  if (key === 'p' || key === ' ') return paused(state);
  const row = actedRow(state);
  if (!'reycx'.includes(key)) return state;
  if (row?.id === undefined) return { ...state, status: { text: 'no delivery is selected', isBad: true } };
  if (key === 'x') return { ...state, request: { do: 'ask-export', row } };
  if (key === 'y' || key === 'c')
    return { ...state, request: { do: 'copy', row, what: key === 'y' ? 'body' : 'curl' } };
  return { ...state, request: { do: 'replay', row, isEdited: key === 'e' } };
}

/** The selection so many rows further; at the newest the view follows again. */
export function moved(state: LiveState, by: number): LiveState {
  const { shown } = state;
  const lastIndex = shown.length - 1;
  const index = Math.min(lastIndex, Math.max(0, selectedIndex(state) + by));
  const selected = shown[index]?.seq;
  return {
    ...state,
    ...(selected !== undefined && { selected }),
    isFollowing: index === lastIndex && by > 0 && state.pausedAt === undefined,
  };
}

/** The detail of the selected delivery. */
export function opened(state: LiveState): LiveState {
  const row = selectedRow(state);
  if (row === undefined) return state;
  return {
    ...state,
    pane: 'detail',
    detail: { row },
    // Else the delivery under one's eyes changes.
    isFollowing: false,
    scroll: { top: 0, left: 0 },
    request: { do: 'load', row },
  };
}

function paused(state: LiveState): LiveState {
  if (state.source === 'history') return state;
  if (state.pausedAt !== undefined) {
    const { pausedAt: _, ...running } = state;
    return refiltered({ ...running, isFollowing: state.pane === 'list' });
  }
  return refiltered({ ...state, pausedAt: state.rows.at(-1)?.seq ?? 0, isFollowing: false });
}
