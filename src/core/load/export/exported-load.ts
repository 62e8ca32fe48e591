import type { StagePlan } from '../engine.ts';
import type { Thresholds } from '../thresholds.ts';
import type { ExportData } from './export-data.ts';

/** Everything that a script of another engine is made from. */
export interface ExportedLoad {
  data: ExportData;
  mode: 'constant' | 'ramp' | 'closed';
  stage: StagePlan;
  thresholds: Thresholds;
  timeoutMs: number;
  /** `2xx,409` */
  expected: string;
}

/** The files of an export, by name, and the command that runs it. */
export interface ExportedScript {
  files: Record<string, string>;
  /** `{dir}` stands for the folder. */
  run: string;
}

/** The command with the environment variables that the script asks for before it. */
export function commandLine(data: ExportData, command: string): string {
  const headers = [...data.before, ...data.after].flatMap(([, value]) =>
    Array.isArray(value) ? [] : [value.variable],
  );
  const names = [
    ...(data.url === undefined ? ['HOOKS_URL'] : []),
    ...(data.signing.kind === 'none' ? [] : ['HOOKS_SECRET']),
    ...headers,
  ];
  return [...names.map((name) => `${name}=…`), command].join(' ');
}

/** The statuses of `2xx,409` as ranges, ends included. */
export function statusRanges(text: string): { min: number; max: number }[] {
  return text.split(',').map((part) => {
    const trimmed = part.trim().toLowerCase();
    const hundred = Number(trimmed[0]) * 100;
    return trimmed.endsWith('xx')
      ? { min: hundred, max: hundred + 99 }
      : { min: Number(trimmed), max: Number(trimmed) };
  });
}

export function dataFile(data: ExportData): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** A line of the script that is written, not of this one. */
export function importLine(names: string, from: string): string {
  return ['import', names, 'from', `'${from}';`].join(' ');
}
