import type { ChalkInstance } from 'chalk';
import type { Recording } from '../../../core/recording.ts';
import type { Verification } from '../../../core/verification.ts';
import type { ReplayOutcome } from './live-actions.ts';
import { createFilter, type LiveRow } from './live-row.ts';

export const TABS = ['body', 'headers', 'verdicts', 'answers', 'raw'] as const;
export type Tab = (typeof TABS)[number];

/** The delivery that the detail shows, as far as it has been loaded. */
export interface Detail {
  row: LiveRow;
  recording?: Recording;
  /** Why it cannot be shown. */
  problem?: string;
  /** Why its signature is refused. */
  verification?: Verification;
}

/** A line that the user is writing. */
export interface Prompt {
  kind: 'filter' | 'to' | 'export' | 'replace';
  text: string;
  /** What the line is for, with the next replay. */
  isEdited?: boolean;
}

/** What the last input asks to be done; whoever drives the view does it once. */
export type LiveRequest =
  | { do: 'load'; row: LiveRow }
  | { do: 'replay'; row: LiveRow; isEdited: boolean; to?: string }
  | { do: 'copy'; row: LiveRow; what: 'body' | 'curl' }
  | { do: 'ask-export'; row: LiveRow }
  | { do: 'export'; row: LiveRow; path: string; mayReplace: boolean }
  | { do: 'quit' }
  | { do: 'interrupt' };

export interface LiveState {
  title: string;
  subtitle: string;
  source: 'listen' | 'history';
  colors: ChalkInstance;
  size: { columns: number; rows: number };
  rows: readonly LiveRow[];
  /** How many rows are kept; the oldest fall out. */
  capacity: number;
  fallen: number;
  counts: { received: number; refused: number; wrongBody: number; turnedAway: number };
  /** How many there are in all, where they are still being loaded. */
  loading?: number;
  /** The rows that filter and pause let through. */
  shown: readonly LiveRow[];
  filter: string;
  /** While paused: the last row that is shown. */
  pausedAt?: number;
  /** Row that is selected, by its seq. */
  selected?: number;
  /** Index in `shown` of the row at the top. */
  top: number;
  /** The newest is selected as it comes. */
  isFollowing: boolean;
  pane: 'list' | 'detail' | 'help';
  /** What the help goes back to. */
  helpFrom: 'list' | 'detail';
  tab: Tab;
  scroll: { top: number; left: number };
  detail?: Detail;
  replays: ReadonlyMap<string, readonly ReplayOutcome[]>;
  prompt?: Prompt;
  status?: { text: string; isBad: boolean };
  /** Where replays go in this session. */
  endpoint?: string;
  request?: LiveRequest;
}

export interface LiveStart {
  title: string;
  subtitle: string;
  source: 'listen' | 'history';
  colors: ChalkInstance;
  size: { columns: number; rows: number };
  capacity: number;
}

export function startLive(start: LiveStart): LiveState {
  return {
    ...start,
    rows: [],
    fallen: 0,
    counts: { received: 0, refused: 0, wrongBody: 0, turnedAway: 0 },
    shown: [],
    filter: '',
    top: 0,
    isFollowing: true,
    pane: 'list',
    helpFrom: 'list',
    tab: 'body',
    scroll: { top: 0, left: 0 },
    replays: new Map(),
  };
}

// Below this the detail takes the place of the list.
const WIDE_COLUMNS = 120;

/** Where things stand on a screen of that size; all in cells. */
export function layoutOf({ size: { columns, rows }, pane }: LiveState) {
  const isSplit = pane === 'detail' && columns >= WIDE_COLUMNS;
  const listColumns = isSplit ? Math.floor(columns * 0.45) : columns;
  // Title above; status and keys below.
  const bodyRows = Math.max(1, rows - 3);
  return {
    isSplit,
    bodyRows,
    listColumns,
    // Without the heads of the columns.
    listRows: Math.max(1, bodyRows - 1),
    detailColumns: isSplit ? columns - listColumns - 1 : columns,
    // Without the head and the tabs.
    detailRows: Math.max(1, bodyRows - 3),
  };
}

/** Index of the selected row among those shown, -1 where none is. */
export function selectedIndex({ shown, selected }: Pick<LiveState, 'shown' | 'selected'>): number {
  if (selected === undefined) return -1;
  let low = 0;
  let high = shown.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const seq = shown[middle]?.seq ?? 0;
    if (seq === selected) return middle;
    if (seq < selected) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function selectedRow(state: LiveState): LiveRow | undefined {
  return state.shown[selectedIndex(state)];
}

/** The delivery that a key acts on. */
export function actedRow(state: LiveState): LiveRow | undefined {
  return state.pane === 'detail' ? state.detail?.row : selectedRow(state);
}

/** The state with `shown` made anew from rows, filter and pause. */
export function refiltered(state: LiveState): LiveState {
  const fits = createFilter(state.filter);
  const { pausedAt, rows } = state;
  const shown =
    fits === undefined && pausedAt === undefined
      ? rows
      : rows.filter((row) => (pausedAt === undefined || row.seq <= pausedAt) && (fits?.(row) ?? true));
  return { ...state, shown };
}

/** The state with a selection that is shown, and a window that holds it. */
export function settled(state: LiveState): LiveState {
  const { shown, isFollowing } = state;
  const last = shown.at(-1);
  if (last === undefined) {
    const { selected: _, ...rest } = state;
    return { ...rest, top: 0 };
  }
  const height = layoutOf(state).listRows;
  const selected = isFollowing ? last.seq : nearestSeq(state, last);
  const index = selectedIndex({ shown, selected });
  const latestTop = Math.max(0, shown.length - height);
  const wanted = isFollowing ? latestTop : state.top;
  const top = Math.min(Math.max(wanted, index - height + 1, 0), index, latestTop);
  return { ...state, selected, top: Math.max(0, top) };
}

/** The selected row, or the next one that is still shown. */
function nearestSeq({ shown, selected }: LiveState, last: LiveRow): number {
  if (selected === undefined) return last.seq;
  return (shown.find(({ seq }) => seq >= selected) ?? last).seq;
}
