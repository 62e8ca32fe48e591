import { writeFile } from 'node:fs/promises';
import { zlibCompression } from '../adapters/compression.ts';
import { editMeanwhile } from '../adapters/editor.ts';
import { randomSource } from '../adapters/random.ts';
import { splitPattern } from '../core/answering/answer-rule.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { examine } from '../core/examine.ts';
import { formatCurl } from '../core/export/curl.ts';
import { formatNdjson } from '../core/export/ndjson.ts';
import type { Recording } from '../core/recording.ts';
import { replayDelivery } from '../core/replay.ts';
import { shownUrl, withShownTarget } from '../core/shown-url.ts';
import type { Verification } from '../core/verification.ts';
import { wireRequest } from '../flows/wire-request.ts';
import type { LiveActions, ReplayOutcome } from '../views/tui/live/live-actions.ts';
import { connectionOptions, openClient } from './clients.ts';
import type { Context } from './context.ts';
import { timeoutFor } from './deliver.ts';
import { chooseEndpoint, withoutCredentials } from './endpoints.ts';
import { recognise } from './recognise.ts';
import { openRecorder } from './recorder.ts';
import { packOf, replaySigner } from './replay-signing.ts';
import { resolveSecrets } from './secrets.ts';
import type { SchemeFlags, SecretFlags } from './shared-options.ts';
import { knownSecrets, providerSchemes } from './verify.run.ts';
import type { Workspace } from './workspace.ts';

/** Flags of the command that opened the view, as far as they say how deliveries are signed and kept. */
export interface LiveFlags extends SecretFlags, SchemeFlags {
  provider?: string;
  unsigned?: boolean;
  record?: boolean;
  forwardTo?: string[];
}

export interface LivePlan {
  flags: LiveFlags;
  context: Context;
  workspace: Workspace;
  load: (id: string) => Promise<Recording>;
  quit: () => void;
}

/** What the keys of the live view do. */
export function createLiveActions({ flags, context, workspace, load, quit }: LivePlan): LiveActions {
  const { io } = context;
  return {
    load: async (id) => withShownTarget(await load(id)),
    explain: (recording) => explain(recording, flags, context, workspace),
    defaultEndpoint: ({ direction, target }) =>
      firstTarget(flags) ??
      workspace.setting('endpoint') ??
      (direction === 'sent' && URL.canParse(target)
        ? withoutCredentials(new URL(target)).url.href
        : undefined),
    replay: (recording, to, body) => replay({ recording, to, body }, flags, context, workspace),
    async edit({ body }) {
      const edited = await editMeanwhile(body, io.env);
      return Buffer.compare(edited, body) === 0 ? undefined : edited;
    },
    curl: (recording) => formatCurl(recording),
    exportName: ({ id }) => `${id}.ndjson`,
    exportTo,
    quit,
    // In raw mode the terminal makes no signal of it.
    interrupt: () => void process.kill(process.pid, 'SIGINT'),
  };
}

/** Where deliveries are passed on to, they are replayed to as well. */
function firstTarget({ forwardTo: [first] = [] }: LiveFlags): string | undefined {
  return first === undefined ? undefined : splitPattern(first).rest;
}

async function exportTo(recording: Recording, path: string, mayReplace: boolean): Promise<boolean> {
  try {
    await writeFile(path, formatNdjson(recording), { mode: 0o600, flag: mayReplace ? 'w' : 'wx' });
    return true;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    if ('code' in cause && cause.code === 'EEXIST') return false;
    throw new HooksError('file-unwritable', `cannot write ${path}`, { why: cause.message, cause });
  }
}

/** The same as `hooks verify` says of a recording. */
async function explain(
  recording: Recording,
  flags: LiveFlags,
  context: Context,
  workspace: Workspace,
): Promise<Verification | undefined> {
  const secrets = await resolveSecrets(flags, context, workspace);
  if (secrets === undefined) return undefined;
  const { id, headers, body, at } = recording;
  const delivery = { name: `the recording ${id}`, headers, body, receivedAt: at, notes: [] };
  return examine({
    ...recognise(delivery, flags, workspace),
    delivery,
    knownSecrets: knownSecrets(workspace, context, secrets),
    otherSchemes: providerSchemes(workspace),
    otherDeliveries: [],
    secrets,
    at,
    compression: zlibCompression,
    showsExpected: false,
  });
}

async function replay(
  { recording, to, body }: { recording: Recording; to: string; body: Uint8Array | undefined },
  flags: LiveFlags,
  context: Context,
  workspace: Workspace,
): Promise<ReplayOutcome> {
  const endpoint = chooseEndpoint(to, workspace);
  const { url, credentials } = endpoint;
  const { signing, note } = await signingFor(recording);
  const changed = body === undefined ? recording : { ...recording, body };
  const plan = {
    url: url.href,
    isAsIs: signing === undefined,
    isNewId: false,
    edits: [],
    headers: credentials,
  };
  const at = new Date();
  const delivery = replayDelivery(changed, plan, signing, { signedAt: at, random: randomSource(undefined) });
  const client = await openClient(await connectionOptions({}, url, context), 1);
  try {
    const timeoutMs = timeoutFor({}, workspace, packOf(recording, workspace)?.manifest);
    const result = await client.deliver(wireRequest(delivery), { timeoutMs, signal: context.io.signal });
    const notes = [note, flags.record === false ? undefined : await kept(delivery, { at, result })];
    return {
      url: shownUrl(url.href),
      at,
      isEdited: body !== undefined,
      result,
      ...(notes.some((one) => one !== undefined) && {
        note: notes.filter((one) => one !== undefined).join('; '),
      }),
    };
  } finally {
    await client.close();
  }

  /** Without a secret a replay goes as it came, which says more than a refusal to send it. */
  async function signingFor(one: Recording) {
    try {
      return { signing: (await replaySigner(flags, context, workspace, endpoint))(one), note: undefined };
    } catch (error) {
      if (!(error instanceof HooksError) || error.kind !== 'secret-missing') throw error;
      return { signing: undefined, note: 'not signed anew: no secret' };
    }
  }

  async function kept(
    delivery: Delivery,
    { at, result }: Pick<ReplayOutcome, 'at' | 'result'>,
  ): Promise<string | undefined> {
    const recorder = await openRecorder(context, workspace);
    try {
      const isFailed = result.kind === 'failed' || result.status > 299;
      await recorder.record(delivery, { attempt: 1, startedAt: at, result }, isFailed);
      return undefined;
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      return `not recorded: ${error.message}`;
    } finally {
      recorder.close();
    }
  }
}
