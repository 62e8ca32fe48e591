import { Buffer } from 'node:buffer';
import type { RandomBytes } from '../identifiers.ts';
import {
  answerWith,
  type Call,
  done,
  invalid,
  kindOf,
  type Performed,
  type PlanePorts,
  type Refusal,
  scopeOf,
} from './call.ts';
import type { ResourceKind } from './document.ts';
import type { KeptSecret, Resource } from './resource.ts';
import { fillText } from './template.ts';

/** The secret that signs for a resource now; undefined where none does. */
export function effectiveSecret(resource: Resource, { ownSecret }: PlanePorts): string | undefined {
  return ownSecret ?? resource.secrets[0]?.value;
}

/** All secrets that sign for a resource, the newest first: after a rotation the old one for a while as well. */
export function signingSecrets(resource: Resource, ownSecret: string | undefined, now: Date): string[] {
  if (ownSecret !== undefined) return [ownSecret];
  return resource.secrets.filter(({ until }) => until === undefined || until > now).map(({ value }) => value);
}

/** The secret of a new resource: the one that the client gives, or one that is made; none where the kind has none. */
export function firstSecrets(
  kind: ResourceKind,
  given: string | undefined,
  random: RandomBytes,
): KeptSecret[] {
  if (given !== undefined) return [{ value: given }];
  return kind.secret?.made === undefined ? [] : [{ value: newSecret(kind.secret.made, random) }];
}

function newSecret(
  { prefix, bytes, encoding }: { prefix: string; bytes: number; encoding: 'base64' | 'hex' },
  random: RandomBytes,
): string {
  return prefix + Buffer.from(random(bytes)).toString(encoding);
}

/** Puts a new secret before the old one, which goes on for the time that the provider says. */
export function rotateSecret(resource: Resource, call: Call, ports: PlanePorts): Performed {
  const kind = kindOf(ports, call.binding);
  if (ports.ownSecret !== undefined)
    return {
      problem: 'conflict',
      message: 'the secret was given to hooks serve, so it cannot be rotated; start it without one',
    };
  const given = givenSecret(call, ports);
  if (typeof given === 'object') return given;
  const now = ports.now();
  const until = new Date(now.getTime() + (kind.secret?.graceSeconds ?? 0) * 1000);
  const old = resource.secrets
    .filter((secret) => secret.until === undefined || secret.until > now)
    .map((secret) => ({ value: secret.value, until: secret.until ?? until }));
  const changed = {
    ...resource,
    secrets: [...firstSecrets(kind, given, ports.random), ...old],
    updatedAt: now,
  };
  ports.store.saveResource(changed);
  return call.binding.answer === undefined ? done(undefined) : answerWith(changed, call, ports);
}

/** The secret that the client gives, if any; or why it cannot be used. */
export function givenSecret(call: Call, ports: PlanePorts): string | undefined | Refusal {
  const template = call.binding.secret;
  const given = fillText(template, scopeOf(call));
  if (given === undefined || given === '') return undefined;
  const problem = ports.secretProblem(given);
  return problem === undefined ? given : invalid(String(template).replace('$body.', '/'), problem);
}
