import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HooksError } from '../core/errors.ts';

/** Lets the user edit the text in $VISUAL or $EDITOR and gives the bytes that were saved. Throws HooksError `usage`. */
export function editInEditor(text: string, env: Readonly<Record<string, string | undefined>>): Uint8Array {
  const editor = env.VISUAL || env.EDITOR;
  if (!editor) {
    throw new HooksError('usage', 'no editor to edit the payload with', {
      next: 'set EDITOR, e.g. EDITOR=nano, or use --set',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'hooks-'));
  const file = join(folder, 'payload.json');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // Through a shell, as git does: EDITOR may hold arguments ("code --wait").
    const { status, signal, error } = spawnSync(`${editor} "${file}"`, { stdio: 'inherit', shell: true });
    if (error || status !== 0 || !existsSync(file)) {
      throw new HooksError('usage', 'the editor ended with an error, so nothing was sent', {
        why: error?.message ?? (status === 0 ? 'it removed the file' : `exit code ${status ?? signal}`),
        cause: error,
      });
    }
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
