import { text } from 'node:stream/consumers';
import { readHiddenLine, type Terminal } from '../adapters/hidden-prompt.ts';
import { changeUserConfig, configFile, readUserConfig } from '../adapters/settings.ts';
import { findProvider } from '../core/catalogue.ts';
import { EXIT } from '../core/errors.ts';
import { namedEndpoints } from '../core/named-endpoint.ts';
import type { Project } from '../core/project/project.ts';
import { MASK } from '../core/secret-headers.ts';
import {
  checkSettingValue,
  environmentName,
  parseSettingKey,
  resolveSetting,
  SETTINGS,
  type SettingKey,
  type SettingLevels,
} from '../core/settings.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { chooseEndpoint, shownAddress } from './endpoints.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadProject, loadWorkspace, projectFile, settingsDirectory } from './workspace.ts';

type Flags = OutputFlags & ConfigFlag;

/** Prints each setting that is in force, with its origin where asked. */
export async function listSettings(flags: Flags & { showOrigin?: boolean }, context: Context): Promise<void> {
  const { io } = context;
  const project = await loadProject(context);
  const levels = levelsOf(project, flags, context);
  for (const key of Object.keys(SETTINGS) as SettingKey[]) {
    const resolved = resolveSetting(key, io.env, levels);
    if (resolved === undefined) continue;
    const shown = shownValue(key, resolved.value);
    const origin = {
      environment: `environment ${environmentName(key)}`,
      project: visible(project?.file ?? ''),
      user: configFile(settingsDirectory(context, flags)),
    }[resolved.origin];
    const line = flags.json
      ? formatEventJson({ key, value: shown, origin: resolved.origin })
      : `${key}=${visible(shown)}${flags.showOrigin ? `\t${origin}` : ''}\n`;
    await writeAll(io.stdout, line);
  }
  // Also where it sets nothing: its endpoints and scenarios count.
  if (flags.showOrigin && !flags.json && !flags.quiet && project)
    await writeAll(io.stderr, `project file in force: ${visible(project.file)}\n`);
}

/** Prints one setting; exit code 1 where it is not set. */
export async function getSetting(name: string, flags: Flags, context: Context): Promise<void> {
  const key = parseSettingKey(name);
  const levels = levelsOf(await loadProject(context), flags, context);
  const resolved = resolveSetting(key, context.io.env, levels);
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
  if (key !== 'endpoint') return;
  const { config, settingWithOrigin } = await loadWorkspace(context, flags);
  // The endpoints of a project are there in it alone; the setting holds everywhere.
  chooseEndpoint(value, { endpoints: namedEndpoints(config.endpoints), settingWithOrigin });
}

export async function unsetSetting(name: string, flags: Flags, context: Context): Promise<void> {
  const key = parseSettingKey(name);
  await changeUserConfig(settingsDirectory(context, flags), ({ settings }) => {
    delete settings[key];
  });
}

/** Prints the file of the user's settings and, on a line of its own, the project file in force. */
export async function printPath(flags: Flags, context: Context): Promise<void> {
  const path = configFile(settingsDirectory(context, flags));
  const project = projectFile(context.io);
  const text = flags.json
    ? formatEventJson({ path, ...(project !== undefined && { project }) })
    : [path, ...(project === undefined ? [] : [project])].map((one) => `${visible(one)}\n`).join('');
  await writeAll(context.io.stdout, text);
}

function levelsOf(project: Project | undefined, flags: Flags, context: Context): SettingLevels {
  const user = readUserConfig(settingsDirectory(context, flags)).settings;
  return { ...(project && { project: project.settings }), user };
}

function shownValue(key: SettingKey, value: string): string {
  if (SETTINGS[key].isSecret) return MASK;
  return key === 'endpoint' ? shownAddress(value) : value;
}
