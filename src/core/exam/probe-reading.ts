import { isObject } from '../json.ts';

/** What a probe tells of the receiver's side effects. */
export interface ProbeReading {
  /** How many events have been processed. */
  processed?: number;
  /** Whatever else it says, for comparison. */
  state?: string;
}

/**
 * A whole number counts what was processed; a JSON object may hold it as `processed`, and anything as `state`; every
 * other text is a state.
 */
export function parseProbe(text: string): ProbeReading {
  const trimmed = text.trim();
  if (/^\d{1,15}$/.test(trimmed)) return { processed: Number(trimmed) };
  const value = parsed(trimmed);
  if (!isObject(value) || !('processed' in value || 'state' in value)) return { state: trimmed };
  return {
    ...(typeof value.processed === 'number' && { processed: value.processed }),
    ...('state' in value && { state: JSON.stringify(value.state) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
