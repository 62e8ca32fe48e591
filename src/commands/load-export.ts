import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HooksError } from '../core/errors.ts';
import { artilleryScript } from '../core/load/export/artillery.ts';
import { exportData } from '../core/load/export/export-data.ts';
import type { ExportedLoad, ExportedScript } from '../core/load/export/exported-load.ts';
import { k6Script } from '../core/load/export/k6.ts';
import { openView } from '../views/open.ts';
import type { Context } from './context.ts';
import { timeoutFor } from './deliver.ts';
import { demandsOf, type LoadFlags } from './load-flags.ts';
import type { LoadShape } from './load-shape.ts';
import { attempt } from './report-output.ts';
import { resolveSecrets } from './secrets.ts';
import { prepareSend } from './send-plan.ts';
import { loadWorkspace } from './workspace.ts';

const ENGINES: Record<NonNullable<LoadFlags['export']>, (load: ExportedLoad) => ExportedScript> = {
  k6: k6Script,
  artillery: artilleryScript,
};

/** Writes a script for another engine that signs as we do. No secret is written; it is not even needed. */
export async function exportLoad(
  event: string | undefined,
  shape: LoadShape,
  flags: LoadFlags,
  context: Context,
): Promise<void> {
  const engine = flags.export;
  if (engine === undefined) {
    throw new HooksError('usage', '--output has no meaning without --export', {
      next: 'add --export k6 or --export artillery; a report is written with --html',
    });
  }
  const directory = flags.output;
  if (directory === undefined) {
    throw new HooksError('usage', '--export has no folder to write to', { next: 'name one: -o load-test' });
  }
  refuseWhatIsOurs(shape, flags);
  const { io } = context;
  const workspace = await loadWorkspace(context, flags);
  refuseForeignKeys(await resolveSecrets(flags, context, workspace));
  const { plan, parameters, warnings } = await prepareSend(
    event,
    // Nothing is signed here: the secret is asked for where the script runs.
    { ...flags, unsigned: true },
    context,
    workspace,
  );
  const view = openView(flags, io);
  for (const warning of warnings.filter(({ code }) => code !== 'secret-unused')) await view(warning);
  const script = ENGINES[engine]({
    data: exportData(plan, parameters, !flags.unsigned),
    mode: shape.mode === 'limit' ? 'constant' : shape.mode,
    stage: shape.stage,
    thresholds: demandsOf(flags, shape).thresholds,
    timeoutMs: timeoutFor(flags, workspace, plan.choice?.pack.manifest),
    expected: flags.expect?.text ?? '2xx',
  });
  write(directory, script.files);
  await view({
    type: 'load.exported',
    engine,
    directory,
    files: Object.keys(script.files),
    run: script.run.replace('{dir}', directory),
  });
}

function refuseWhatIsOurs({ mode }: LoadShape, flags: LoadFlags): void {
  const flag =
    (mode === 'limit' && '--find-limit') ||
    (flags.warmup !== undefined && '--warmup') ||
    (flags.html !== undefined && '--html') ||
    (flags.workers !== undefined && '--workers') ||
    (flags.seed !== undefined && '--seed') ||
    (flags.proxy !== undefined && '--proxy') ||
    (flags.insecure && '--insecure') ||
    (flags.cacert !== undefined && '--cacert');
  if (!flag) return;
  throw new HooksError('usage', `${flag} cannot be exported`, {
    why: 'it belongs to the engine of hooks; the other has its own settings for it, or none',
    next: `leave ${flag} out`,
  });
}

function refuseForeignKeys(secrets: readonly string[] = []): void {
  if (secrets.length > 1) {
    throw new HooksError('usage', 'a script signs with one secret, and several are given', {
      next: 'give one; the script reads HOOKS_SECRET when it runs',
    });
  }
  if (!/^(whsk_|whpk_)/.test(secrets[0] ?? '')) return;
  throw new HooksError('usage', 'Ed25519 signatures cannot be exported', {
    why: 'neither engine has Ed25519 at hand where deliveries are made',
    next: 'use a whsec_ secret, or load with `hooks load` itself',
  });
}

function write(directory: string, files: Record<string, string>): void {
  const standing = Object.keys(files).find((name) => existsSync(join(directory, name)));
  if (standing !== undefined) {
    throw new HooksError('usage', `${join(directory, standing)} exists already`, {
      why: 'it may have been edited',
      next: 'name another folder with -o, or remove it',
    });
  }
  attempt(directory, () => mkdirSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = join(directory, name);
    attempt(file, () => writeFileSync(file, text, { flag: 'wx' }));
  }
}
