import { setAt } from '../body-path.ts';
import { isObject, type Json } from '../json.ts';
import { parsePointer } from '../json-pointer.ts';
import type { Severity } from '../report.ts';
import { withField } from './body-edits.ts';
import type { CaseRow } from './case-table.ts';
import type { Expected } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import type { Changes } from './forge.ts';

const UNKNOWN_EVENT_TYPE = 'EVENT_TYPE_ADDED_NEXT_YEAR';
const LATER = 'Providers add fields, values and event types without asking.';
const ACCEPTED: [Severity, Expected] = ['must', 'accepted'];
const ANSWERED: [Severity, Expected] = ['must', 'answered'];

/** Payloads as the provider may send them tomorrow, and some that it should not. */
export function payloadRows(subject: ExamSubject): CaseRow[] {
  const { manifest } = subject.plan.pack;
  const compatibility = manifest.facts.compatibility;
  const source = compatibility && sourceOf(subject, compatibility);
  const later = { why: LATER, source };
  return [
    ...eventTypeRows(subject, later),
    row(
      'unknown-field',
      'a field that is not in the schema',
      { body: (body) => withField(body, '"new"') },
      ACCEPTED,
      later,
    ),
    row(
      'unknown-object',
      'an object that is not in the schema',
      { body: (body) => withField(body, '{"deep":{"list":[1,null,{"a":[]}]}}') },
      ACCEPTED,
      later,
    ),
    row(
      'unknown-nested-field',
      'a field that is not in the schema in every object',
      { edit: inEveryObject },
      ACCEPTED,
      later,
    ),
    row(
      'long-text',
      'a text of 100 kB',
      { body: (body) => withField(body, JSON.stringify('long '.repeat(20_000))) },
      ACCEPTED,
    ),
    row(
      'large-body',
      'a body of 1 MB',
      { body: (body) => withField(body, JSON.stringify('large '.repeat(170_000))) },
      ['should', 'accepted'],
    ),
    row(
      'long-list',
      'a list of 10,000 objects',
      {
        body: (body) => withField(body, JSON.stringify(Array.from({ length: 10_000 }, (_, id) => ({ id })))),
      },
      ACCEPTED,
    ),
    row(
      'many-fields',
      'an object of 5,000 fields',
      {
        body: (body) =>
          withField(
            body,
            JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`field_${n}`, n]))),
          ),
      },
      ACCEPTED,
    ),
    row(
      'unicode-text',
      'text in many scripts, with emoji and combined characters',
      { body: (body) => withField(body, JSON.stringify('Ünïcödé 東京 العربية 👩‍👩‍👧 e\u0301 \u2028')) },
      ACCEPTED,
    ),
    row(
      'control-characters',
      'text with control characters',
      { body: (body) => withField(body, '"\\u0000\\u0007\\u001b[31m\\u202e"') },
      ANSWERED,
    ),
    row(
      'markup-text',
      'text with HTML, SQL and template syntax',
      {
        body: (body) =>
          withField(body, JSON.stringify("<script>alert(1)</script>'; DROP TABLE events; -- #{7*7} {{7*7}}")),
      },
      ACCEPTED,
    ),
    row(
      'null-payload',
      'the payload object null',
      { edit: (payload) => overPayload(payload, () => null) },
      ANSWERED,
    ),
    row(
      'empty-payload',
      'the payload object empty',
      { edit: (payload) => overPayload(payload, () => ({})) },
      ANSWERED,
    ),
    row(
      'list-payload',
      'a list in place of the payload object',
      { edit: (payload) => overPayload(payload, () => []) },
      ANSWERED,
    ),
    row(
      'text-payload',
      'a text in place of the payload object',
      { edit: (payload) => overPayload(payload, () => 'text') },
      ANSWERED,
    ),
    row(
      'null-fields',
      'every field of the payload null',
      { edit: (payload) => overPayload(payload, nullFields) },
      ANSWERED,
    ),
    row(
      'swapped-types',
      'numbers for texts and texts for numbers',
      { edit: (payload) => overPayload(payload, swapTypes) },
      ANSWERED,
    ),
  ];
}

function row(
  name: string,
  what: string,
  changes: Changes,
  [severity, expected]: [Severity, Expected],
  facts: Pick<CaseRow, 'why' | 'source'> = {},
): CaseRow {
  const verb = expected === 'accepted' ? 'accepts' : 'answers';
  const tail = expected === 'accepted' ? '' : ', whatever it thinks of it';
  return {
    name,
    title: `${verb} a delivery with ${what}${tail}`,
    severity,
    expected,
    sent: `the delivery with ${what}`,
    ...facts,
    changes,
  };
}

/** The event type as it may come one day; only where the body tells it. */
function eventTypeRows({ plan }: ExamSubject, later: Pick<CaseRow, 'why' | 'source'>): CaseRow[] {
  const location = plan.pack.manifest.eventType.value;
  const path = location?.in === 'body' ? location.paths[0] : undefined;
  if (path === undefined) return [];
  const segments = parsePointer(path);
  const typed = (value: Json): Changes => ({ edit: (payload) => setAt(payload, segments, value) });
  return [
    {
      ...row(
        'unknown-event-type',
        'an event type that does not exist yet',
        typed(UNKNOWN_EVENT_TYPE),
        ['should', 'accepted'],
        later,
      ),
      why: `${LATER} What is not 2xx is sent again and counts against the endpoint: acknowledge what you do not know, and ignore it.`,
    },
    row('null-event-type', 'null as event type', typed(null), ANSWERED),
    row('number-event-type', 'a number as event type', typed(4711), ANSWERED),
    row('object-event-type', 'an object as event type', typed({ type: 'event' }), ANSWERED),
    row('inherited-event-type', 'the event type "constructor"', typed('constructor'), ANSWERED),
  ];
}

/** Changes the objects at the top level: those that hold what the event is about. */
function overPayload(document: Json, change: (inner: Json) => Json): Json {
  if (!isObject(document)) return document;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, isObject(value) ? change(value as Json) : value]),
  ) as Json;
}

function inEveryObject(value: Json): Json {
  if (Array.isArray(value)) return value.map(inEveryObject);
  if (!isObject(value)) return value;
  const inner = Object.entries(value).map(([key, child]) => [key, inEveryObject(child as Json)] as const);
  return Object.fromEntries([...inner, ['x_added_by_hooks', 'new']]) as Json;
}

function nullFields(inner: Json): Json {
  return isObject(inner) ? Object.fromEntries(Object.keys(inner).map((key) => [key, null])) : inner;
}

function swapTypes(value: Json): Json {
  if (typeof value === 'string') return 4711;
  if (typeof value === 'number' || typeof value === 'boolean') return 'text';
  if (Array.isArray(value)) return value.map(swapTypes);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, swapTypes(child as Json)]));
}
