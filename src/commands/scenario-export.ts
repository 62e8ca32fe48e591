import { formatScenario } from '../adapters/scenario-text.ts';
import { createScenario, type KnownDelivery } from '../core/export/scenario.ts';
import { headerValues } from '../core/headers.ts';
import type { Recording } from '../core/recording.ts';
import type { SchemeFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import type { Workspace } from './workspace.ts';

/** The recordings as a scenario file that delivers them again, in their order, signed anew. */
export function scenarioText(
  recordings: Iterable<Recording>,
  flags: SchemeFlags,
  workspace: Workspace,
): string {
  const scenario = createScenario(recordings, 'Recorded deliveries', (recording) =>
    known(recording, flags, workspace),
  );
  return formatScenario(scenario);
}

function known(recording: Recording, flags: SchemeFlags, workspace: Workspace): KnownDelivery {
  const pack = workspace.packs.find(({ manifest }) => manifest.id === recording.provider);
  const { scheme } = schemeFromFlags(pack, flags, workspace);
  const madeAnew = new Set(['user-agent', ...scheme.headerNames.map((name) => name.toLowerCase())]);
  const usualType = pack?.manifest.request.contentType.value ?? 'application/json';
  if (headerValues(recording.headers, 'content-type').join() === usualType) madeAnew.add('content-type');
  const { eventType } = recording;
  if (pack === undefined || eventType === undefined || !Object.hasOwn(pack.manifest.events, eventType)) {
    return { madeAnew };
  }
  return { event: `${pack.manifest.id}/${eventType}`, madeAnew };
}
