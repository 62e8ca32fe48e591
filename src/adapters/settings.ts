import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HooksError } from '../core/errors.ts';
import { isObject } from '../core/json.ts';
import type { SavedEndpoint } from '../core/saved-endpoint.ts';
import type { SettingValues } from '../core/settings.ts';

/** Everything that a user has saved. */
export interface UserConfig {
  settings: SettingValues;
  endpoints: Record<string, SavedEndpoint>;
  /** Folders of the user's own providers, absolute. */
  providers: string[];
}

const NAME = 'config';
// A change takes milliseconds: a lock that stays this long belongs to a process that was killed.
const LOCK_MS = 3000;

export function configFile(directory: string): string {
  return join(directory, `${NAME}.json`);
}

/**
 * What the user has saved; empty where nothing is. Reads the file itself: `conf` costs more at start-up than a whole
 * send, and is needed only to write. Throws HooksError `file-unreadable`.
 */
export function readUserConfig(directory: string): UserConfig {
  const file = configFile(directory);
  if (!existsSync(file)) return { settings: {}, endpoints: {}, providers: [] };
  try {
    const saved: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return parseUserConfig(saved);
  } catch (cause) {
    throw new HooksError('file-unreadable', `cannot read the settings in ${file}`, {
      // The message of JSON.parse quotes the text, which may be a secret.
      why:
        cause instanceof SyntaxError
          ? 'it is not valid JSON'
          : cause instanceof Error
            ? cause.message
            : String(cause),
      next: 'mend the file, or remove it to start anew',
    });
  }
}

/** Checks what a person may have edited by hand. What it throws names the place, never the value. */
function parseUserConfig(saved: unknown): UserConfig {
  const { settings = {}, endpoints = {}, providers = [] } = record(saved, 'it');
  for (const [key, value] of Object.entries(record(settings, 'settings'))) text(value, `settings.${key}`);
  for (const [name, endpoint] of Object.entries(record(endpoints, 'endpoints'))) {
    const at = `endpoints.${name}`;
    const { url, provider = '', events = [], secrets = [] } = record(endpoint, at);
    text(url, `${at}.url`);
    text(provider, `${at}.provider`);
    texts(events, `${at}.events`);
    texts(secrets, `${at}.secrets`);
  }
  texts(providers, 'providers');
  return {
    settings: settings as SettingValues,
    endpoints: endpoints as Record<string, SavedEndpoint>,
    providers: providers as string[],
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (isObject(value)) return value;
  throw new Error(`${name} is not a JSON object`);
}

function text(value: unknown, name: string): void {
  if (typeof value !== 'string') throw new Error(`${name} is not a text in quotes`);
}

function texts(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.some((entry) => typeof entry !== 'string'))
    throw new Error(`${name} is not a list of texts`);
}

/**
 * Changes what the user has saved, in one atomic write with mode 0600; changes made at the same time wait for each
 * other. Throws HooksError `file-unwritable`, and what `change` throws.
 */
export async function changeUserConfig(
  directory: string,
  change: (config: UserConfig) => void,
): Promise<void> {
  const { default: Conf } = await import('conf');
  let unlock = () => {};
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    unlock = await lock(join(directory, `${NAME}.lock`));
    const config = readUserConfig(directory);
    change(config);
    const store = new Conf<UserConfig>({
      cwd: directory,
      configName: NAME,
      projectName: 'hooks',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
    });
    // What a newer version has saved beside ours stays.
    store.store = { ...store.store, ...config };
  } catch (cause) {
    if (cause instanceof HooksError) throw cause;
    throw new HooksError('file-unwritable', `cannot write the settings to ${configFile(directory)}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'check the permissions of the folder, or choose another with HOOKS_CONFIG_DIR',
      cause,
    });
  } finally {
    unlock();
  }
}

async function lock(file: string): Promise<() => void> {
  const startedAt = performance.now();
  for (;;) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (performance.now() - startedAt > LOCK_MS) rmSync(file, { force: true });
      else await sleep(10);
    }
  }
}
