import type { Delivery } from '../delivery.ts';
import type { HeaderOverride } from '../delivery-headers.ts';
import { HooksError } from '../errors.ts';
import type { Json } from '../json.ts';
import { createDelivery, type OutgoingPlan } from '../outgoing.ts';
import type { PayloadEdit } from '../payload.ts';
import type { Recording } from '../recording.ts';
import { type ReplaySigning, replayDelivery } from '../replay.ts';
import type { ReplayStep, SendStep } from './scenario.ts';
import { expandText, expandValue, type Scope } from './template.ts';

/**
 * The delivery of a `send` step; with `first` the same once more: same id, same body, signed anew. `last` are edits after
 * those of the step.
 */
export function sendDelivery(
  step: SendStep,
  plan: OutgoingPlan,
  scope: Scope,
  first: Delivery | undefined,
  last: readonly PayloadEdit[] = [],
): Delivery {
  const own = first?.body ?? ownBody(step, plan, scope);
  const id =
    first?.id ?? (step.id === undefined ? undefined : sendable('the id', expandText(step.id, scope)));
  const edits: PayloadEdit[] = [
    ...(step.merge === undefined ? [] : [{ kind: 'merge', patch: expandValue(step.merge, scope) } as const]),
    ...setEdits(step.set, scope),
    ...step.unset.map((path) => ({ kind: 'unset', path }) as const),
    ...last,
  ];
  const changed: OutgoingPlan = {
    ...plan,
    headers: [...plan.headers, ...expandHeaders(step.headers, scope)],
    ...(own === undefined ? { edits } : { example: own, isVerbatim: true, edits: [] }),
    ...(id !== undefined && { id }),
  };
  return createDelivery(changed, { eventAt: scope.now, signedAt: scope.now, random: scope.random });
}

/** Where a `replay` step goes, and how it is signed. */
export interface ReplayTarget {
  url: string;
  /** Name of the endpoint, where it was saved under one. */
  endpoint?: string | undefined;
  headers: readonly HeaderOverride[];
  signing?: ReplaySigning;
}

/** The delivery of a `replay` step. */
export function replayStepDelivery(
  step: ReplayStep,
  recording: Recording,
  { url, endpoint, headers, signing }: ReplayTarget,
  scope: Scope,
): Delivery {
  const plan = {
    url,
    ...(endpoint !== undefined && { endpoint }),
    isAsIs: step.isAsIs,
    isNewId: step.isNewId,
    edits: setEdits(step.set, scope),
    headers: [...headers, ...expandHeaders(step.headers, scope)],
  };
  return replayDelivery(recording, plan, signing, { signedAt: scope.now, random: scope.random });
}

/** A body that the scenario itself holds; one from a file is in the plan already. */
function ownBody({ body }: SendStep, plan: OutgoingPlan, scope: Scope): Uint8Array | undefined {
  if (body === undefined) return undefined;
  if ('file' in body) return plan.example;
  if ('base64' in body) return Buffer.from(body.base64, 'base64');
  const value =
    typeof body.data === 'string'
      ? expandText(body.data, scope)
      : JSON.stringify(expandValue(body.data, scope));
  return new TextEncoder().encode(value);
}

function setEdits(set: Readonly<Record<string, Json>>, scope: Scope): PayloadEdit[] {
  return Object.entries(set).map(([path, value]) => ({
    kind: 'set',
    path,
    value: expandValue(value, scope),
  }));
}

function expandHeaders(headers: readonly HeaderOverride[], scope: Scope): HeaderOverride[] {
  return headers.map(({ name, value }) => ({
    name,
    value: sendable(`the header ${name}`, expandText(value, scope)),
  }));
}

/** What an answer gave may hold anything; a header may not. Throws HooksError `usage`. */
function sendable(what: string, value: string): string {
  if (!/[^\t\x20-\x7e\x80-\xff]/.test(value)) return value;
  throw new HooksError('usage', `${what} cannot be sent`, {
    why: 'it holds a line break or another character that no header can carry',
  });
}
