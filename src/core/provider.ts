import type { SchemeParameters } from './signing/scheme.ts';

const CONFIDENCES = ['documented', 'observed', 'assumed', 'unknown'] as const;

/** Stands for no provider: a body of one's own, without event types, samples and schemas. */
export const GENERIC = 'generic';

/** How sure we are of a fact: in the provider's own material, seen in real deliveries, our guess, or not known. */
export type Confidence = (typeof CONFIDENCES)[number];

/** One thing known about a provider. Without a `value` it is not known. */
export interface Fact<T> {
  value?: T;
  confidence: Confidence;
  /** Key of `sources`. */
  source?: string;
  note?: string;
}

export interface Source {
  title: string;
  url?: string;
  /** Day on which it was read, ISO 8601. */
  readOn: string;
}

/** Where a value stands in a delivery; body paths are JSON Pointers (RFC 6901), tried in order. */
export type Location = { in: 'body'; paths: string[] } | { in: 'header'; name: string };

/** A field that gets a new value in every sample delivery, so that two sends are two events. */
export interface FreshField {
  /** JSON Pointer into the body. */
  path: string;
  value: 'uuid' | 'ulid' | 'time';
  /** Digits after the second for `time`; 0 to 7. */
  fractionDigits?: number;
}

export interface RetryPolicy {
  /** Delay before attempt 2, 3, … in seconds. */
  delaysSeconds?: number[];
  maxAttempts?: number;
  /** Time within which all attempts happen. */
  windowSeconds?: number;
  /** Share by which a delay may vary, e.g. 0.2. */
  jitter?: number;
  /** Whether a retry is signed anew (`renewed`) or carries the first timestamp (`kept`). */
  timestamp?: 'renewed' | 'kept';
  /** Parts of this that are guesses although the rest is not. */
  assumed?: ('delaysSeconds' | 'maxAttempts' | 'windowSeconds' | 'jitter' | 'timestamp')[];
}

/** What an answer changes about the retries. */
export interface RetryAnswers {
  /** Shortest delay after a 429 and after an attempt that was not answered in time. */
  slowDownSeconds?: number;
  /** `Retry-After` is heeded between one and so many times the interval of the schedule. */
  retryAfterIntervals?: number;
  /** Statuses after which the delivery is not tried again. */
  giveUpOn?: number[];
  /** Response header by which a receiver ends the retries, or has the endpoint switched off. */
  stopHeader?: { name: string; stop: string; disable?: string };
}

export interface EventDescription {
  /** Short name in lower case; may equal the event type. */
  slug: string;
  /** When it fires. */
  description: string;
  confidence: Confidence;
  source?: string;
  note?: string;
  /** What is not known of its payload. */
  unknown?: string[];
  /** JSON Pointers to what a person wants to see first (title, status, ids). */
  highlights?: string[];
  twin?: EventTwin;
  /** Other examples of the same event type; each is a file `<event type>@<variant>.json`. */
  variants?: Record<string, { description: string; confidence?: Confidence }>;
}

/** The event type that tells of the same with nothing but its id, where it is private. */
export interface EventTwin {
  /** Its event type. */
  event: string;
  /** JSON Pointer to the id in the public event. */
  idAt: string;
  /** JSON Pointer to the id in the twin. */
  twinIdAt: string;
}

/** URLs in payloads that a receiver may call to have something done. Pointers but `list` are relative to an entry. */
export interface CallbackPlaces {
  list: string;
  /** Name of the action. */
  name: string;
  url: string;
  /** The command that an entry carries. */
  command?: string;
  /** File with the JSON Schema of a command, relative to the folder of the manifest. */
  schema?: string;
  /** What of a call is not published. */
  unspecified?: string[];
}

export interface SigningFact extends Fact<SchemeParameters> {
  /** Details of the scheme that are guesses although the scheme itself is not. */
  assumptions?: string[];
}

/** An event of a `succession`; paths are JSON Pointers into the body. */
export interface SuccessionEvent {
  eventType: string;
  /** Id of the thing that the event is about. */
  subject: string;
  /** Times by which a receiver can tell which is newer. */
  times: string[];
}

/** `fixtures/<id>/provider.json`: everything that tells one provider from another. */
export interface ProviderManifest {
  id: string;
  name: string;
  /** Other names by which it is found. */
  aliases?: string[];
  description: string;
  /** True where the payloads are placeholders because nothing is published. */
  placeholder?: boolean;
  sources: Record<string, Source>;
  request: {
    method: Fact<string>;
    contentType: Fact<string>;
    userAgent: Fact<string>;
    /** Further headers of every delivery; `{eventType}`, `{slug}` and `{id}` are replaced. */
    headers?: Fact<Record<string, string>>;
  };
  eventType: Fact<Location>;
  idempotencyKey: Fact<Location>;
  /** Shape of the delivery id that the provider makes: `uuid`, or a prefix and 27 letters and digits. */
  idFormat: Fact<string>;
  signing: SigningFact;
  /** Schemes to choose with `--scheme <key>` although they are not the provider's published one. */
  signingAlternatives?: Record<string, SigningFact>;
  /** Where a user finds the signing secret. */
  secretLocation?: Fact<string>;
  fresh: FreshField[];
  timeoutSeconds: Fact<number>;
  success: Fact<string>;
  retries: Fact<RetryPolicy>;
  retryAnswers?: Fact<RetryAnswers>;
  /** When an endpoint that fails is switched off, counted from the first failure with nothing delivered since. */
  disabling?: Fact<{ afterSeconds: number }>;
  /** Everything else worth knowing, by topic: ordering, duplicates, disabling, sender addresses, test delivery … */
  facts: Record<string, Fact<string>>;
  /** Two events of one thing, the earlier first: what arrives in the wrong order must not undo what is newer. */
  succession?: { older: SuccessionEvent; newer: SuccessionEvent };
  callbacks?: Fact<CallbackPlaces>;
  /** What in a payload is reported as a warning instead of an error, because the provider may change it at any time. */
  lenient?: { unknownEnumValues?: boolean; newerRequired?: boolean };
  events: Record<string, EventDescription>;
}
