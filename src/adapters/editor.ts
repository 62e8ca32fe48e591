import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HooksError } from '../core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  error?: Error | undefined;
}

/** Lets the user edit the text in $VISUAL or $EDITOR and gives the bytes that were saved. Throws HooksError `usage`. */
export function editInEditor(text: string, env: Environment): Uint8Array {
  const edit = prepareEdit(new TextEncoder().encode(text), env);
  try {
    return edit.saved(spawnSync(edit.command, { stdio: 'inherit', shell: true }));
  } finally {
    edit.remove();
  }
}

/** The same for bytes, while the process goes on with its other work. Rejects with HooksError `usage`. */
export async function editMeanwhile(bytes: Uint8Array, env: Environment): Promise<Uint8Array> {
  const edit = prepareEdit(bytes, env);
  try {
    const child = spawn(edit.command, { stdio: 'inherit', shell: true });
    const ended = await new Promise<Ended>((resolve) => {
      child.once('error', (error) => resolve({ status: null, signal: null, error }));
      child.once('exit', (status, signal) => resolve({ status, signal }));
    });
    return edit.saved(ended);
  } finally {
    edit.remove();
  }
}

function prepareEdit(bytes: Uint8Array, env: Environment) {
  const editor = env.VISUAL || env.EDITOR;
  if (!editor) {
    throw new HooksError('usage', 'no editor to edit the payload with', {
      next: 'set EDITOR, e.g. EDITOR=nano, or use --set',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'hooks-'));
  const file = join(folder, 'payload.json');
  writeFileSync(file, bytes, { mode: 0o600 });
  return {
    // Through a shell, as git does: EDITOR may hold arguments ("code --wait").
    command: `${editor} "${file}"`,
    saved({ status, signal, error }: Ended): Uint8Array {
      if (error || status !== 0 || !existsSync(file)) {
        throw new HooksError('usage', 'the editor ended with an error, so nothing was sent', {
          why: error?.message ?? (status === 0 ? 'it removed the file' : `exit code ${status ?? signal}`),
          cause: error,
        });
      }
      return readFileSync(file);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
