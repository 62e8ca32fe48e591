import type { AnsweredAttempt } from '../delivery.ts';
import { escapeControls } from '../escape-controls.ts';
import { type HeaderList, headerValues } from '../headers.ts';
import type { RecordedAttempt, Recording } from '../recording.ts';
import { bodyText, exactText } from './body-text.ts';
import { recordedUrl } from './recorded-url.ts';
import { deliveryRecord } from './recording-record.ts';

interface Creator {
  name: string;
  version: string;
}

/**
 * The recordings as an HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/), in pieces: a history can be
 * larger than a string. Bodies of requests are in `_base64` as well, and what HAR has no place for is in `_hooks`.
 */
export function* formatHar(recordings: Iterable<Recording>, creator: Creator): Generator<string> {
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`;
  let separator = '\n';
  for (const recording of recordings) {
    yield separator + escapeControls(JSON.stringify(harEntry(recording)));
    separator = ',\n';
  }
  yield '\n]}}\n';
}

function harEntry(recording: Recording) {
  const last = recording.attempts.at(-1);
  const timings = timingsOf(recording, last);
  return {
    startedDateTime: (last?.startedAt ?? recording.at).toISOString(),
    time: timings.send + timings.wait + timings.receive,
    request: harRequest(recording),
    response: harResponse(recording, last),
    cache: {},
    timings,
    _hooks: { version: 1, ...deliveryRecord(recording) },
  };
}

/** Our own answer to a received delivery takes all its time; of a sent one the head of the answer is the mark. */
function timingsOf({ durationMs = 0 }: Recording, last: RecordedAttempt | undefined) {
  const result = last?.result;
  const wait = result?.kind === 'answered' ? result.firstByteMs : (result?.durationMs ?? durationMs);
  const receive = result?.kind === 'answered' ? Math.max(0, result.durationMs - wait) : 0;
  return { send: 0, wait, receive };
}

function harRequest(recording: Recording) {
  const { method, headers, body, httpVersion } = recording;
  const url = recordedUrl(recording);
  return {
    method,
    url: url.href,
    httpVersion: `HTTP/${httpVersion ?? '1.1'}`,
    cookies: [],
    headers: harHeaders(headers),
    queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
    ...(body.length > 0 && { postData: postData(headers, body) }),
    headersSize: -1,
    bodySize: body.length,
  };
}

function postData(headers: HeaderList, body: Uint8Array) {
  const { text, base64 } = bodyText(body);
  return { mimeType: mimeType(headers), ...(text !== undefined && { text }), _base64: base64 };
}

function harResponse({ answer, httpVersion }: Recording, last: RecordedAttempt | undefined) {
  const answered: AnsweredAttempt | undefined = last?.result.kind === 'answered' ? last.result : undefined;
  const { status, headers, body } = answered ?? answer ?? { status: 0, headers: [], body: new Uint8Array() };
  return {
    status,
    statusText: answered?.statusText ?? '',
    httpVersion: `HTTP/${httpVersion ?? '1.1'}`,
    cookies: [],
    headers: harHeaders(headers),
    content: content(headers, body),
    redirectURL: headerValues(headers, 'location')[0] ?? '',
    headersSize: -1,
    bodySize: status === 0 ? -1 : body.length,
    ...(last?.result.kind === 'failed' && { _error: last.result.message }),
  };
}

function content(headers: HeaderList, body: Uint8Array) {
  const text = exactText(body);
  const written = text === undefined ? { text: bodyText(body).base64, encoding: 'base64' } : { text };
  return { size: body.length, mimeType: mimeType(headers), ...(body.length > 0 && written) };
}

function mimeType(headers: HeaderList): string {
  return headerValues(headers, 'content-type')[0] ?? 'application/octet-stream';
}

function harHeaders(headers: HeaderList) {
  return headers.map(([name, value]) => ({ name, value }));
}
