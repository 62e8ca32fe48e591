import { readFileSync } from 'node:fs';

/** Whether a process with that id runs on this machine, whoever owns it. */
export function isProcessRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(processId);
}

/** Whether it has ended, and its parent has not asked how: in a container without an init process that may never come. */
function isZombie(processId: number): boolean {
  try {
    // The state stands behind the name, which may hold anything (proc(5)).
    const stat = readFileSync(`/proc/${processId}/stat`, 'latin1');
    return stat
      .slice(stat.lastIndexOf(')') + 1)
      .trimStart()
      .startsWith('Z');
  } catch {
    // Systems without /proc.
    return false;
  }
}
