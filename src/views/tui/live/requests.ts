import { HooksError } from '../../../core/errors.ts';
import type { Recording } from '../../../core/recording.ts';
import { clipboardSequence } from './clipboard.ts';
import type { LiveActions, ReplayOutcome } from './live-actions.ts';
import type { LiveRow } from './live-row.ts';
import type { LiveRequest, LiveState } from './live-state.ts';
import type { LiveInput } from './next-state.ts';

/** What a request needs besides the actions. */
export interface RequestSurroundings {
  actions: LiveActions;
  state(): LiveState;
  apply(input: LiveInput): void;
  /** Writes to the terminal beside the frames. */
  write(text: string): void;
  /** Gives the terminal to something else as long as that runs. */
  lend<T>(use: () => Promise<T>): Promise<T>;
  isInTmux: boolean;
}

/** Does what the state asks for. What fails with a HooksError is said on the screen; anything else is thrown. */
export async function fulfil(request: LiveRequest, surroundings: RequestSurroundings): Promise<void> {
  const { apply } = surroundings;
  try {
    await doRequest(request, surroundings);
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    apply({ type: 'said', text: described(error), isBad: true });
  }
}

async function doRequest(request: LiveRequest, surroundings: RequestSurroundings): Promise<void> {
  const { actions } = surroundings;
  switch (request.do) {
    case 'quit':
      return actions.quit();
    case 'interrupt':
      return actions.interrupt();
    case 'load':
      return load(request.row, surroundings);
    case 'copy':
      return copy(await recordingOf(request.row, surroundings), request.what, surroundings);
    case 'replay':
      return replay(request, surroundings);
    case 'ask-export': {
      const text = actions.exportName(await recordingOf(request.row, surroundings));
      return surroundings.apply({ type: 'asked', prompt: { kind: 'export', text } });
    }
    case 'export':
      return exportTo(request, surroundings);
  }
}

async function load(row: LiveRow, { actions, state, apply }: RequestSurroundings): Promise<void> {
  if (row.id === undefined) {
    const problem = `${row.name}: it was turned away before it became a delivery, so there is nothing to open`;
    return apply({ type: 'loaded', detail: { row, problem } });
  }
  let recording: Recording;
  try {
    recording = await actions.load(row.id);
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    return apply({ type: 'loaded', detail: { row, problem: described(error) } });
  }
  apply({ type: 'loaded', detail: { row, recording } });
  if (recording.verdicts?.signature.state !== 'refused') return;
  const verification = await actions.explain(recording);
  if (verification !== undefined && state().detail?.row.seq === row.seq)
    apply({ type: 'explained', seq: row.seq, verification });
}

async function recordingOf(row: LiveRow, { actions, state }: RequestSurroundings): Promise<Recording> {
  const open = state().detail;
  if (open?.row.seq === row.seq && open.recording !== undefined) return open.recording;
  return actions.load(row.id ?? '');
}

function copy(
  recording: Recording,
  what: 'body' | 'curl',
  { actions, apply, write, isInTmux }: RequestSurroundings,
): void {
  const bytes = what === 'body' ? recording.body : new TextEncoder().encode(actions.curl(recording));
  const sequence = clipboardSequence(bytes, isInTmux);
  if (sequence === undefined) {
    const text = 'too large for the clipboard of a terminal; x writes it to a file';
    apply({ type: 'said', text, isBad: true });
    return;
  }
  write(sequence);
  const name = what === 'body' ? 'the body' : 'a curl command';
  apply({ type: 'said', text: `copied ${name}, if this terminal lets programs copy`, isBad: false });
}

async function replay(
  { row, isEdited, to }: Extract<LiveRequest, { do: 'replay' }>,
  surroundings: RequestSurroundings,
): Promise<void> {
  const { actions, state, apply, lend } = surroundings;
  const recording = await recordingOf(row, surroundings);
  const endpoint = to ?? state().endpoint ?? actions.defaultEndpoint(recording);
  if (endpoint === undefined) return apply({ type: 'asked', prompt: { kind: 'to', text: '', isEdited } });
  const body = isEdited ? await lend(() => actions.edit(recording)) : undefined;
  if (isEdited && body === undefined)
    return apply({ type: 'said', text: 'the body was not changed, so nothing was sent', isBad: false });
  apply({ type: 'said', text: `replaying to ${endpoint} …`, isBad: false });
  const outcome = await actions.replay(recording, endpoint, body);
  const isBad = outcome.result.kind === 'failed' || outcome.result.status > 299;
  apply({
    type: 'replayed',
    id: recording.id,
    to: endpoint,
    outcome,
    summary: replaySummary(outcome),
    isBad,
  });
}

function replaySummary({ url, isEdited, result, note }: ReplayOutcome): string {
  const what = isEdited ? 'edited replay' : 'replay';
  const came =
    result.kind === 'failed'
      ? `✗ ${result.message}`
      : `${result.status} in ${Math.round(result.durationMs)} ms`;
  return `${what} to ${url}: ${came}${note === undefined ? '' : ` (${note})`}`;
}

async function exportTo(
  { row, path, mayReplace }: Extract<LiveRequest, { do: 'export' }>,
  surroundings: RequestSurroundings,
): Promise<void> {
  const { actions, apply } = surroundings;
  const isWritten = await actions.exportTo(await recordingOf(row, surroundings), path, mayReplace);
  if (isWritten) return apply({ type: 'said', text: `written to ${path}`, isBad: false });
  apply({ type: 'asked', prompt: { kind: 'replace', text: path } });
}

function described({ message, why, next }: HooksError): string {
  return [message, why, next].filter((part) => part !== undefined).join('; ');
}
