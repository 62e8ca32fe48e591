/** What is wrong with a receiver: each departs from the right one in one thing. */
export interface Mutant {
  name: string;
  /** The bug, as a sentence about the receiver. */
  bug: string;
  /** Cases of which at least one has to catch it. */
  caughtBy: readonly string[];
}

export const MUTANTS = [
  {
    name: 'verifies-parsed-body',
    bug: 'verifies what it has parsed and written again',
    caughtBy: ['authenticity/reserialised-body', 'authenticity/spaced-body'],
  },
  {
    name: 'decodes-as-latin1',
    bug: 'decodes the body as Latin-1 before it verifies',
    caughtBy: ['authenticity/raw-unicode-body', 'robustness/unicode-text'],
  },
  {
    name: 'ignores-age',
    bug: 'accepts a timestamp of any age',
    caughtBy: ['authenticity/outside-tolerance'],
  },
  { name: 'ignores-future', bug: 'accepts a timestamp far ahead', caughtBy: ['authenticity/year-ahead'] },
  {
    name: 'too-strict-age',
    bug: 'accepts a timestamp for one minute only',
    caughtBy: ['authenticity/inside-tolerance'],
  },
  {
    name: 'signature-without-time',
    bug: 'verifies a signature over the body alone as well',
    caughtBy: ['authenticity/body-only-signature'],
  },
  {
    name: 'ignores-timestamp-binding',
    bug: 'checks the age of a header that it does not verify',
    caughtBy: ['authenticity/changed-timestamp'],
  },
  {
    name: 'compares-prefix',
    bug: 'compares only as many characters as were sent',
    caughtBy: ['authenticity/half-signature', 'authenticity/short-signature', 'authenticity/bare-prefix'],
  },
  {
    name: 'compares-start',
    bug: 'accepts a right signature with anything behind it',
    caughtBy: ['authenticity/extended-signature'],
  },
  {
    name: 'compares-length',
    bug: 'compares the length of the signature, not its characters',
    caughtBy: ['authenticity/wrong-secret', 'authenticity/flipped-signature'],
  },
  {
    name: 'reads-first-signature',
    bug: 'reads the first signature of a list only',
    caughtBy: ['authenticity/rotation-second', 'authenticity/unknown-version-first'],
  },
  {
    name: 'reads-last-signature',
    bug: 'reads the last signature of a list only',
    caughtBy: ['authenticity/rotation-first', 'authenticity/unknown-version-last'],
  },
  {
    name: 'ignores-version',
    bug: 'takes a signature of any version',
    caughtBy: ['authenticity/unknown-version', 'authenticity/version-zero'],
  },
  {
    name: 'accepts-unsigned',
    bug: 'accepts a delivery without signature headers',
    caughtBy: ['authenticity/unsigned'],
  },
  {
    name: 'accepts-empty-signature',
    bug: 'accepts a delivery whose signature header is empty',
    caughtBy: ['authenticity/empty-signature'],
  },
  { name: 'accepts-everything', bug: 'verifies nothing', caughtBy: ['authenticity/wrong-secret'] },
  {
    name: 'default-secret',
    bug: 'falls back to the secret "secret" when the right one does not match',
    caughtBy: ['authenticity/guessable-secret'],
  },
  {
    name: 'lenient-timestamp',
    bug: 'reads as many digits of a timestamp as there are, and ignores the rest',
    caughtBy: ['authenticity/timestamp-trailing-text'],
  },
  {
    name: 'not-a-number-is-fresh',
    bug: 'takes a timestamp that is no number for a fresh one',
    caughtBy: ['authenticity/timestamp-words', 'authenticity/timestamp-iso-date'],
  },
  {
    name: 'crashes-on-forgery',
    bug: 'answers 500 when a signature does not match',
    caughtBy: ['authenticity/wrong-secret'],
  },
  {
    name: 'crashes-on-unknown-event',
    bug: 'ends its process when it does not know an event type',
    caughtBy: ['robustness/unknown-event-type'],
  },
  {
    name: 'refuses-unknown-event',
    bug: 'answers 400 when it does not know an event type',
    caughtBy: ['robustness/unknown-event-type'],
  },
  {
    name: 'refuses-unknown-fields',
    bug: 'answers 400 when a payload has a field that it does not know',
    caughtBy: ['robustness/unknown-field'],
  },
  {
    name: 'crashes-on-null',
    bug: 'answers 500 when the payload is null',
    caughtBy: ['robustness/null-payload'],
  },
  {
    name: 'crashes-on-text-payload',
    bug: 'answers 500 when the payload is a text',
    caughtBy: ['robustness/text-payload'],
  },
  {
    name: 'crashes-on-bad-json',
    bug: 'answers 500 when the body is not JSON',
    caughtBy: ['robustness/not-json', 'robustness/cut-json'],
  },
  {
    name: 'accepts-bad-json',
    bug: 'answers 200 when the body is not JSON',
    caughtBy: ['robustness/not-json'],
  },
  {
    name: 'recursive',
    bug: 'walks through the payload with a recursion that deep nesting overflows',
    caughtBy: ['robustness/deep-object', 'robustness/deep-list'],
  },
  {
    name: 'small-limit',
    bug: 'answers 413 above 100 kB',
    caughtBy: ['robustness/long-text', 'robustness/large-body'],
  },
  {
    name: 'exact-content-type',
    bug: 'demands a Content-Type of exactly application/json',
    caughtBy: ['robustness/content-type-charset'],
  },
  {
    name: 'ascii-only',
    bug: 'answers 500 when a text is not ASCII',
    caughtBy: ['robustness/unicode-text', 'authenticity/raw-unicode-body'],
  },
  {
    name: 'gives-up-on-slow-body',
    bug: 'closes the connection when the body takes longer than a second',
    caughtBy: ['robustness/slow-body'],
  },
  {
    name: 'processes-duplicates',
    bug: 'processes a delivery as often as it comes',
    caughtBy: ['semantics/duplicate-processed-once'],
  },
  {
    name: 'refuses-duplicates',
    bug: 'answers 409 to a delivery that it has had before',
    caughtBy: ['semantics/duplicate-accepted'],
  },
  {
    name: 'races-on-duplicates',
    bug: 'looks an id up, waits, and keeps it afterwards',
    caughtBy: ['semantics/concurrent-duplicates-processed-once'],
  },
  {
    name: 'dedupes-on-type',
    bug: 'takes two events of one type for the same',
    caughtBy: ['semantics/two-events-processed'],
  },
  {
    name: 'follows-order-blindly',
    bug: 'takes what comes last for what is newest',
    caughtBy: ['semantics/late-event-changes-nothing'],
  },
  {
    name: 'refuses-late-events',
    bug: 'answers 400 to an event that is older than what it knows',
    caughtBy: ['semantics/late-event-accepted'],
  },
  {
    name: 'answers-after-work',
    bug: 'does its work, which takes three seconds, before it answers',
    caughtBy: ['promptness/answers-first'],
  },
  {
    name: 'one-at-a-time',
    bug: 'works on one delivery at a time, 150 ms each, before it answers',
    caughtBy: ['promptness/prompt-burst', 'promptness/burst'],
  },
  {
    name: 'misses-an-event-type',
    bug: 'answers 404 to one event type of the provider',
    caughtBy: ['coverage/'],
  },
  {
    name: 'requires-optional-field',
    bug: 'answers 500 when an optional field is absent',
    caughtBy: ['coverage/', 'robustness/payloads-'],
  },
] as const satisfies readonly Mutant[];

export type MutantName = (typeof MUTANTS)[number]['name'];
