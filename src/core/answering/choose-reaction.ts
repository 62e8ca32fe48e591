import type { AttemptResult } from '../delivery.ts';
import { forwardAnswer } from '../forwarding/forward-answer.ts';
import { type Answer, jsonAnswer, type Reaction } from '../received.ts';
import type { DeliveryAnswer } from '../run-event.ts';
import { strictStatus, type Verdicts } from '../verdict.ts';

/** What a delivery meets by the verdicts alone. */
export interface ChosenReaction {
  reaction: Reaction;
  why?: string;
  /** By --strict: such a delivery is not passed on. */
  isRefused?: boolean;
  /** Said by a rule of --respond: it stands before what a target says. */
  isScripted?: boolean;
}

export interface ReactionPlan {
  /** The answer to a delivery that is not refused. */
  answer: Answer;
  /** The answer tells the verdict. */
  isStrict: boolean;
  /** What a delivery meets instead, and where it is passed on, instead of what the target says; undefined for neither. */
  script?: (verdicts: Verdicts) => Reaction | undefined;
}

/** Refused by its verdict, else as the script says, else the usual answer. */
export function chooseReaction(plan: ReactionPlan, verdicts: Verdicts): ChosenReaction {
  if (plan.isStrict) {
    const { status, why } = strictStatus(verdicts);
    if (status !== 200) return { reaction: jsonAnswer(status, { error: why }), why, isRefused: true };
  }
  const scripted = plan.script?.(verdicts);
  return scripted ? { reaction: scripted, isScripted: true } : { reaction: plan.answer };
}

/** What the sender of a delivery that was passed on meets: as scripted, else by what came of the first attempt. */
export function reactionAfter(
  chosen: ChosenReaction,
  first: { target: string; result: AttemptResult; willRetry: boolean },
): { reaction: Reaction; answer: DeliveryAnswer } {
  if (chosen.isScripted) return { reaction: chosen.reaction, answer: answerOf(chosen.reaction) };
  const { answer, why } = forwardAnswer(first.result, first.willRetry);
  const from = why === undefined ? { from: first.target } : {};
  return { reaction: answer, answer: { ...answerOf(answer, why), ...from } };
}

/** A reaction as it is shown. */
export function answerOf(reaction: Reaction, why?: string): DeliveryAnswer {
  const what = 'silence' in reaction ? { silence: reaction.silence } : { status: reaction.status };
  return { ...what, ...(why !== undefined && { why }) };
}
