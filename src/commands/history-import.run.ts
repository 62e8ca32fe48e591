import { stateDirectory } from '../adapters/state-directory.ts';
import { hasStore } from '../adapters/store/database.ts';
import { openRecordings, type RecordingReader } from '../adapters/store/reader.ts';
import { createRecordingWriter } from '../adapters/store/writer.ts';
import { createImportIds, type ImportId } from '../core/import/import-id.ts';
import type { ImportedRecording } from '../core/import/imported-recording.ts';
import { chooseScheme } from '../core/provider-scheme.ts';
import type { Recording } from '../core/recording.ts';
import { DEFAULT_RETENTION } from '../core/retention.ts';
import { maskSecretHeaders } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { readInput } from './input.ts';
import { parseRecordingFile } from './recording-file.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

// All of them are committed in one transaction.
const WRITES_AT_ONCE = 500;

/** Adds the deliveries in the files to the history, with the time that they had; those that are there already are left out. */
export async function importRecordings(
  files: readonly string[],
  flags: OutputFlags & ConfigFlag,
  context: Context,
): Promise<void> {
  const { io } = context;
  const directory = stateDirectory(io.env);
  const signatureHeaders = namesToKeep(await loadWorkspace(context, flags));
  const now = new Date();
  const kept = hasStore(directory) ? openRecordings(directory) : undefined;
  const isKnown = createKnown(kept);
  const writer = createRecordingWriter(
    directory,
    { ...DEFAULT_RETENTION, maxAgeMs: Number.POSITIVE_INFINITY },
    () => new Date(),
  );
  let imported = 0;
  let skipped = 0;
  try {
    for (const path of files) {
      const idOf = createImportIds(now);
      let waiting: Promise<void>[] = [];
      for (const { importWarning, ...found } of parseRecordingFile(await readInput(path, io.stdin), path)) {
        if (importWarning !== undefined) await writeAll(io.stderr, `note: ${visible(importWarning)}\n`);
        const importId = idOf(found);
        if (isKnown(found, importId)) {
          skipped++;
          continue;
        }
        imported++;
        waiting.push(writer.write(asKept(found, importId.id, now, signatureHeaders)));
        if (waiting.length < WRITES_AT_ONCE) continue;
        await Promise.all(waiting);
        waiting = [];
      }
      await Promise.all(waiting);
    }
  } finally {
    writer.close();
    kept?.close();
  }
  const there = skipped === 0 ? '' : `, ${skipped} ${skipped === 1 ? 'was' : 'were'} there already`;
  await writeAll(
    io.stdout,
    flags.json ? formatEventJson({ imported, skipped }) : flags.quiet ? '' : `imported ${imported}${there}\n`,
  );
}

/** Tells what the history held before, or another file of this call has brought. */
function createKnown(kept: RecordingReader | undefined) {
  const seen = new Set<string>();
  return ({ id, body }: ImportedRecording, { known }: ImportId): boolean => {
    if (seen.has(known)) return true;
    seen.add(known);
    if (kept === undefined) return false;
    return kept.hasId(known) || (id !== undefined && kept.holds(id, body));
  };
}

function asKept(found: ImportedRecording, id: string, now: Date, needed: readonly string[]): Recording {
  return {
    ...found,
    id,
    at: found.at ?? now,
    importedAt: now,
    // As `listen` and `send` record: the address of a delivery that was sent is needed to send it again.
    target: found.direction === 'received' ? shownUrl(found.target) : found.target,
    headers: maskSecretHeaders(found.headers, [], needed),
  };
}

/** Headers that a signature is verified by, whatever their names sound like. */
function namesToKeep({ packs }: Workspace): string[] {
  return packs
    .map((pack) => chooseScheme(pack, {}).scheme)
    .filter(({ covers }) => covers.body)
    .flatMap(({ headerNames }) => headerNames);
}
