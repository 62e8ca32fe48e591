import { zlibCompression } from '../adapters/compression.ts';
import { FRAMEWORKS } from '../core/diagnosis/mistakes.ts';
import type { NamedScheme } from '../core/diagnosis/other-schemes.ts';
import type { KnownSecret } from '../core/diagnosis/secret-mistakes.ts';
import { EXIT, HooksError } from '../core/errors.ts';
import { examine } from '../core/examine.ts';
import { headerValues } from '../core/headers.ts';
import { parseMoment } from '../core/moment.ts';
import { nearest } from '../core/nearest.ts';
import { chooseScheme } from '../core/provider-scheme.ts';
import type { WrittenDelivery } from '../core/raw-request.ts';
import { MASK } from '../core/secret-headers.ts';
import type { Verification } from '../core/verification.ts';
import { visible } from '../core/visible.ts';
import { colorsFor } from '../views/colors.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import { verificationText } from '../views/verify-text.ts';
import type { Context } from './context.ts';
import { chooseSource, type SourceFlags } from './delivery-source.ts';
import { recognise } from './recognise.ts';
import { resolveSecrets } from './secrets.ts';
import type { ConfigFlag, OutputFlags, SchemeFlags } from './shared-options.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

export interface VerifyFlags extends SourceFlags, SchemeFlags, OutputFlags, ConfigFlag {
  provider?: string;
  at?: string;
  framework?: string;
  showExpected?: boolean;
}

/** Verifies every delivery of the source, says why one is not genuine, and sets the exit code. */
export async function runVerify(
  file: string | undefined,
  flags: VerifyFlags,
  context: Context,
): Promise<void> {
  refuseUnknownFramework(flags.framework);
  const now = new Date();
  const asked = flags.at === undefined ? undefined : parseMoment(flags.at, now);
  const loadDeliveries = chooseSource(file, flags, context);
  const workspace = await loadWorkspace(context, flags);
  const secrets = await resolveSecrets(flags, context, workspace);
  if (secrets === undefined) throw missingSecret();
  const deliveries = await loadDeliveries();
  const knowledge = {
    knownSecrets: knownSecrets(workspace, context, secrets),
    otherSchemes: providerSchemes(workspace),
  };
  const said = new Set<string>();
  const exitCodes: number[] = [EXIT.ok];
  for (const delivery of deliveries) {
    const recognised = recognise(delivery, flags, workspace);
    refuseMasked(delivery, recognised.scheme.headerNames);
    const verification = examine({
      ...knowledge,
      ...recognised,
      delivery,
      otherDeliveries: deliveries.filter((other) => other !== delivery),
      secrets,
      at: asked ?? delivery.receivedAt ?? now,
      compression: zlibCompression,
      showsExpected: flags.showExpected ?? false,
    });
    await warn(
      verification.caveats.filter((caveat) => !said.has(caveat)),
      flags,
      context,
    );
    for (const caveat of verification.caveats) said.add(caveat);
    await show(verification, flags, context);
    if (!verification.isGenuine) exitCodes.push(exitCodeOf(verification));
  }
  context.exit(Math.max(...exitCodes));
}

/** A secret that the scheme cannot use is a wrong call, also where it explains why the delivery is refused. */
function exitCodeOf({ reason }: Verification): number {
  return reason === 'secret-unusable' ? EXIT.usage : EXIT.failed;
}

function refuseUnknownFramework(name: string | undefined): void {
  if (name === undefined || FRAMEWORKS.includes(name.toLowerCase())) return;
  const near = nearest(name, FRAMEWORKS);
  throw new HooksError('unknown-name', `no fix is known in the words of '${name}'`, {
    next: `${near === undefined ? '' : `did you mean ${near}? `}Known frameworks: ${FRAMEWORKS.join(', ')}`,
  });
}

/** With JSON the caveats stand in the result itself. */
async function warn(caveats: readonly string[], flags: VerifyFlags, { io }: Context): Promise<void> {
  if (flags.json || flags.quiet) return;
  for (const caveat of caveats) await writeAll(io.stderr, `note: ${visible(caveat)}\n`);
}

async function show(verification: Verification, flags: VerifyFlags, { io }: Context): Promise<void> {
  if (flags.json) return writeAll(io.stdout, formatEventJson(verification));
  const { color, framework } = flags;
  const colors = colorsFor(io.stdout, { env: io.env, ...(color !== undefined && { color }) });
  const text = verificationText(verification, {
    colors,
    isQuiet: flags.quiet ?? false,
    isVerbose: flags.verbose ?? false,
    ...(framework !== undefined && { framework }),
  });
  return writeAll(io.stdout, text);
}

function missingSecret(): HooksError {
  return new HooksError('secret-missing', 'no secret to verify with', {
    next: 'give one with --secret-file or HOOKS_SECRET; several (--secret-file twice) are tried one after the other',
  });
}

/** Secrets of the user that were not chosen for this delivery. */
export function knownSecrets(
  { config }: Workspace,
  { io }: Context,
  chosen: readonly string[],
): KnownSecret[] {
  const known = Object.entries(config.endpoints).flatMap(([name, { secrets = [] }]) =>
    secrets.map((text) => ({ name: `the secret of endpoint '${name}'`, text })),
  );
  const variable = io.env.HOOKS_SECRET;
  if (variable) known.push({ name: 'the secret in HOOKS_SECRET', text: variable });
  const setting = config.settings.secret;
  if (setting) known.push({ name: 'the secret of the user settings', text: setting });
  return known.filter(({ text }) => !chosen.includes(text));
}

/** The schemes that a delivery may have been signed by instead. */
export function providerSchemes({ packs }: Workspace): NamedScheme[] {
  return packs
    .map((pack) => ({
      name: `the scheme of ${pack.manifest.name}`,
      parameters: chooseScheme(pack, {}).parameters,
    }))
    .filter(({ parameters }) => parameters.scheme === 'hmac-sha256');
}

/** A value that was masked when the delivery was printed can't be checked. */
function refuseMasked({ name, headers }: WrittenDelivery, headerNames: readonly string[]): void {
  const masked = headerNames.find((header) => headerValues(headers, header).some(isMasked));
  if (masked === undefined) return;
  throw new HooksError('invalid-input', `the header ${masked} of ${name} is masked`, {
    why: 'a header that holds a secret itself is never printed',
    next: 'verify the request as it travelled, with this header',
  });
}

function isMasked(value: string): boolean {
  // In a file, a head is read as Latin-1.
  return value === MASK || Buffer.from(value, 'latin1').toString('utf8') === MASK;
}
