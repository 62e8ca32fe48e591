import type { SavedEndpoint } from '../saved-endpoint.ts';
import type { Place } from '../scenario/scenario.ts';
import type { SecretReference } from '../secret-reference.ts';
import type { SettingKey, SettingValues } from '../settings.ts';

/** Settings that a project file may hold: none of them can weaken a check or hand out a secret. */
export const PROJECT_SETTINGS = [
  'provider',
  'endpoint',
  'timeout',
  'tolerance',
  'port',
] as const satisfies readonly SettingKey[];

/** What a project file says, paths as they are written in it. */
export interface ProjectText {
  settings: Pick<SettingValues, (typeof PROJECT_SETTINGS)[number]>;
  endpoints: ReadonlyMap<string, ProjectEndpoint>;
  /** Folders and files with scenarios. */
  scenarios: readonly PlacedText[];
  /** Folders of providers. */
  providers: readonly PlacedText[];
}

/** The project that a call is made in. */
export interface Project extends ProjectText {
  /** Absolute path of its file. */
  file: string;
  /** Folder of the file, which paths in it are relative to. */
  directory: string;
}

/** An endpoint of a project: its secrets are only referred to, and read when it is used. */
export interface ProjectEndpoint extends Omit<SavedEndpoint, 'secrets'> {
  references: readonly PlacedReference[];
  place: Place;
}

export type PlacedReference = SecretReference & { place: Place };

export interface PlacedText {
  text: string;
  place: Place;
}
