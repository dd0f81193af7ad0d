/**
 * Something that two processes of a host settle without waiting for each other: whoever says first what becomes of it has decided,
 * and the other one finds that when it wants to say something itself. It is the target of a symbolic link, which is made whole or
 * not at all, and removed by whoever comes second.
 */
import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What stands: `wish`, or what the other one has said before. `directory` is one that both see. */
export function settle(directory: string, name: string, wish: string): string {
  const path = join(directory, name);
  try {
    symlinkSync(wish, path);
    return wish;
  } catch {
    return readOnce(path) ?? wish;
  }
}

/** Null where nothing can be settled there any more. */
function readOnce(path: string): string | null {
  try {
    const stands = readlinkSync(path);
    rmSync(path, { force: true });
    return stands;
  } catch {
    return null;
  }
}
