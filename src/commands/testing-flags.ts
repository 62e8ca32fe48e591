import type { HeaderOverride } from '../core/delivery-headers.ts';
import type { ReceiverFlags } from './receiver-options.ts';
import type { ReportFlags } from './report-options.ts';
import type { ConfigFlag, ConnectionFlags, OutputFlags, SchemeFlags, SecretFlags } from './shared-options.ts';

/** What one may type to `hooks test` and to `hooks run` alike. */
export interface TestingFlags
  extends ConnectionFlags,
    SecretFlags,
    SchemeFlags,
    OutputFlags,
    ConfigFlag,
    ReportFlags,
    ReceiverFlags {
  provider?: string;
  header?: HeaderOverride[];
  list?: boolean;
  timeout?: number;
  seed?: string;
}
