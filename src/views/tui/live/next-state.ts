import type { ForwardOutcome, RunEvent } from '../../../core/run-event.ts';
import type { Verification } from '../../../core/verification.ts';
import { detailKey } from './detail-keys.ts';
import type { Key } from './keys.ts';
import { listKey } from './list-keys.ts';
import type { ReplayOutcome } from './live-actions.ts';
import { type LiveRow, rowOfDelivery, rowOfRefusal, withForward } from './live-row.ts';
import { type Detail, type LiveState, refiltered, settled } from './live-state.ts';
import { promptKey } from './prompt-keys.ts';

/** Everything that changes what the view shows. */
export type LiveInput =
  | { type: 'events'; events: readonly RunEvent[] }
  | { type: 'key'; key: Key }
  | { type: 'resized'; columns: number; rows: number }
  /** Older rows, the oldest first; `left` more follow. */
  | { type: 'older'; rows: readonly LiveRow[]; left: number }
  | { type: 'loaded'; detail: Detail }
  | { type: 'explained'; seq: number; verification: Verification }
  | { type: 'replayed'; id: string; to: string; outcome: ReplayOutcome; summary: string; isBad: boolean }
  | { type: 'asked'; prompt: NonNullable<LiveState['prompt']> }
  | { type: 'said'; text: string; isBad: boolean };

/** The state after one more input. */
export function nextState(before: LiveState, input: LiveInput): LiveState {
  const { request: _, ...state } = before;
  switch (input.type) {
    case 'events':
      return input.events.length === 0 ? state : withEvents(state, input.events);
    case 'key':
      return withKey(state, input.key);
    case 'resized':
      return settled({ ...state, size: { columns: input.columns, rows: input.rows } });
    case 'older':
      return withOlder(state, input.rows, input.left);
    case 'loaded':
      return input.detail.row.seq === state.detail?.row.seq ? { ...state, detail: input.detail } : state;
    case 'explained':
      return input.seq === state.detail?.row.seq
        ? { ...state, detail: { ...state.detail, verification: input.verification } }
        : state;
    case 'replayed': {
      const { id, to, outcome, summary, isBad } = input;
      const replays = new Map(state.replays).set(id, [...(state.replays.get(id) ?? []), outcome]);
      return { ...state, replays, endpoint: to, status: { text: summary, isBad } };
    }
    case 'asked':
      return { ...state, prompt: input.prompt };
    case 'said':
      return { ...state, status: { text: input.text, isBad: input.isBad } };
  }
}

function withKey(state: LiveState, key: Key): LiveState {
  if (key === 'ctrl-c') return { ...state, request: { do: 'interrupt' } };
  if (state.prompt !== undefined) return settled(promptKey(state, state.prompt, key));
  const { status: _, ...quiet } = state;
  if (state.pane === 'help') return { ...quiet, pane: state.helpFrom };
  if (key === '?') return { ...quiet, pane: 'help', helpFrom: state.pane };
  if (key === 'q') return { ...quiet, request: { do: 'quit' } };
  return settled(state.pane === 'detail' ? detailKey(quiet, key) : listKey(quiet, key));
}

/** Several at once: many come between two frames. */
function withEvents(state: LiveState, events: readonly RunEvent[]): LiveState {
  // Its lists are this function's own until it returns.
  const news: News = { rows: [...state.rows], counts: { ...state.counts } };
  let seq = (state.rows.at(-1)?.seq ?? state.fallen) + 1;
  for (const event of events) {
    const row = takeEvent(news, event, seq);
    if (row === undefined) continue;
    news.rows.push(row);
    seq++;
  }
  const { rows, counts, status } = news;
  const surplus = Math.max(0, rows.length - state.capacity);
  const { detail } = state;
  // A forward may have been tried again meanwhile.
  const openRow = rows.findLast((row) => row.seq === detail?.row.seq);
  return settled(
    refiltered({
      ...state,
      rows: surplus === 0 ? rows : rows.slice(surplus),
      fallen: state.fallen + surplus,
      counts,
      ...(detail && openRow && { detail: { ...detail, row: openRow } }),
      ...(status !== undefined && { status }),
    }),
  );
}

interface News {
  rows: LiveRow[];
  counts: LiveState['counts'];
  status?: NonNullable<LiveState['status']>;
}

/** Takes note of an event; gives the row that it adds. */
function takeEvent(news: News, event: RunEvent, seq: number): LiveRow | undefined {
  switch (event.type) {
    case 'delivery.received':
      return event.isShown ? counted(news, rowOfDelivery(event, seq)) : undefined;
    case 'forward.retried':
      addForward(news.rows, event.deliveryId, event);
      return undefined;
    case 'request.refused':
      news.counts.turnedAway++;
      return rowOfRefusal(event, seq);
    case 'warning':
      news.status = { text: event.message, isBad: true };
      return undefined;
    default:
      return undefined;
  }
}

function counted(news: News, row: LiveRow): LiveRow {
  news.counts.received++;
  if (row.signature === 'refused') news.counts.refused++;
  if (row.body === 'invalid' || row.body === 'not-json') news.counts.wrongBody++;
  return row;
}

function addForward(rows: LiveRow[], id: string, forward: ForwardOutcome): void {
  const index = rows.findLastIndex((row) => row.id === id);
  const row = rows[index];
  if (row !== undefined) rows[index] = withForward(row, forward);
}

function withOlder(state: LiveState, older: readonly LiveRow[], left: number): LiveState {
  const { loading: _, ...rest } = state;
  const rows = [...older, ...state.rows];
  // What is on the screen stays where it is.
  const top = state.top + older.length;
  return settled(refiltered({ ...rest, rows, top, ...(left > 0 && { loading: rows.length + left }) }));
}
