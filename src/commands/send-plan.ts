import { packageVersion } from '../adapters/package-root.ts';
import { readExample } from '../adapters/provider-packs.ts';
import { randomSource } from '../adapters/random.ts';
import { type EventChoice, findProvider, type ProviderPack } from '../core/catalogue.ts';
import type { HeaderOverride } from '../core/delivery-headers.ts';
import { HooksError } from '../core/errors.ts';
import { parseJsonBytes } from '../core/json.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import { buildBody, type PayloadEdit } from '../core/payload.ts';
import { type FreshField, GENERIC } from '../core/provider.ts';
import type { Warning } from '../core/run-event.ts';
import type { SchemeParameters, SignatureScheme } from '../core/signing/scheme.ts';
import { ofEndpoint } from '../core/subscription.ts';
import { readData, readMerge } from './body-source.ts';
import type { Context } from './context.ts';
import { type ChosenEndpoint, chooseEndpoint } from './endpoints.ts';
import { refuseExposure } from './secret-exposure.ts';
import { resolveSecrets, withSecretsRead } from './secrets.ts';
import { chooseEvent, type Targets } from './send-targets.ts';
import type { SchemeFlags, SecretFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import type { Workspace } from './workspace.ts';

/** What one types to say what is sent. */
export interface PayloadFlags extends SecretFlags, SchemeFlags {
  provider?: string;
  method?: string;
  header?: HeaderOverride[];
  set?: PayloadEdit[];
  unset?: string[];
  merge?: string[];
  data?: string;
  edit?: boolean;
  frozen?: boolean;
  seed?: string;
  id?: string;
  unsigned?: boolean;
  dryRun?: boolean;
  curl?: boolean;
}

export interface PreparedSend {
  /** For the first endpoint. */
  plan: OutgoingPlan;
  /** One for each endpoint: they differ in URL, credentials and secrets. */
  plans: readonly OutgoingPlan[];
  /** What the scheme was made from. */
  parameters: SchemeParameters;
  /** The secrets for the first endpoint, as they were given. */
  secretTexts: readonly string[];
  warnings: Warning[];
  /** True where the payload is no longer the sample that our tests have proven valid. */
  isEdited: boolean;
}

/** Everything that is known before the first delivery is made. Throws HooksError for a call that cannot work. */
export function prepareSend(
  event: string | undefined,
  flags: PayloadFlags & { to?: string },
  context: Context,
  workspace: Workspace,
): Promise<PreparedSend> {
  const endpoint = chooseEndpoint(flags.to, workspace);
  const choice = chooseEvent(event, flags, workspace, endpoint.saved?.provider);
  return prepareTargets({ ...(choice && { choice }), endpoints: [endpoint] }, flags, context, workspace);
}

/** The same for an event and endpoints that have been chosen. */
export async function prepareTargets(
  { choice, endpoints }: Targets,
  flags: PayloadFlags,
  context: Context,
  workspace: Workspace,
): Promise<PreparedSend> {
  const { body, isVerbatim, isEdited } = await chooseBody(choice, flags, context);
  const endpointProvider = endpoints.find(({ saved }) => saved?.provider)?.saved?.provider;
  const pack = choice?.pack ?? namedPack(flags, workspace, endpointProvider);
  const { scheme, parameters, caveats } = schemeFromFlags(pack, flags, workspace);
  const warnings = caveats.map((message) => warning('assumed', message));
  if (!scheme.needsSecret && (flags.secret ?? flags.secretFile) !== undefined) {
    warnings.push(
      warning('secret-unused', `the scheme ${scheme.id} signs nothing, so the secret is not used`),
    );
  }
  const secretFlags = flags.unsigned ? flags : await withSecretsRead(flags, context);
  const edits = isVerbatim ? [] : await payloadEdits(flags, context);
  const plans: OutgoingPlan[] = [];
  const secretTexts: string[][] = [];
  for (const endpoint of endpoints) {
    const texts = await secretsFor(endpoint, scheme, pack, secretFlags, context, workspace);
    secretTexts.push(texts);
    plans.push({
      ...(choice && { choice }),
      ...(pack && { pack }),
      example: body,
      isVerbatim,
      fresh: freshFields(choice, flags),
      edits,
      scheme,
      secrets: texts.map((text) => scheme.parseSecret(text)),
      url: endpoint.url.href,
      ...(endpoint.saved && { endpoint: endpoint.saved.name }),
      namedBy: endpoint.namedBy,
      ...(flags.method !== undefined && { method: flags.method }),
      headers: [...endpoint.credentials, ...(flags.header ?? [])],
      userAgent: `hooks/${packageVersion()}`,
      ...(flags.id !== undefined && { id: flags.id }),
    });
  }
  const [plan] = plans;
  if (plan === undefined) throw new TypeError('no endpoint to deliver to');
  return { plan, plans, parameters, secretTexts: secretTexts[0] ?? [], warnings, isEdited };
}

/** What a delivery for an endpoint is signed with. Throws HooksError that names the endpoint, where it has a name. */
async function secretsFor(
  endpoint: ChosenEndpoint,
  scheme: SignatureScheme,
  pack: ProviderPack | undefined,
  flags: PayloadFlags,
  context: Context,
  workspace: Workspace,
): Promise<string[]> {
  if (flags.unsigned) return [];
  const { saved } = endpoint;
  try {
    // A secret that is not needed is not read where it is only referred to.
    const texts = await resolveSecrets(flags, context, workspace, scheme.needsSecret ? saved : undefined);
    if (!scheme.needsSecret) return [];
    refuseExposure(scheme, endpoint, flags, workspace);
    if (texts === undefined) throw noSecret(pack, scheme.id);
    for (const text of texts) scheme.parseSecret(text);
    return texts;
  } catch (error) {
    throw saved === undefined ? error : ofEndpoint(saved, error);
  }
}

async function chooseBody(
  choice: EventChoice | undefined,
  flags: PayloadFlags,
  context: Context,
): Promise<{ body: Uint8Array; isVerbatim: boolean; isEdited: boolean }> {
  const isEdited = [flags.set, flags.unset, flags.merge].some((list) => list !== undefined);
  if (flags.data !== undefined) {
    if (isEdited || flags.edit) {
      throw new HooksError(
        'usage',
        '--data is sent byte for byte, so it cannot be combined with --set, --unset, --merge or --edit',
      );
    }
    return { body: await readData(flags.data, context.io.stdin), isVerbatim: true, isEdited: true };
  }
  // chooseEvent has refused a call that has neither.
  if (choice === undefined) return { body: new Uint8Array(), isVerbatim: true, isEdited: true };
  const example = await readExample(choice);
  if (!flags.edit) return { body: example, isVerbatim: (flags.frozen ?? false) && !isEdited, isEdited };
  const fresh = freshFields(choice, flags);
  const random = randomSource(flags.seed);
  const edited = buildBody({
    example,
    fresh,
    edits: await payloadEdits(flags, context),
    now: new Date(),
    random,
  });
  const parsed = parseJsonBytes(edited);
  const text =
    'value' in parsed ? `${JSON.stringify(parsed.value, null, 2)}\n` : Buffer.from(edited).toString();
  const { editInEditor } = await import('../adapters/editor.ts');
  return { body: editInEditor(text, context.io.env), isVerbatim: true, isEdited: true };
}

function freshFields(choice: EventChoice | undefined, { frozen, seed }: PayloadFlags): readonly FreshField[] {
  if (choice === undefined || frozen) return [];
  const { fresh } = choice.pack.manifest;
  // With a seed everything has to be reproducible: the sample's own times are, now is not.
  return seed === undefined ? fresh : fresh.filter(({ value }) => value === 'uuid');
}

async function payloadEdits(
  { set = [], unset = [], merge = [] }: PayloadFlags,
  { io }: Context,
): Promise<PayloadEdit[]> {
  const merges = await Promise.all(merge.map((path) => readMerge(path, io.stdin)));
  return [...merges, ...set, ...unset.map((path) => ({ kind: 'unset', path }) as const)];
}

/** The provider whose conventions hold for a body of one's own. */
function namedPack(
  { provider }: PayloadFlags,
  { packs }: Workspace,
  endpointProvider: string | undefined,
): ProviderPack | undefined {
  const name = provider ?? endpointProvider;
  return name === undefined || name === GENERIC ? undefined : findProvider(packs, name);
}

function noSecret(pack: ProviderPack | undefined, scheme: string): HooksError {
  const whose = pack ? `${pack.manifest.name} deliveries are` : `deliveries of the scheme ${scheme} are`;
  const where = pack?.manifest.secretLocation?.value;
  return new HooksError('secret-missing', `${whose} signed, and there is no secret to sign with`, {
    ...(where !== undefined && { why: `${pack?.manifest.name} shows it at: ${where}` }),
    next: 'set HOOKS_SECRET to the secret that your receiver checks with (or --secret-file), or send with --unsigned',
  });
}

function warning(code: string, message: string): Warning {
  return { type: 'warning', code, message };
}
