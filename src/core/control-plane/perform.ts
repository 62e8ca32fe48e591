import {
  answerWith,
  type Call,
  done,
  findResource,
  kindOf,
  noSuch,
  type Performed,
  type PlanePorts,
  scopeOf,
} from './call.ts';
import type { Action } from './document.ts';
import { createResource, updateResource } from './perform-changes.ts';
import { listDeliveries, redeliver, replay, sendTest } from './perform-deliveries.ts';
import { type Resource, resourceScope } from './resource.ts';
import { effectiveSecret, rotateSecret } from './secrets.ts';
import { fill, fillText } from './template.ts';

type Perform = (call: Call, ports: PlanePorts) => Performed | Promise<Performed>;

const ACTIONS: Record<Action, Perform> = {
  create: createResource,
  list: (call, ports) => {
    const kind = kindOf(ports, call.binding);
    const items = ports.store.resources(call.binding.kind ?? '').map((one) => resourceScope(one, kind));
    return done(fill(call.binding.answer, { ...scopeOf(call), items }));
  },
  read: onResource((resource, call, ports) => answerWith(resource, call, ports)),
  update: onResource(updateResource),
  delete: onResource((resource, call, ports) => {
    ports.store.removeResource(resource.kind, resource.id);
    return answerWith(resource, call, ports);
  }),
  'list-event-types': (call, ports) =>
    done(fill(call.binding.answer, { ...scopeOf(call), items: ports.eventTypes })),
  test: onResource(sendTest),
  replay: onResource(replay),
  redeliver,
  'list-deliveries': listDeliveries,
  'read-secret': onResource((resource, call, ports) => {
    const secret = effectiveSecret(resource, ports);
    return secret === undefined
      ? noSuch('secret')
      : done(fill(call.binding.answer, { ...scopeOf(call), secret }));
  }),
  'rotate-secret': onResource(rotateSecret),
};

/** Does what an operation is bound to. The call's body is valid against its schema. Throws HooksError `store-unusable`. */
export async function perform(call: Call, ports: PlanePorts): Promise<Performed> {
  return ACTIONS[call.binding.action](call, ports);
}

type OnResource = (resource: Resource, call: Call, ports: PlanePorts) => Performed | Promise<Performed>;

function onResource(then: OnResource): Perform {
  return (call, ports) => {
    const { kind = '', id = '$path.id' } = call.binding;
    const resource = findResource(ports, kind, fillText(id, scopeOf(call)));
    return resource === undefined ? noSuch(kindOf(ports, call.binding).label) : then(resource, call, ports);
  };
}
