import { findProvider, type ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { type Evidence, eventTypeOf, identify } from '../core/identify.ts';
import { parseJsonBytes } from '../core/json.ts';
import { GENERIC } from '../core/provider.ts';
import type { ChosenScheme } from '../core/provider-scheme.ts';
import type { WrittenDelivery } from '../core/raw-request.ts';
import { schemesByHeaders } from '../core/signing/recognise-scheme.ts';
import { createScheme, SCHEME_IDS } from '../core/signing/schemes.ts';
import type { SchemeFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import type { Workspace } from './workspace.ts';

/** What a delivery is taken for. */
export interface Recognised extends ChosenScheme {
  provider?: string;
  eventType?: string;
}

type Flags = SchemeFlags & { provider?: string };

/**
 * The scheme to verify by: of the provider that was named or that the delivery looks like, else the one asked for, else
 * the built-in one whose headers it has. Throws HooksError `usage` when nothing tells.
 */
export function recognise(delivery: WrittenDelivery, flags: Flags, workspace: Workspace): Recognised {
  const evidence = evidenceOf(delivery);
  const pack = packOf(evidence, flags, workspace);
  if (pack !== undefined) {
    const chosen = schemeFromFlags(pack, flags, workspace);
    if (!chosen.scheme.needsSecret) throw unsigned(pack.manifest.name);
    const eventType = eventTypeOf(pack, evidence);
    return { ...chosen, provider: pack.manifest.id, ...(eventType !== undefined && { eventType }) };
  }
  const id = flags.scheme ?? schemeByHeaders(delivery);
  const chosen = schemeFromFlags(undefined, { ...flags, scheme: id }, workspace);
  if (!chosen.scheme.needsSecret) throw unsigned(`the scheme ${id}`);
  return chosen;
}

function packOf(evidence: Evidence, flags: Flags, workspace: Workspace): ProviderPack | undefined {
  if (flags.provider === GENERIC) return undefined;
  if (flags.provider !== undefined) return findProvider(workspace.packs, flags.provider);
  const candidates = workspace.packs.map((pack) => ({
    pack,
    scheme: schemeFromFlags(pack, flags, workspace).scheme,
  }));
  return identify(candidates, evidence)?.pack;
}

function evidenceOf({ headers, body }: WrittenDelivery): Evidence {
  const parsed = parseJsonBytes(body);
  return { headers, ...('value' in parsed && { document: parsed.value }) };
}

/** The one built-in scheme whose headers are all there; one that covers the body before a shared secret. */
function schemeByHeaders({ headers }: WrittenDelivery): string {
  const schemes = SCHEME_IDS.filter((id) => id !== 'hmac-sha256' && id !== 'none').map((id) =>
    createScheme({ scheme: id }),
  );
  const fitting = schemesByHeaders(schemes, headers);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only.id;
  throw new HooksError('usage', 'neither the provider nor the signature scheme of the delivery is known', {
    why:
      fitting.length > 1
        ? `it has the headers of ${fitting.map(({ id }) => id).join(' and ')}`
        : 'its body is of no known provider, and it has the headers of no built-in scheme',
    next: `name one with --provider, or --scheme ${SCHEME_IDS.filter((id) => id !== 'none').join(', ')}`,
  });
}

function unsigned(name: string): HooksError {
  return new HooksError('usage', `deliveries of ${name} carry no signature that is known`, {
    next: 'name the scheme by which to verify with --scheme',
  });
}
