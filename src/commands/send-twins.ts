import { randomHex, randomSource, SEED_BYTES } from '../adapters/random.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { createFanOut } from '../core/fan-out.ts';
import { randomShare, seededRandom } from '../core/identifiers.ts';
import { type Json, parseJsonBytes } from '../core/json.ts';
import { parsePointer, valueAt } from '../core/json-pointer.ts';
import type { Moment, OutgoingPlan } from '../core/outgoing.ts';
import { buildBody } from '../core/payload.ts';
import type { Warning } from '../core/run-event.ts';
import type { Context } from './context.ts';
import { type PayloadFlags, type PreparedSend, prepareTargets } from './send-plan.ts';
import { chooseTargets } from './send-targets.ts';
import type { Workspace } from './workspace.ts';

export interface TwinFlags {
  /** True without a share. */
  twins?: number | true;
}

/** Deliveries in the order in which they are due. */
export interface Lineup {
  create: (index: number, at?: Date) => Delivery;
  count: number;
  /** How many of them come of the first event. */
  ofFirst: number;
}

/** The private twins of the events of a run. */
export interface Twins {
  plans: readonly OutgoingPlan[];
  warnings: Warning[];
  /** The deliveries of `events` events, those of its twin behind each that has one. */
  beside: (
    create: Lineup['create'],
    events: number,
    momentOf: (at?: Date) => Omit<Moment, 'random'>,
  ) => Lineup;
}

/**
 * What `--twins` asks for. Throws HooksError `usage` for an event without a twin, and for a body that stays as it is: its
 * twin would tell of another thing.
 */
export async function prepareTwins(
  { plan, plans }: PreparedSend,
  flags: PayloadFlags & TwinFlags & { to?: string[]; case?: string },
  context: Context,
  workspace: Workspace,
): Promise<Twins> {
  const { choice } = plan;
  const twin = choice?.event.twin;
  if (choice === undefined || twin === undefined || flags.data !== undefined || flags.case !== undefined)
    throw noTwin(plan, flags);
  const { manifest } = choice.pack;
  const own = { ...withoutPayload(flags), provider: manifest.id };
  const prepared = await prepareTargets(
    chooseTargets(`${manifest.id}/${twin.event}`, own, workspace),
    own,
    context,
    workspace,
  );
  const edits = [{ kind: 'set', path: twin.twinIdAt, value: idIn(plan, twin.idAt) } as const];
  const twinPlans = prepared.plans.map((one) => ({ ...one, edits }));
  const share = flags.twins === undefined || flags.twins === true ? 1 : flags.twins;
  const seed = flags.seed ?? randomHex(SEED_BYTES);
  const who =
    share === 1 ? 'each event with its' : `${Number((share * 100).toFixed(2))} % of the events with their`;
  const message = `${who} private twin ${twin.event}`;
  const again = share === 1 ? '' : `; the same ones again with --seed ${seed}`;
  return {
    plans: twinPlans,
    warnings: [{ type: 'warning', code: 'twins', message: message + again }],
    beside(create, events, momentOf) {
      const random = seededRandom(`${seed}/twins`);
      const drawn = flags.seed === undefined ? randomSource(undefined) : seededRandom(`${seed}/twin-ids`);
      const createTwin = createFanOut(twinPlans, (at) => ({ ...momentOf(at), random: drawn }));
      const makers = Array.from({ length: events }, (_, event) => {
        const hasTwin = randomShare(random) < share;
        return [
          ...makersOf(create, event, plans.length),
          ...(hasTwin ? makersOf(createTwin, event, twinPlans.length) : []),
        ];
      });
      const all = makers.flat();
      return {
        count: all.length,
        ofFirst: makers[0]?.length ?? 0,
        create(index, at) {
          const make = all[index];
          if (make === undefined) throw new RangeError(`there are only ${all.length}`);
          return make(at);
        },
      };
    },
  };
}

/** For each endpoint what makes its delivery of an event. */
function makersOf(create: Lineup['create'], event: number, endpoints: number) {
  return Array.from(
    { length: endpoints },
    (_, endpoint) => (at?: Date) => create(event * endpoints + endpoint, at),
  );
}

/** The id that the payload will have; what is sent keeps the one of its sample, or gets that of the user. */
function idIn({ example, edits, isVerbatim }: OutgoingPlan, idAt: string): Json {
  const plain = { example, fresh: [], edits, now: new Date(), random: randomSource(undefined) };
  const parsed = parseJsonBytes(isVerbatim ? example : buildBody(plain));
  const id = 'value' in parsed ? valueAt(parsed.value, parsePointer(idAt)) : undefined;
  if (typeof id === 'string') return id;
  throw new HooksError('usage', `the payload has no id at ${idAt}, so its twin cannot tell of it`, {
    next: 'leave --twins out, or give the payload an id',
  });
}

/** What changes a payload is for the event, not for its twin. */
function withoutPayload<T extends PayloadFlags>(flags: T): T {
  const { set: _set, unset: _unset, merge: _merge, edit: _edit, id: _id, ...rest } = flags;
  return rest as T;
}

function noTwin({ choice }: OutgoingPlan, flags: PayloadFlags & { case?: string }): HooksError {
  const given = flags.case === undefined ? 'a body of your own' : 'a case of the examiner';
  const what = flags.data === undefined && flags.case === undefined ? choice?.event.slug : undefined;
  const twins = Object.values(choice?.pack.manifest.events ?? {}).filter(({ twin }) => twin);
  const next =
    twins.length === 0 ? 'leave --twins out' : `events with one: ${twins.map(({ slug }) => slug).join(', ')}`;
  return new HooksError('usage', `there is no private twin of ${what ?? given}`, { next });
}
