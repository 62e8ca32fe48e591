import type { HeaderList } from '../headers.ts';
import type { Json } from '../json.ts';
import { readClaims } from './claims.ts';
import { contentOptions } from './content-mistakes.ts';
import { HASHES } from './hash-mistakes.ts';
import type { FoundMistake } from './mistake.ts';
import type { BodyOption, ContentOption, HashOption, KeyOption } from './options.ts';
import { type OtherDelivery, otherContents } from './other-deliveries.ts';
import { findOtherScheme, type NamedScheme } from './other-schemes.ts';
import type { ProbeRun } from './probe.ts';
import type { SchemeShape } from './scheme-shape.ts';
import { type KnownSecret, keyOptions } from './secret-mistakes.ts';
import { signatureMistakes } from './signature-mistakes.ts';
import { nearbyTimestamps } from './timestamp-mistakes.ts';

export interface SearchInput {
  shape: SchemeShape;
  headers: HeaderList;
  body: Uint8Array;
  document: Json | undefined;
  secrets: readonly string[];
  knownSecrets: readonly KnownSecret[];
  otherSchemes: readonly NamedScheme[];
  otherDeliveries: readonly OtherDelivery[];
  /** The body as it may have been when it was signed, cheap ones first. */
  bodies: () => Iterable<BodyOption>;
}

/** What makes the signature come out exactly as received. */
export interface Hit {
  mistakes: readonly FoundMistake[];
  /** Position of the secret among those given. */
  secretIndex?: number;
}

// Bodies kept for combinations; beyond that, combinations with the body are left out.
const MOST_KEPT_BYTES = 32 * 1024 * 1024;
const MOST_KEPT_BODIES = 150;

/** Tries one mistake after the other, then two at a time, until one explains the signature. Stops when the probe does. */
export function search(input: SearchInput, run: ProbeRun): Hit | undefined {
  const { shape, headers, body } = input;
  const claims = readClaims(headers, shape, input.document);
  const keys = keyOptions(shape, input.secrets, input.knownSecrets);
  const contents = contentOptions(shape, claims);
  const asReceived: BodyOption[] = [{ mistakes: [], bytes: body }];
  const kept: BodyOption[] = [];
  const isWide = run.hasRoomFor(2300, body.length);

  return (
    attempt(keys.right, HASHES.right, contents.right, asReceived) ??
    attempt(keys.wrong, HASHES.right, contents.right, asReceived) ??
    attempt(keys.right, HASHES.right, contents.wrong, asReceived) ??
    attempt(keys.right, HASHES.wrong, contents.right, asReceived) ??
    attempt(keys.right, HASHES.right, contents.right, keeping(input.bodies())) ??
    otherScheme() ??
    attempt(keys.right, HASHES.right, otherContents(shape, claims, input.otherDeliveries), asReceived) ??
    attempt(keys.right, HASHES.right, nearbyTimestamps(shape, claims, isWide), asReceived) ??
    attempt(keys.worse, HASHES.right, contents.right, asReceived) ??
    attempt(keys.wrong, HASHES.wrong, contents.right, asReceived) ??
    attempt(keys.right, HASHES.wrong, contents.wrong, asReceived) ??
    attempt(keys.wrong, HASHES.right, contents.wrong, asReceived) ??
    attempt(keys.right, HASHES.wrong, contents.right, kept) ??
    attempt(keys.wrong, HASHES.right, contents.right, kept) ??
    attempt(keys.right, HASHES.right, contents.wrong, kept)
  );

  function attempt(
    someKeys: readonly KeyOption[],
    hashes: readonly HashOption[],
    someContents: Iterable<ContentOption>,
    bodies: Iterable<BodyOption>,
  ): Hit | undefined {
    const contentList = [...someContents];
    for (const option of bodies)
      for (const content of contentList) {
        const hit = attemptKeys(someKeys, hashes, content, option);
        if (hit !== undefined || run.isExhausted()) return hit;
      }
    return undefined;
  }

  function attemptKeys(
    someKeys: readonly KeyOption[],
    hashes: readonly HashOption[],
    content: ContentOption,
    option: BodyOption,
  ): Hit | undefined {
    const message = content.fill(option.bytes);
    for (const hash of hashes)
      for (const key of someKeys) {
        const received = run.probe(key, hash, message);
        if (received === undefined) continue;
        const written = received.map((each) => signatureMistakes(each, shape, key.prefix));
        const [best = []] = written.sort((a, b) => a.length - b.length);
        const parts = [key, hash, content, option].flatMap(({ mistakes }) => mistakes);
        const index = key.secretIndex === undefined ? {} : { secretIndex: key.secretIndex };
        return { mistakes: distinct([...best, ...parts]), ...index };
      }
    return undefined;
  }

  function otherScheme(): Hit | undefined {
    const { secrets, otherSchemes: others } = input;
    const mistake = findOtherScheme({ shape, claims, headers, body, secrets, others, probe: run.probe });
    return mistake && { mistakes: [mistake] };
  }

  /** Passes the bodies on and keeps those with one mistake. */
  function* keeping(bodies: Iterable<BodyOption>): Generator<BodyOption> {
    let room = MOST_KEPT_BYTES;
    for (const option of bodies) {
      yield option;
      room -= option.bytes.length;
      if (option.mistakes.length === 1 && room >= 0 && kept.length < MOST_KEPT_BODIES) kept.push(option);
    }
  }
}

function distinct(mistakes: readonly FoundMistake[]): FoundMistake[] {
  return mistakes.filter(({ id }, index) => mistakes.findIndex((other) => other.id === id) === index);
}
