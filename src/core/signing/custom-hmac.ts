import { HooksError } from '../errors.ts';
import { compileContent, unknownPlaceholders } from './content-template.ts';
import { createHmacScheme } from './hmac-scheme.ts';
import { checkChoice, checkHeaderName, flagOf, isGiven } from './parameters.ts';
import type { SchemeParameters, SignatureScheme } from './scheme.ts';

/** `hmac-sha256`: the user or a manifest describes the signature. Throws HooksError `usage` for a contradiction. */
export function createCustomHmacScheme(parameters: SchemeParameters): SignatureScheme {
  const { signatureHeader, timestampHeader, idHeader, signatureSeparator: separator } = parameters;
  const content = parameters.signatureContent ?? '{body}';
  const prefix = parameters.signaturePrefix ?? '';
  const encoding = checkChoice(parameters, 'signatureEncoding', ['hex', 'base64', 'base64url']) ?? 'hex';
  const secretEncoding = checkChoice(parameters, 'secretEncoding', ['utf8', 'hex', 'base64']) ?? 'utf8';
  const timestampUnit = checkChoice(parameters, 'timestampUnit', ['seconds', 'milliseconds']) ?? 'seconds';
  checkChoice(parameters, 'signatureSeparator', [' ', ',']);
  if (signatureHeader === undefined) {
    throw new HooksError('usage', 'the scheme hmac-sha256 needs the header that holds the signature', {
      next: 'name it, e.g. --signature-header X-Signature',
    });
  }
  checkHeaders(parameters);
  checkContent(content, parameters);
  checkPrefix(prefix, separator);
  return createHmacScheme(
    {
      id: 'hmac-sha256',
      ...(idHeader !== undefined && { idField: { name: idHeader } }),
      ...(timestampHeader !== undefined && { timestampField: { name: timestampHeader } }),
      signatureField: { name: signatureHeader },
      content,
      prefix,
      encoding,
      ignoresCase: encoding === 'hex',
      ...(separator !== undefined && { separator }),
      secretEncoding,
      timestampUnit,
      ...(timestampHeader !== undefined && { tolerance: { pastSeconds: 300, futureSeconds: null } }),
      secretHint: 'check the secret, and how it is encoded (--secret-encoding utf8, hex or base64)',
    },
    parameters,
  );
}

function checkHeaders(parameters: SchemeParameters): void {
  const seen = new Map<string, string>();
  for (const parameter of ['signatureHeader', 'timestampHeader', 'idHeader'] as const) {
    const name = parameters[parameter];
    if (name === undefined) continue;
    checkHeaderName(parameter, name);
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new HooksError('usage', `${flagOf(parameter)} and ${other} name the same header`, {
        why: `both are ${name}, and one header holds one of them`,
        next: 'give each its own header',
      });
    }
    seen.set(name.toLowerCase(), flagOf(parameter));
  }
}

function checkContent(content: string, parameters: SchemeParameters): void {
  const [unknown] = unknownPlaceholders(content);
  if (unknown !== undefined) {
    throw new HooksError('usage', `--signature-content has ${unknown}, which stands for nothing`, {
      next: "use {id}, {timestamp} and {body}, e.g. --signature-content '{timestamp}.{body}'",
    });
  }
  const { covers } = compileContent(content);
  if (!covers.body) {
    throw new HooksError('usage', '--signature-content lacks {body}', {
      why: 'a signature that does not cover the body proves nothing about it',
      next: "add it, e.g. --signature-content '{timestamp}.{body}'",
    });
  }
  checkPair('timestamp', covers.timestamp, parameters.timestampHeader !== undefined);
  checkPair('id', covers.id, parameters.idHeader !== undefined);
  if (covers.timestamp) return;
  const needless = (['toleranceSeconds', 'timestampUnit'] as const).find((name) => isGiven(parameters, name));
  if (needless === undefined) return;
  throw new HooksError('usage', `${flagOf(needless)} is given, but no timestamp is signed`, {
    why: `the signed content is '${content}'`,
    next: `leave ${flagOf(needless)} out, or add --timestamp-header and {timestamp} in --signature-content`,
  });
}

/** A part that is signed has to be sent, and a header that is not signed proves nothing. */
function checkPair(part: 'timestamp' | 'id', isSigned: boolean, hasHeader: boolean): void {
  if (isSigned === hasHeader) return;
  const flag = flagOf(`${part}Header`);
  const example = part === 'id' ? '{id}.{body}' : '{timestamp}.{body}';
  if (isSigned) {
    throw new HooksError('usage', `--signature-content has {${part}}, but ${flag} is missing`, {
      why: `a receiver needs the ${part} to check the signature`,
      next: `name the header that carries it, e.g. ${flag} X-${part === 'id' ? 'Request-Id' : 'Timestamp'}`,
    });
  }
  throw new HooksError('usage', `${flag} is given, but --signature-content lacks {${part}}`, {
    why: `what is not signed can be changed by anyone`,
    next: `add it, e.g. --signature-content '${example}', or leave ${flag} out`,
  });
}

function checkPrefix(prefix: string, separator: string | undefined): void {
  if (!/^[\x20-\x7e]*$/.test(prefix) || prefix.startsWith(' ')) {
    throw new HooksError('usage', '--signature-prefix cannot travel in a header', {
      why: 'a header value is printable ASCII and begins with no space',
      next: "give e.g. --signature-prefix 'sha256='",
    });
  }
  if (separator === undefined || !prefix.includes(separator)) return;
  throw new HooksError('usage', '--signature-prefix contains what separates the signatures', {
    why: `several signatures could not be told apart at '${separator}'`,
    next: 'choose another --signature-separator, or leave it out',
  });
}
