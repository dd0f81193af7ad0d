/**
 * Which ports are open: an empty file for each in the directory of its owner's job. So a client learns at once that a port
 * is closed, or its job over, without asking a process that may be busy.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pathOf = (directory: string, id: string): string => join(directory, `port-${id}`);

/** Says that a port is open; `directory` is that of the owner's job. */
export function markPortOpen(directory: string, id: string): void {
  writeFileSync(pathOf(directory, id), '', { mode: 0o600, flag: 'wx' });
}

export function markPortClosed(directory: string, id: string): void {
  rmSync(pathOf(directory, id), { force: true });
}

/** What is to be seen of a port of some job; `ownDirectory` is that of this process' job. */
export function portState(ownDirectory: string, job: string, id: string): 'open' | 'closed' | 'jobOver' {
  const directory = join(dirname(ownDirectory), job);
  if (existsSync(pathOf(directory, id))) return 'open';
  return existsSync(directory) ? 'closed' : 'jobOver';
}
