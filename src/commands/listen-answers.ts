import { STATUS_CODES } from 'node:http';
import { randomSource } from '../adapters/random.ts';
import type { AnswerRule, AnswerStep } from '../core/answering/answer-rule.ts';
import { createAnswerScript } from '../core/answering/answer-script.ts';
import { type DelayRange, drawDelayMs } from '../core/answering/delay-range.ts';
import { createEventMatch } from '../core/event-pattern.ts';
import { randomShare } from '../core/identifiers.ts';
import type { Answer, Reaction } from '../core/received.ts';
import type { Verdicts } from '../core/verdict.ts';
import { readData } from './body-source.ts';
import type { Context } from './context.ts';
import type { Workspace } from './workspace.ts';

export interface AnswerFlags {
  respond?: AnswerRule[];
  respondBody?: string;
  respondPerDelivery?: boolean;
  retryAfter?: number;
  delay?: DelayRange;
  seed?: string;
}

/** How deliveries are answered that nothing else decides about. */
export interface AnswerPlan {
  answer: Answer;
  script?: (verdicts: Verdicts) => Reaction | undefined;
  delayMs: () => number;
}

/** The answers that the flags ask for; 200 without any. Throws HooksError `file-unreadable`. */
export async function planAnswers(
  flags: AnswerFlags,
  { packs }: Workspace,
  { io }: Context,
): Promise<AnswerPlan> {
  const body = flags.respondBody === undefined ? undefined : await readData(flags.respondBody, io.stdin);
  const random = randomSource(flags.seed);
  const chance = () => randomShare(random);
  const { delay, respond = [] } = flags;
  const rules = respond.map((rule) => ({
    ...rule,
    isFor: rule.pattern === undefined ? () => true : createEventMatch(rule.pattern, packs),
  }));
  const say = createAnswerScript(rules, { chance, isPerDelivery: flags.respondPerDelivery ?? false });
  return {
    answer: answerFor(200, body, flags),
    ...(rules.length > 0 && { script: (verdicts) => reactionFor(say(verdicts), body, flags) }),
    delayMs: delay === undefined ? () => 0 : () => drawDelayMs(delay, chance),
  };
}

function reactionFor(
  step: AnswerStep | undefined,
  body: Uint8Array | undefined,
  flags: AnswerFlags,
): Reaction | undefined {
  if (step === undefined) return undefined;
  return 'silence' in step ? { silence: step.silence } : answerFor(step.status, body, flags);
}

// They have no content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).
const WITHOUT_CONTENT = new Set([204, 205, 304]);
// Where Retry-After tells when the same request may come again (RFC 9110, section 10.2.3; RFC 6585, section 4).
const COME_AGAIN = new Set([429, 503]);

function answerFor(status: number, given: Uint8Array | undefined, { retryAfter }: AnswerFlags): Answer {
  const again: Answer['headers'] =
    retryAfter !== undefined && COME_AGAIN.has(status)
      ? [['Retry-After', String(Math.ceil(retryAfter / 1000))]]
      : [];
  if (WITHOUT_CONTENT.has(status)) return { status, headers: again, body: new Uint8Array() };
  const body = given ?? Buffer.from(status < 300 ? 'ok\n' : `${STATUS_CODES[status] ?? status}\n`);
  const isJson = body[0] === 0x7b || body[0] === 0x5b;
  const type = isJson ? 'application/json' : 'text/plain; charset=utf-8';
  return { status, headers: [...again, ['Content-Type', type]], body };
}
