import { parseDuration } from './duration.ts';
import { HooksError } from './errors.ts';
import { nearest } from './nearest.ts';
import { parseCount } from './retention.ts';
import { parseSize } from './size.ts';

/** Settings of a user, each with the check that a new value must pass; what the check throws is shown. */
const CHECKS = {
  provider: (_text: string) => {},
  endpoint: (_text: string) => {},
  secret: (text: string) => {
    if (text.trim() === '') throw new HooksError('usage', 'the secret is empty');
  },
  timeout: (text: string) => void parseDuration(text),
  tolerance: (text: string) => void parseDuration(text),
  port: (text: string) => {
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
      throw new HooksError('usage', `'${text}' is not a port`);
  },
  'history-age': (text: string) => void parseDuration(text),
  'history-count': (text: string) => void parseCount(text),
  'history-size': (text: string) => void parseSize(text),
} as const;

export type SettingKey = keyof typeof CHECKS;

export const SETTINGS: Record<SettingKey, { description: string; isSecret: boolean }> = {
  provider: {
    description: 'provider that is meant where an event name or a delivery leaves it open',
    isSecret: false,
  },
  endpoint: { description: 'endpoint that is meant without --to', isSecret: false },
  secret: { description: 'signing secret that is used when nothing nearer gives one', isSecret: true },
  timeout: { description: 'time an attempt may take, instead of the provider’s own', isSecret: false },
  tolerance: { description: 'greatest accepted age of a signature', isSecret: false },
  port: { description: 'port on which `hooks listen` listens', isSecret: false },
  'history-age': { description: 'how long deliveries are kept (default: 30d)', isSecret: false },
  'history-count': { description: 'how many deliveries are kept (default: 100000)', isSecret: false },
  'history-size': {
    description: 'how large all kept bodies may be together (default: 1GiB)',
    isSecret: false,
  },
};

export type SettingValues = Partial<Record<SettingKey, string>>;

export type SettingOrigin = 'environment' | 'project' | 'user';

/** Settings from files: those of the project that a call is made in, and the user's own. */
export interface SettingLevels {
  project?: SettingValues;
  user: SettingValues;
}

/** The environment variable of a setting, e.g. HOOKS_TIMEOUT. */
export function environmentName(key: SettingKey): string {
  return `HOOKS_${key.toUpperCase().replaceAll('-', '_')}`;
}

/** The key that a person typed. Throws HooksError `unknown-name` with the nearest. */
export function parseSettingKey(text: string): SettingKey {
  if (Object.hasOwn(SETTINGS, text)) return text as SettingKey;
  const known = Object.keys(SETTINGS);
  const near = nearest(text, known);
  throw new HooksError('unknown-name', `no setting is called '${text}'`, {
    next:
      near === undefined
        ? `settings: ${known.join(', ')}`
        : `did you mean ${near}? Settings: ${known.join(', ')}`,
  });
}

/** Checks a new value for a setting. Throws HooksError `usage`, never with a secret in it. */
export function checkSettingValue(key: SettingKey, value: string): void {
  CHECKS[key](value);
}

/** The value that is in force and where it comes from: the environment, then the project, then the user's own settings. */
export function resolveSetting(
  key: SettingKey,
  env: Readonly<Record<string, string | undefined>>,
  { project = {}, user }: SettingLevels,
): { value: string; origin: SettingOrigin } | undefined {
  const fromEnvironment = env[environmentName(key)];
  if (fromEnvironment !== undefined) {
    // An empty variable is what CI makes of a secret that it does not have: using no secret then would hide it.
    if (fromEnvironment === '') {
      throw new HooksError(
        SETTINGS[key].isSecret ? 'secret-unusable' : 'usage',
        `${environmentName(key)} is set but empty`,
        {
          next: 'give it a value, or unset it',
        },
      );
    }
    checkNamed(key, fromEnvironment, environmentName(key));
    return { value: fromEnvironment, origin: 'environment' };
  }
  const shared = project[key];
  // Checked when its file was read.
  if (shared !== undefined) return { value: shared, origin: 'project' };
  const own = user[key];
  if (own === undefined) return undefined;
  checkNamed(key, own, `the setting ${key}`);
  return { value: own, origin: 'user' };
}

/** A value that was not checked when it was written, in an error that names where it stands. */
function checkNamed(key: SettingKey, value: string, name: string): void {
  try {
    checkSettingValue(key, value);
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    const { kind, message, why, next } = error;
    throw new HooksError(kind, `${name}: ${message}`, {
      ...(why !== undefined && { why }),
      ...(next !== undefined && { next }),
    });
  }
}
