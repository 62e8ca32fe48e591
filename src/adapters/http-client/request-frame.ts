import type { HttpRequest } from '../../core/delivery.ts';
import { HooksError } from '../../core/errors.ts';

/** A checked request. On the wire: host, connection, the fields as given, content-length. */
export interface RequestFrame {
  url: URL;
  method: string;
  /** Path and query, as they stand in the request line. */
  path: string;
  host: string;
  connection: 'keep-alive' | 'close';
  /** Name, value, name, value, …: everything that does not frame the message. */
  fields: string[];
  /** Absent where the method has no body and none is given. */
  contentLength: number | undefined;
  /** All headers in wire order but Connection, name, value, …: of a request that is passed on. */
  allFields?: string[];
  body: Uint8Array;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/;

/** Methods whose empty body is announced as such, and those that as a rule have none: the same in node and undici. */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** Header names that no request may bring, with the reason. */
const REFUSED = new Map([
  ['content-length', 'the length always follows from the body that is sent'],
  ['transfer-encoding', 'the body is always sent whole, framed by its length'],
  ['keep-alive', 'connections are kept or closed by the client itself'],
  ['upgrade', 'a delivery cannot switch to another protocol'],
  ['expect', 'the body is sent without waiting for the receiver'],
]);

/** Throws HooksError `usage` for what cannot be sent; its message never holds a header's value. */
export function frameRequest(request: HttpRequest): RequestFrame {
  const url = new URL(request.url);
  if (request.passedOn) return framePassedOn(request, url, request.passedOn.target);
  const method = checkMethod(request);
  const { body } = request;
  const isEmpty = body.byteLength === 0;
  const frame: RequestFrame = {
    url,
    method,
    path: `${url.pathname}${url.search}`,
    host: url.host,
    // A receiver may answer HEAD with a body by mistake: nothing must follow on that connection.
    connection: method === 'HEAD' ? 'close' : 'keep-alive',
    fields: [],
    contentLength: isEmpty && !WITH_BODY.has(method) ? undefined : body.byteLength,
    body,
  };
  let hasHost = false;
  for (const [name, value] of request.headers) {
    checkHeader(name, value);
    const lowerCased = name.toLowerCase();
    if (lowerCased === 'host') {
      if (hasHost) throw refused(name, 'it is given twice, and a request names one host');
      hasHost = true;
      frame.host = value;
    } else if (lowerCased === 'connection') {
      if (parseConnection(name, value) === 'close') frame.connection = 'close';
    } else {
      const reason = REFUSED.get(lowerCased);
      if (reason !== undefined) throw refused(name, reason);
      frame.fields.push(name, value);
    }
  }
  return frame;
}

/** A request that came in well formed: it is not looked at again. */
function framePassedOn({ method, headers, body }: HttpRequest, url: URL, path: string): RequestFrame {
  const isFraming = (name: string) => /^(host|content-length)$/i.test(name);
  const hasLength = headers.some(([name]) => name.toLowerCase() === 'content-length');
  return {
    url,
    method,
    path,
    host: url.host,
    connection: 'close',
    fields: headers.filter(([name]) => !isFraming(name)).flat(),
    contentLength: hasLength ? body.byteLength : undefined,
    allFields: headers.flat(),
    body,
  };
}

function checkMethod({ method: given, body }: HttpRequest): string {
  const method = given.toUpperCase();
  if (!TOKEN.test(method) || method === 'CONNECT') {
    throw new HooksError('usage', `${JSON.stringify(given)} is not a method that can be sent`, {
      next: 'use POST, PUT, PATCH, DELETE or GET',
    });
  }
  if (body.byteLength === 0 && !WITH_BODY.has(method) && !WITHOUT_BODY.has(method)) {
    throw new HooksError('usage', `${method} cannot be sent without a body`, {
      why: 'HTTP does not say how an empty body is announced for this method',
      next: 'give it a body, or use POST, PUT, PATCH, DELETE or GET',
    });
  }
  return method;
}

function checkHeader(name: string, value: string): void {
  if (!TOKEN.test(name)) {
    throw new HooksError('usage', `${JSON.stringify(name)} is not a header name`, {
      next: "header names are letters, digits and any of !#$%&'*+-.^_`|~",
    });
  }
  if (UNSENDABLE.test(value)) {
    throw new HooksError('usage', `the value of the header '${name}' cannot be sent`, {
      why: 'it holds a line break, another control character, or a character outside Latin-1',
      next: 'remove it, or encode the value in ASCII',
    });
  }
}

function parseConnection(name: string, value: string): 'keep-alive' | 'close' {
  const option = value.trim().toLowerCase();
  if (option === 'keep-alive' || option === 'close') return option;
  throw refused(name, "only 'keep-alive' and 'close' can be asked for");
}

function refused(name: string, why: string): HooksError {
  return new HooksError('usage', `the header '${name}' cannot be set like this`, {
    why,
    next: 'leave it out',
  });
}
