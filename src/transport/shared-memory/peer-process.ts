/** What the system says of another process of this host. */
import { readFileSync } from 'node:fs';

/** Somebody has stopped it: it does nothing until it is let go on. */
export const isStopped = (pid: number): boolean => /^[Tt]/.test(stateOf(pid));

/** There is none of that number, or one that has ended and whose parent has not heard of it yet. */
export const isGone = (pid: number): boolean => !exists(pid) || /^[ZXx]/.test(stateOf(pid));

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A letter, the third field behind the name in brackets; nothing where it is not told. */
function stateOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3);
  } catch {
    return '';
  }
}
