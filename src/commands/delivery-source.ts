import { existsSync } from 'node:fs';
import { stateDirectory } from '../adapters/state-directory.ts';
import { openRecordings } from '../adapters/store/reader.ts';
import type { HeaderOverride } from '../core/delivery-headers.ts';
import { looksLikeJson, parseDeliveryLines } from '../core/delivery-line.ts';
import { HooksError } from '../core/errors.ts';
import { parseHeaderLines, parseRawRequest, type WrittenDelivery } from '../core/raw-request.ts';
import { parseRelativeId } from '../core/selection.ts';
import { readData } from './body-source.ts';
import type { Context, Environment } from './context.ts';
import { readInput, STDIN } from './input.ts';
import type { SecretFlags } from './shared-options.ts';

export interface SourceFlags extends SecretFlags {
  header?: HeaderOverride[];
  headersFile?: string;
  bodyFile?: string;
  data?: string;
}

/** Gives the deliveries to look at, wherever they come from. */
export type DeliverySource = () => Promise<WrittenDelivery[]>;

/**
 * The source that was asked for: flags with headers and body, else a file, else stdin. Throws HooksError `usage`; the
 * source itself throws `file-unreadable` or `invalid-input`.
 */
export function chooseSource(file: string | undefined, flags: SourceFlags, { io }: Context): DeliverySource {
  const hasParts = [flags.header, flags.headersFile, flags.bodyFile, flags.data].some(
    (flag) => flag !== undefined,
  );
  if (hasParts && file !== undefined) {
    throw new HooksError('usage', 'a file is given, and headers or a body as well', {
      next: 'give either a file with the whole request, or --header and --body-file',
    });
  }
  const usesStdin = hasParts
    ? flags.headersFile === '-' || flags.bodyFile === '-' || flags.data === '-' || flags.data === '@-'
    : file === undefined || file === '-';
  if (usesStdin && flags.secretFile?.includes('-')) {
    throw new HooksError('usage', 'stdin cannot hold both the delivery and the secret', {
      next: 'put one of them into a file',
    });
  }
  if (hasParts) return async () => [await fromParts(flags, io.stdin)];
  if (usesStdin && 'isTTY' in io.stdin && io.stdin.isTTY === true && file === undefined) {
    throw new HooksError('usage', 'no delivery to verify', {
      next: 'name a file, pipe a request into it, or give --header and --body-file',
    });
  }
  if (file !== undefined && namesRecording(file)) return async () => [fromHistory(file, io.env)];
  return async () => fromBytes(await readInput(file ?? '-', io.stdin), usesStdin ? STDIN : (file ?? STDIN));
}

/** A file of that name comes before a recording with that id. */
function namesRecording(text: string): boolean {
  return (
    (parseRelativeId(text) !== undefined || /^[0-9a-hjkmnp-tv-z]{6,26}$/i.test(text)) && !existsSync(text)
  );
}

function fromHistory(text: string, env: Environment): WrittenDelivery {
  const recordings = openRecordings(stateDirectory(env));
  try {
    const { id, at, headers, body } = recordings.read(recordings.resolveId(text));
    return { name: `the recording ${id}`, headers, body, receivedAt: at, notes: [] };
  } finally {
    recordings.close();
  }
}

function fromBytes(bytes: Uint8Array, name: string): WrittenDelivery[] {
  if (bytes.length === 0) {
    throw new HooksError('invalid-input', `${name} is empty`, {
      next: 'give a whole request: headers and body',
    });
  }
  return looksLikeJson(bytes) ? parseDeliveryLines(bytes, name) : [parseRawRequest(bytes, name)];
}

async function fromParts(flags: SourceFlags, stdin: NodeJS.ReadableStream): Promise<WrittenDelivery> {
  const { header = [], headersFile, bodyFile, data } = flags;
  if (bodyFile !== undefined && data !== undefined) {
    throw new HooksError('usage', '--body-file and --data both give the body', { next: 'give one of them' });
  }
  const written =
    headersFile === undefined
      ? []
      : parseHeaderLines(headText(await readInput(headersFile, stdin)).split(/\r?\n/), headersFile);
  const headers = [...written, ...header.map(({ name, value }) => [name, value] as const)];
  if (headers.length === 0) {
    throw new HooksError('usage', 'a body is given, but no headers', {
      next: "give the headers of the signature: --header 'X-Signature: …', or --headers-file",
    });
  }
  const isBodyGiven = bodyFile !== undefined || data !== undefined;
  const body = await bodyOf(bodyFile, data, stdin);
  const notes = isBodyGiven ? [] : ['no body was given, so an empty one was verified'];
  return { name: 'the command line', headers, body, notes };
}

async function bodyOf(
  bodyFile: string | undefined,
  data: string | undefined,
  stdin: NodeJS.ReadableStream,
): Promise<Uint8Array> {
  if (bodyFile !== undefined) return readInput(bodyFile, stdin);
  return data === undefined ? new Uint8Array() : readData(data, stdin);
}

/** The lines of a head, without the request line with which it may begin. */
function headText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/^[A-Z]+ \S+ HTTP\/[\d.]+\r?\n/, '');
}
