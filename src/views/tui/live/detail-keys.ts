import { detailSource } from './detail-source.ts';
import type { Key } from './keys.ts';
import { commonKey, moved, opened } from './list-keys.ts';
import { type LiveState, layoutOf, settled, TABS } from './live-state.ts';

const SIDEWAYS = 16;

/** What a key does in the detail. */
export function detailKey(state: LiveState, key: Key): LiveState {
  const page = layoutOf(state).detailRows;
  switch (key) {
    case 'escape':
    case 'enter':
    case 'h':
      return { ...state, pane: 'list' };
    case 'up':
    case 'k':
      return scrolled(state, -1);
    case 'down':
    case 'j':
      return scrolled(state, 1);
    case 'pageup':
    case 'ctrl-b':
      return scrolled(state, -page);
    case 'pagedown':
    case 'ctrl-f':
      return scrolled(state, page);
    case 'home':
    case 'g':
      return scrolled(state, -Infinity);
    case 'end':
    case 'G':
      return scrolled(state, Infinity);
    case 'left':
      return aside(state, -SIDEWAYS);
    case 'right':
      return aside(state, SIDEWAYS);
    case 'tab':
      return turned(state, 1);
    case 'shift-tab':
      return turned(state, -1);
    case 'J':
    case 'n':
      return opened(settled(moved(state, 1)));
    case 'K':
    case 'N':
      return opened(settled(moved(state, -1)));
    default: {
      const tab = TABS[Number(key) - 1];
      return tab === undefined ? commonKey(state, key) : { ...state, tab, scroll: { top: 0, left: 0 } };
    }
  }
}

function scrolled(state: LiveState, by: number): LiveState {
  const lowest = Math.max(0, detailSource(state).count - layoutOf(state).detailRows);
  const top = Math.min(lowest, Math.max(0, state.scroll.top + by));
  return { ...state, scroll: { ...state.scroll, top } };
}

function aside(state: LiveState, by: number): LiveState {
  return { ...state, scroll: { ...state.scroll, left: Math.max(0, state.scroll.left + by) } };
}

function turned(state: LiveState, by: number): LiveState {
  const index = (TABS.indexOf(state.tab) + by + TABS.length) % TABS.length;
  return { ...state, tab: TABS[index] ?? 'body', scroll: { top: 0, left: 0 } };
}
