import { isPrivateHost } from '../endpoint-address.ts';
import { deliveryId } from '../identifiers.ts';
import {
  answerWith,
  type Call,
  findResource,
  invalid,
  kindOf,
  type Performed,
  type PlanePorts,
  type Refusal,
  scopeOf,
} from './call.ts';
import type { ResourceKind } from './document.ts';
import { asFields, fieldAt, type Resource, urlOf } from './resource.ts';
import { firstSecrets, givenSecret } from './secrets.ts';
import { fill } from './template.ts';

// A local stand-in needs a handful; a client that loops must not fill the disk.
const MOST_RESOURCES = 1000;

/** Makes a resource of what the client sent. */
export function createResource(call: Call, ports: PlanePorts): Performed {
  const { binding } = call;
  const name = binding.kind ?? '';
  const kind = kindOf(ports, binding);
  if (ports.store.resources(name).length >= MOST_RESOURCES)
    return {
      problem: 'conflict',
      message: `there are ${MOST_RESOURCES} already, which is as many as hooks serve keeps`,
    };
  const given = givenSecret(call, ports);
  if (typeof given === 'object') return given;
  const now = ports.now();
  const resource: Resource = {
    kind: name,
    id: deliveryId(kind.idFormat, ports.random, now),
    fields: asFields(fill(binding.fields, scopeOf(call))),
    secrets: firstSecrets(kind, given, ports.random),
    createdAt: now,
    updatedAt: now,
  };
  return saved(resource, kind, call, ports);
}

/** Changes what the client sent, or replaces everything by it. */
export function updateResource(resource: Resource, call: Call, ports: PlanePorts): Performed {
  const { binding } = call;
  const sent = asFields(fill(binding.fields, scopeOf(call)));
  const changed = {
    ...resource,
    fields: binding.replaces ? sent : { ...resource.fields, ...sent },
    updatedAt: ports.now(),
  };
  return saved(changed, kindOf(ports, binding), call, ports);
}

function saved(resource: Resource, kind: ResourceKind, call: Call, ports: PlanePorts): Performed {
  const refusal = urlRefusal(resource, kind) ?? referenceRefusal(resource, kind, ports);
  if (refusal) return refusal;
  ports.store.saveResource(resource);
  return answerWith(resource, call, ports);
}

/** Why the URL cannot be delivered to: what JSON Schema cannot say of it. */
function urlRefusal(resource: Resource, kind: ResourceKind): Refusal | undefined {
  if (kind.url === undefined) return undefined;
  const text = urlOf(resource, kind);
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return invalid(kind.url, 'is not an http or https URL');
  if (url.username !== '' || url.password !== '')
    return invalid(kind.url, 'must hold no user name or password');
  const isPlain = url.protocol === 'http:' && kind.httpsOnly && !isPrivateHost(url.hostname);
  return isPlain
    ? invalid(kind.url, 'must be https; http is taken only for this machine and private networks')
    : undefined;
}

function referenceRefusal(resource: Resource, kind: ResourceKind, ports: PlanePorts): Refusal | undefined {
  const { via } = kind;
  if (via === undefined) return undefined;
  const unknown = [fieldAt(resource, via.ids)]
    .flat()
    .find((id) => findResource(ports, via.kind, String(id)) === undefined);
  return unknown === undefined
    ? undefined
    : invalid(via.ids, `there is no ${via.kind} ${JSON.stringify(unknown)}`);
}
