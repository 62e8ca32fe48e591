import { Buffer } from 'node:buffer';
import type { HeaderList } from '../headers.ts';
import type { SchemeParameters } from '../signing/scheme.ts';
import { createScheme } from '../signing/schemes.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import { secretEdits } from './secret-edits.ts';
import type { KnownSecret } from './secret-mistakes.ts';

export const CREDENTIAL_MISTAKES = {
  'credential-word': {
    what: 'the secret is right, but the header has the form {detail}',
    fix: 'write the header as the scheme lays down: Authorization: Bearer <token>, Authorization: Basic <base64>, or the bare token',
  },
  'credential-encoding': {
    what: 'the secret is right, but it was sent {detail}',
    fix: 'encode the secret as the scheme lays down: base64 of user:password for Basic, the plain text for a token',
  },
  'credential-quoted': {
    what: 'the secret is right, but stands in quotation marks',
    fix: 'write the value into the header as it is, without quotation marks',
  },
  'credential-in-another-header': {
    what: 'the right secret stands in the header {detail}',
    fix: 'read the secret from that header, or let the sender use the header of the scheme',
  },
  'credential-repeated': {
    what: 'the right secret is there, but its header came more than once',
    fix: 'find the proxy or middleware that adds a second header of this name',
  },
} as const satisfies Mistakes;

const MOST_HEADERS = 200;
const LONGEST_VALUE = 8192;

interface CredentialInput {
  parameters: SchemeParameters;
  headers: HeaderList;
  secrets: readonly string[];
  knownSecrets: readonly KnownSecret[];
}

interface Candidate {
  text: string;
  mistakes: readonly FoundMistake[];
}

export interface CredentialHit {
  mistakes: readonly FoundMistake[];
  tried: number;
}

/** Why a delivery that should carry the shared secret itself is refused; without mistakes when none explains it. */
export function examineCredentials(input: CredentialInput): CredentialHit {
  const secrets = secretCandidates(input);
  const values = receivedCandidates(input);
  const hits = secrets.flatMap((secret) =>
    values
      .filter((value) => value.text === secret.text)
      .map((value) => [...value.mistakes, ...secret.mistakes])
      .filter((mistakes) => mistakes.length > 0),
  );
  const [mistakes = []] = hits.sort((a, b) => a.length - b.length);
  return { mistakes, tried: secrets.length * values.length };
}

function secretCandidates({ secrets, knownSecrets }: CredentialInput): Candidate[] {
  return [
    ...secrets.map((text) => ({ text, mistakes: [] })),
    ...secrets.flatMap((secret) =>
      secretEdits(secret).map(({ id, detail, text }) => ({ text, mistakes: [found(id, detail)] })),
    ),
    ...knownSecrets.map(({ name, text }) => ({ text, mistakes: [found('secret-other', name)] })),
  ];
}

function receivedCandidates({ parameters, headers }: CredentialInput): Candidate[] {
  const [own = ''] = createScheme(parameters).headerNames.map((name) => name.toLowerCase());
  const count = headers.filter(([name]) => name.toLowerCase() === own).length;
  return headers.slice(0, MOST_HEADERS).flatMap(([name, value]) => {
    const isOwn = name.toLowerCase() === own;
    const place = [
      ...(isOwn ? [] : [found('credential-in-another-header', name)]),
      ...(isOwn && count > 1 ? [found('credential-repeated')] : []),
    ];
    return readings(value.slice(0, LONGEST_VALUE), parameters.scheme, place);
  });
}

/** A header value with and without scheme word and quotation marks, encoded and decoded. */
function readings(value: string, scheme: string, place: readonly FoundMistake[]): Candidate[] {
  const trimmed = value.trim();
  const [, word = '', rest = trimmed] = /^(Bearer|Basic|Token)\s+(.*)$/is.exec(trimmed) ?? [];
  const expectedWord = scheme === 'bearer' || scheme === 'basic' ? scheme : '';
  const form = word === '' ? 'without a scheme word' : `with the scheme word '${word}'`;
  const words = word.toLowerCase() === expectedWord ? [] : [found('credential-word', form)];
  const unquoted = rest.replace(/^(["'])(.*)\1$/s, '$2');
  const isBasic = scheme === 'basic';
  return [
    { text: rest, mistakes: [...place, ...words] },
    ...(unquoted === rest
      ? []
      : [{ text: unquoted, mistakes: [...place, ...words, found('credential-quoted')] }]),
  ].flatMap(({ text, mistakes }) => [
    { text, mistakes: isBasic ? [...mistakes, found('credential-encoding', 'as plain text')] : mistakes },
    {
      text: Buffer.from(text, 'base64').toString('utf8'),
      mistakes: isBasic ? mistakes : [...mistakes, found('credential-encoding', 'in base64')],
    },
  ]);
}
