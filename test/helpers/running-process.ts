import { readFileSync } from 'node:fs';

/** Whether a process with that id runs; the dead may wait for whoever clears them away. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid)) throw new TypeError(`no process has the id ${pid}`);
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
