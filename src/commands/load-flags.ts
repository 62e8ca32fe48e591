import type { Demands } from '../core/load/totals.ts';
import { parseStatusMatch, type StatusMatch } from '../core/status-match.ts';
import type { LoadShape, ShapeFlags } from './load-shape.ts';
import type { PayloadFlags } from './send-plan.ts';
import type { ConfigFlag, ConnectionFlags, OutputFlags } from './shared-options.ts';

export interface LoadFlags extends PayloadFlags, ShapeFlags, ConnectionFlags, OutputFlags, ConfigFlag {
  workers?: number | 'auto';
  allowRemote?: boolean;
  maxErrors?: number;
  expect?: { text: string; match: StatusMatch };
  timeout?: number;
  html?: string;
  export?: 'k6' | 'artillery';
  output?: string;
}

const DEFAULT_ERROR_SHARE = 0.01;

/** What a load is judged by. */
export function demandsOf(flags: LoadFlags, { mode }: LoadShape): Demands {
  return {
    thresholds: { latency: flags.maxLatency ?? [], errorShare: flags.maxErrors ?? DEFAULT_ERROR_SHARE },
    isExpected: (flags.expect ?? { match: parseStatusMatch('2xx') }).match,
    isOpen: mode !== 'closed',
  };
}
