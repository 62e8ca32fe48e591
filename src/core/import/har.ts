import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { httpUrl } from '../export/recorded-url.ts';
import { type HeaderList, headerValues } from '../headers.ts';
import { isObject, parseJsonBytes } from '../json.ts';
import type { Answer } from '../received.ts';
import type { Recording } from '../recording.ts';
import {
  checkedHeaders,
  type Fields,
  fieldsOf,
  ifGiven,
  invalid,
  list,
  method,
  number,
  optional,
  required,
  status,
  target,
  text,
  time,
} from './fields.ts';
import { type HarBody, requestBody, responseBody } from './har-body.ts';
import type { ImportedRecording } from './imported-recording.ts';
import { parseDeliveryRecord } from './recording-record.ts';

/**
 * The requests of an HTTP Archive: of ours with everything that was recorded, of another tool's as deliveries that were
 * received, with the response as our answer. Throws HooksError `invalid-input` that names the entry.
 */
export function parseHar(bytes: Uint8Array): ImportedRecording[] {
  const hasMark = Buffer.from(bytes.subarray(0, 3)).toString('latin1') === '\xef\xbb\xbf';
  const parsed = parseJsonBytes(hasMark ? bytes.subarray(3) : bytes);
  if ('problem' in parsed) {
    throw new HooksError('invalid-input', 'this is not an HTTP Archive', {
      why: parsed.problem.replace(/^the body /, 'the file '),
      next: 'export it again; a file that was cut off cannot be read',
    });
  }
  const log = isObject(parsed.value) ? parsed.value.log : undefined;
  if (!isObject(log) || !Array.isArray(log.entries)) {
    throw new HooksError('invalid-input', 'this is not an HTTP Archive', { why: 'it has no log.entries' });
  }
  return log.entries.map((entry, index) => parseEntry(entry, `entry ${index + 1}`));
}

function parseEntry(value: unknown, place: string): ImportedRecording {
  const entry = fieldsOf(value, place);
  const request = required(entry, 'request', fieldsOf);
  const own = optional(entry, '_hooks', fieldsOf);
  if (own === undefined) return parseForeign(entry, request);
  if (required(own, 'version', number) > 1) {
    throw new HooksError('invalid-input', `${place} was written by a newer version of hooks`, {
      next: 'update hooks',
    });
  }
  const headers = parseHeaders(request);
  const { body } = optional(request, 'postData', requestBody) ?? { body: new Uint8Array() };
  const recording: Recording = { ...parseDeliveryRecord(own), headers, body, sizeBytes: body.length };
  return recording;
}

function parseForeign(entry: Fields, request: Fields): ImportedRecording {
  const url = httpUrl(required(request, 'url', target));
  if (url === undefined) throw invalid(`${request.place}: url`, 'is not an http(s) URL');
  const { body, warning } = foreignBody(request);
  const answer = optional(entry, 'response', parseAnswer);
  const at = optional(entry, 'startedDateTime', time);
  const durationMs = Math.max(0, optional(entry, 'time', number) ?? 0);
  return {
    ...(at && { at }),
    direction: 'received',
    method: required(request, 'method', method),
    target: `${url.pathname}${url.search}`,
    ...(answer && { status: answer.status, answer, durationMs }),
    sizeBytes: body.length,
    isFailed: answer === undefined || answer.status < 200 || answer.status > 299,
    isInvalid: false,
    ...httpVersion(request),
    headers: withHost(parseHeaders(request), url),
    body,
    attempts: [],
    ...(warning !== undefined && { importWarning: `${entry.place}: ${warning}` }),
  };
}

function httpVersion(request: Fields): { httpVersion?: string } {
  const { httpVersion: written = '' } = ifGiven(request, 'httpVersion', text);
  const version = /^(?:http\/|h)(\d(?:\.\d)?)$/i.exec(written)?.[1];
  return version === undefined ? {} : { httpVersion: version };
}

function foreignBody(request: Fields): HarBody {
  const body = optional(request, 'postData', requestBody);
  if (body) return body;
  const sizeBytes = optional(request, 'bodySize', number) ?? 0;
  if (sizeBytes <= 0) return { body: new Uint8Array() };
  return { body: new Uint8Array(), warning: `the file does not hold its body of ${sizeBytes} bytes` };
}

/** HTTP/2 names the host in a field that is no header. */
function withHost(headers: HeaderList, { host }: URL): HeaderList {
  return headerValues(headers, 'host').length > 0 ? headers : [['Host', host], ...headers];
}

function parseHeaders(message: Fields): HeaderList {
  const pairs = (optional(message, 'headers', list(parseHeader)) ?? []).flat();
  return checkedHeaders(pairs, `${message.place}: headers`);
}

/** Browsers join repeated headers by line feeds, and list the pseudo-headers of HTTP/2 among the others. */
function parseHeader(value: unknown, place: string): [string, string][] {
  const fields = fieldsOf(value, place);
  const name = required(fields, 'name', text);
  const values = required(fields, 'value', text);
  return name.startsWith(':') ? [] : values.split('\n').map((each) => [name, each]);
}

/** Status 0 stands for no answer. */
function parseAnswer(value: unknown, place: string): Answer | undefined {
  const response = fieldsOf(value, place);
  const code = required(response, 'status', status);
  if (code === 0) return undefined;
  const body = optional(response, 'content', responseBody) ?? new Uint8Array();
  return { status: code, headers: parseHeaders(response), body };
}
