import type { Selection } from '../../core/selection.ts';
import type { SqlValue } from './sqlite.ts';

interface Condition {
  sql: string;
  values: SqlValue[];
}

/** The WHERE clause of a selection over `deliveries d`; `ids` are full ids. `last` is left to LIMIT. */
export function conditionsOf(
  selection: Selection,
  ids?: readonly string[],
): { where: string; values: SqlValue[] } {
  const conditions = [
    ids && anyOf(ids.map((id) => ({ sql: 'd.id = ?', values: [id] }))),
    selection.events && anyOf(selection.events.map(eventCondition)),
    selection.statuses && anyOf(selection.statuses.map(statusCondition)),
    is('lower(d.provider) = ?', selection.provider?.toLowerCase()),
    is('d.direction = ?', selection.direction),
    is('d.at >= ?', selection.since?.getTime()),
    is('d.at <= ?', selection.until?.getTime()),
    is('d.is_failed = ?', selection.isFailed === undefined ? undefined : Number(selection.isFailed)),
    is('d.is_invalid = ?', selection.isInvalid === undefined ? undefined : Number(selection.isInvalid)),
    selection.grep === undefined ? undefined : textCondition(selection.grep),
  ].filter((condition) => condition !== undefined);
  if (conditions.length === 0) return { where: '', values: [] };
  return {
    where: `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function is(sql: string, value: SqlValue | undefined): Condition | undefined {
  return value === undefined ? undefined : { sql, values: [value] };
}

function anyOf(conditions: readonly Condition[]): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(' OR ') || '0'})`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function eventCondition(pattern: string): Condition {
  const slash = pattern.indexOf('/');
  const whole = namePattern(pattern);
  if (slash <= 0) return whole;
  const rest = namePattern(pattern.slice(slash + 1));
  return anyOf([
    whole,
    {
      sql: `(lower(d.provider) = ? AND ${rest.sql})`,
      values: [pattern.slice(0, slash).toLowerCase(), ...rest.values],
    },
  ]);
}

function namePattern(pattern: string): Condition {
  // In GLOB, ? and [ are special as well; here only * is. SQLite's lower() knows the letters of ASCII only.
  const glob = pattern.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()).replaceAll(/[?[]/g, '[$&]');
  return { sql: '(lower(d.event_type) GLOB ? OR lower(d.slug) GLOB ?)', values: [glob, glob] };
}

function statusCondition(text: string): Condition {
  const hundred = /^([1-5])xx$/i.exec(text)?.[1];
  if (hundred === undefined) return { sql: 'd.status = ?', values: [Number(text)] };
  return { sql: 'd.status BETWEEN ? AND ?', values: [Number(hundred) * 100, Number(hundred) * 100 + 99] };
}

function textCondition(text: string): Condition {
  const bytes = new TextEncoder().encode(text);
  // Headers are kept as JSON. A look for the text as JSON writes it is quick, but finds what stands between values, too.
  const escaped = JSON.stringify(text).slice(1, -1);
  const inHeaders =
    "instr(c.headers, ?) AND EXISTS (SELECT 1 FROM json_tree(c.headers) j WHERE j.type = 'text' AND instr(j.atom, ?))";
  return {
    sql: `(instr(d.target, ?) OR EXISTS (SELECT 1 FROM contents c WHERE c.id = d.id AND (instr(c.body, ?) OR ${inHeaders})))`,
    values: [text, bytes, escaped, text],
  };
}
