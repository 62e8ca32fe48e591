import { HooksError } from '../errors.ts';
import type { Silence } from '../received.ts';
import { parseShare } from '../share.ts';

/** What a sender is told, or what happens instead of an answer. */
export type AnswerStep = { status: number } | { silence: Silence };

/** One `--respond`. */
export interface AnswerRule {
  /** Pattern of the event types that it is for; absent for all. */
  pattern?: string;
  /** Given one after the other; the last of them again and again. */
  sequence?: readonly AnswerStep[];
  /** Given by chance; what the shares leave over goes to the next rule. */
  chances?: readonly { step: AnswerStep; share: number }[];
}

const STEP = /^([2-5]\d\d|drop|hang|reset)(?::(.+))?$/;

/**
 * Reads `503`, `503,503,200`, `500:0.1`, `429:10%,reset:5%`, each with `<event>=` in front where it is for some event
 * types alone. Throws HooksError `usage`.
 */
export function parseAnswerRule(text: string): AnswerRule {
  const { pattern, rest } = splitPattern(text);
  const steps = rest.split(',').map((part) => parseStep(part.trim(), text));
  const shares = steps.filter(({ share }) => share !== undefined);
  const forEvents = pattern === undefined ? {} : { pattern };
  if (shares.length === 0) return { ...forEvents, sequence: steps.map(({ step }) => step) };
  if (shares.length < steps.length) {
    throw refused(text, 'some of its answers have a share and some have none', 'write a share behind each');
  }
  const chances = steps.map(({ step, share = 0 }) => ({ step, share }));
  const sum = chances.reduce((total, { share }) => total + share, 0);
  // Shares in percent do not add up exactly.
  if (sum > 1 + 1e-9) throw refused(text, 'its shares come to more than 1', 'make them smaller');
  return { ...forEvents, chances };
}

/** `<event pattern>=` in front of something, where it is there: a pattern has neither a colon nor a question mark. */
export function splitPattern(text: string): { pattern?: string; rest: string } {
  const match = /^([^\s=:?&]+)=([\s\S]*)$/.exec(text);
  return match?.[1] === undefined ? { rest: text } : { pattern: match[1], rest: match[2] ?? '' };
}

function parseStep(part: string, text: string): { step: AnswerStep; share?: number } {
  const match = STEP.exec(part);
  const what = match?.[1];
  if (what === undefined) {
    throw refused(
      text,
      part === ''
        ? 'an answer is missing'
        : `'${part}' is neither a status from 200 to 599 nor drop, hang or reset`,
      "write it as 202, 503,503,200, 500:0.1, reset:5% or 'issue_*=503,200'",
    );
  }
  const step = /^\d/.test(what) ? { status: Number(what) } : { silence: what as Silence };
  return match?.[2] === undefined ? { step } : { step, share: parseShare(match[2]) };
}

function refused(text: string, why: string, next: string): HooksError {
  return new HooksError('usage', `'${text}' does not say what to answer`, { why, next });
}
