import type { HeaderOverride } from '../delivery-headers.ts';
import type { DisorderRules } from '../disorder.ts';
import type { Json } from '../json.ts';
import type { SecretReference } from '../secret-reference.ts';
import type { StatusMatch } from '../status-match.ts';

/** Where something stands in a scenario file; both count from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** A story to be played against a receiver. Texts may still hold `${name}`. */
export interface Scenario {
  name: string;
  description?: string;
  provider?: string;
  endpoint?: string;
  variables: readonly (readonly [name: string, value: Json])[];
  disorder: Disorder;
  steps: readonly Step[];
  file: string;
}

/** How the order of consecutive `send` steps is disturbed. */
export interface Disorder extends DisorderRules {
  /** Makes the same disturbance in every run. */
  seed?: string;
}

export type Step = LeafStep | RepeatStep | ParallelStep;

/** A step that does something itself. */
export type LeafStep = SendStep | ReplayStep | WaitStep | ExpectStep;

/** What an answer has to be; without a status a 2xx. */
export interface AnswerExpectation {
  status: { text: string; match: StatusMatch };
  /** True: there is such a header, false: there is none, a text: its value. */
  headers: Readonly<Record<string, string | boolean>>;
  body: Readonly<Record<string, Json>>;
  maxLatencyMs?: number;
  /** What the receiver calls of the payload's callbacks, within so long after its answer. */
  callbacks?: { names: readonly string[]; withinMs: number };
}

/** Where the value of a variable stands in an answer. */
export type Capture = { in: 'body'; path: string } | { in: 'header'; name: string };

interface DeliveringStep {
  title?: string;
  place: Place;
  set: Readonly<Record<string, Json>>;
  headers: readonly HeaderOverride[];
  isUnsigned: boolean;
  /** Reference to a signing secret of its own. */
  secret?: SecretReference;
  expect: AnswerExpectation;
  capture: Readonly<Record<string, Capture>>;
}

/** The body of one's own: JSON or text, bytes, or a file beside the scenario. */
export type OwnBody = { data: Json } | { base64: string } | { file: string };

export interface SendStep extends DeliveringStep {
  kind: 'send';
  event?: string;
  provider?: string;
  unset: readonly string[];
  merge?: Json;
  body?: OwnBody;
  id?: string;
  method?: string;
}

export interface ReplayStep extends DeliveringStep {
  kind: 'replay';
  /** Id in the history, or a file of `hooks history export`. */
  source: { recording: string } | { file: string };
  isAsIs: boolean;
  isNewId: boolean;
}

export interface WaitStep {
  kind: 'wait';
  title?: string;
  place: Place;
  durationMs: number;
}

/** Waits until a probe tells that a side effect has happened. */
export interface ExpectStep {
  kind: 'expect';
  title?: string;
  place: Place;
  probe: { url: string } | { command: string };
  status?: { text: string; match: StatusMatch };
  body: Readonly<Record<string, Json>>;
  /** Text that the answer has to be, but for space around it. */
  text?: string;
  withinMs: number;
  everyMs: number;
}

export interface RepeatStep {
  kind: 'repeat';
  place: Place;
  times: number;
  steps: readonly Step[];
}

export interface ParallelStep {
  kind: 'parallel';
  place: Place;
  steps: readonly Step[];
}
