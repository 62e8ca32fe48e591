import { text } from 'node:stream/consumers';
import { readHiddenLine, type Terminal } from '../adapters/hidden-prompt.ts';
import { changeUserConfig, configFile, readUserConfig } from '../adapters/settings.ts';
import { findProvider } from '../core/catalogue.ts';
import { EXIT } from '../core/errors.ts';
import { MASK } from '../core/secret-headers.ts';
import {
  checkSettingValue,
  environmentName,
  parseSettingKey,
  resolveSetting,
  SETTINGS,
  type SettingKey,
} from '../core/settings.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { chooseEndpoint, shownAddress } from './endpoints.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace, settingsDirectory } from './workspace.ts';

type Flags = OutputFlags & ConfigFlag;

/** Prints each setting that is in force, with its origin where asked. */
export async function listSettings(flags: Flags & { showOrigin?: boolean }, context: Context): Promise<void> {
  const { io } = context;
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const resolved = inForce(key, flags, context);
    if (resolved === undefined) continue;
    const shown = shownValue(key, resolved.value);
    const origin =
      resolved.origin === 'environment'
        ? `environment ${environmentName(key)}`
        : configFile(settingsDirectory(context, flags));
    const line = flags.json
      ? formatEventJson({ key, value: shown, origin: resolved.origin })
      : `${key}=${visible(shown)}${flags.showOrigin ? `\t${origin}` : ''}\n`;
    await writeAll(io.stdout, line);
  }
}

/** Prints one setting; exit code 1 where it is not set. */
export async function getSetting(name: string, flags: Flags, context: Context): Promise<void> {
  const key = parseSettingKey(name);
  const resolved = inForce(key, flags, context);
  if (resolved === undefined) return context.exit(EXIT.failed);
  const shown = shownValue(key, resolved.value);
  await writeAll(
    context.io.stdout,
    flags.json ? formatEventJson({ key, value: shown }) : `${visible(shown)}\n`,
  );
}

export async function setSetting(
  name: string,
  value: string | undefined,
  flags: Flags,
  context: Context,
): Promise<void> {
  const key = parseSettingKey(name);
  const given = value ?? (await readValue(key, context));
  checkSettingValue(key, given);
  await refuseUnknownName(key, given, flags, context);
  await changeUserConfig(settingsDirectory(context, flags), ({ settings }) => {
    settings[key] = given;
  });
}

async function readValue(key: SettingKey, { io }: Context): Promise<string> {
  const stdin: Terminal = io.stdin;
  if (!SETTINGS[key].isSecret || stdin.isTTY !== true) return (await text(stdin)).replace(/\r?\n$/, '');
  const line = readHiddenLine(stdin, io.signal);
  // After it: what is typed as soon as the question is there must not be shown either.
  void writeAll(io.stderr, `${key} (not shown): `);
  try {
    return await line;
  } finally {
    await writeAll(io.stderr, '\n');
  }
}

/** A mistyped name would make every later call fail. */
async function refuseUnknownName(key: SettingKey, value: string, flags: Flags, context: Context) {
  if (key === 'provider') findProvider((await loadWorkspace(context, flags)).packs, value);
  if (key === 'endpoint') chooseEndpoint(value, await loadWorkspace(context, flags));
}

export async function unsetSetting(name: string, flags: Flags, context: Context): Promise<void> {
  const key = parseSettingKey(name);
  await changeUserConfig(settingsDirectory(context, flags), ({ settings }) => {
    delete settings[key];
  });
}

export async function printPath(flags: Flags, context: Context): Promise<void> {
  const path = configFile(settingsDirectory(context, flags));
  await writeAll(context.io.stdout, flags.json ? formatEventJson({ path }) : `${visible(path)}\n`);
}

function inForce(key: SettingKey, flags: Flags, context: Context) {
  return resolveSetting(key, context.io.env, readUserConfig(settingsDirectory(context, flags)).settings);
}

function shownValue(key: SettingKey, value: string): string {
  if (SETTINGS[key].isSecret) return MASK;
  return key === 'endpoint' ? shownAddress(value) : value;
}
