import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { packageVersion } from '../adapters/package-root.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { openRecordings, type RecordingReader } from '../adapters/store/reader.ts';
import { HooksError } from '../core/errors.ts';
import { formatCurl } from '../core/export/curl.ts';
import { createFixture } from '../core/export/fixture.ts';
import { formatHar } from '../core/export/har.ts';
import { formatHttpFile } from '../core/export/http-message.ts';
import { formatNdjson } from '../core/export/ndjson.ts';
import type { Recording } from '../core/recording.ts';
import { redactRecording } from '../core/redact.ts';
import { withShownTarget } from '../core/shown-url.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { resolveSecrets } from './secrets.ts';
import { withProviderIds } from './selection-names.ts';
import { type SelectionFlags, selectionFrom } from './selection-options.ts';
import type { ConfigFlag, OutputFlags, SchemeFlags, SecretFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

type Format = 'ndjson' | 'har' | 'curl' | 'http' | 'fixture' | 'scenario';

export interface ExportFlags extends SelectionFlags, SecretFlags, SchemeFlags, OutputFlags, ConfigFlag {
  format: Format;
  output?: string;
  redact?: string[];
}

/** Writes what is selected, the oldest first, to stdout, a file or (samples) a folder. */
export async function exportRecordings(
  ids: readonly string[],
  flags: ExportFlags,
  context: Context,
): Promise<void> {
  const source = openRecordings(stateDirectory(context.io.env));
  try {
    const workspace = await loadWorkspace(context, flags);
    const selected = source.list(withProviderIds(selectionFrom(ids, flags), workspace.packs));
    if (selected.length === 0) {
      throw new HooksError('unknown-name', 'no recorded delivery matches', {
        next: 'look with `hooks history`',
      });
    }
    const order = (ids.length > 0 ? selected : selected.reverse()).map(({ id }) => id);
    // Several event types rarely have all the paths; a path that the only delivery lacks is a mistake.
    const redacted = await redaction(flags, context, workspace, order.length > 1 ? 'skip' : 'refuse');
    const recordings = read(source, order, redacted);
    if (flags.format === 'fixture') await writeFixtures([...recordings], flags, context);
    else if (flags.format === 'scenario') {
      const { scenarioText } = await import('./scenario-export.ts');
      await writeTo(flags.output, context, [scenarioText(recordings, flags, workspace)]);
    } else await writeTo(flags.output, context, format(recordings, flags.format));
  } finally {
    source.close();
  }
}

function* read(
  source: RecordingReader,
  ids: readonly string[],
  change: (recording: Recording) => Recording,
): Generator<Recording> {
  for (const id of ids) yield change(withShownTarget(source.read(id)));
}

function* format(
  recordings: Iterable<Recording>,
  name: Exclude<Format, 'fixture' | 'scenario'>,
): Generator<string | Uint8Array> {
  if (name === 'har') yield* formatHar(recordings, { name: 'hooks', version: packageVersion() });
  else if (name === 'http') yield* formatHttpFile(recordings);
  else
    for (const recording of recordings)
      yield name === 'curl' ? formatCurl(recording) : formatNdjson(recording);
}

async function redaction(
  flags: ExportFlags,
  context: Context,
  workspace: Workspace,
  unknownPaths: 'refuse' | 'skip',
): Promise<(recording: Recording) => Recording> {
  const paths = flags.redact;
  if (paths === undefined) return (recording) => recording;
  const texts = await resolveSecrets(flags, context, workspace);
  return (recording) => {
    const pack = workspace.packs.find(({ manifest }) => manifest.id === recording.provider);
    const { scheme } = schemeFromFlags(pack, flags, workspace);
    if (scheme.needsSecret && texts === undefined) {
      throw new HooksError(
        'secret-missing',
        'a redacted delivery is signed anew, and there is no secret to sign it with',
        {
          next: 'give a test secret with --secret-file or HOOKS_SECRET; what is exported verifies with it',
        },
      );
    }
    const secrets = scheme.needsSecret ? (texts ?? []).map((text) => scheme.parseSecret(text)) : [];
    return redactRecording(recording, { paths, scheme, secrets, unknownPaths });
  };
}

async function writeTo(
  path: string | undefined,
  { io }: Context,
  parts: Iterable<string | Uint8Array>,
): Promise<void> {
  if (path === undefined) {
    for (const part of parts) await writeAll(io.stdout, part);
    return;
  }
  // Beside it first: what stood there is lost only once there is something to take its place.
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(parts), createWriteStream(unfinished, { mode: 0o600 }));
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw isSystemError(cause) ? unwritable(path, cause) : cause;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function writeFixtures(
  recordings: readonly Recording[],
  { output }: ExportFlags,
  { io }: Context,
): Promise<void> {
  const [only, second] = recordings;
  if (output === undefined) {
    if (only === undefined || second !== undefined) {
      throw new HooksError('usage', 'samples of several deliveries need a folder to go to', {
        next: 'name it with --output <folder>',
      });
    }
    await writeAll(io.stdout, createFixture(only).bytes);
    return;
  }
  try {
    await mkdir(output, { recursive: true });
    const written = new Set<string>();
    for (const recording of recordings) {
      const { fileName: suggested, bytes } = createFixture(recording);
      // Two deliveries of one event type are two samples: the second is a variant.
      const fileName = written.has(suggested)
        ? suggested.replace(/\.json$/, `@${recording.id.toLowerCase()}.json`)
        : suggested;
      written.add(suggested);
      await writeFile(join(output, fileName), bytes);
      await writeAll(io.stderr, `${join(output, fileName)}\n`);
    }
  } catch (cause) {
    throw isSystemError(cause) ? unwritable(output, cause) : cause;
  }
}

function unwritable(path: string, cause: unknown): HooksError {
  return new HooksError('file-unwritable', `cannot write ${path}`, {
    why: cause instanceof Error ? cause.message : String(cause),
    cause,
  });
}
