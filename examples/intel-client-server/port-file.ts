/**
 * How the name of the port gets from the server to the client here: by a file in the directory that both are started in. Any
 * other way would do, since a port name is one line of text.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export const portFile = process.argv[2] ?? 'server.port';

/** By a rename, so that no client reads half a name. Who has the name may connect: the file is its owner's alone. */
export async function writePortName(name: string): Promise<void> {
  await writeFile(`${portFile}.new`, `${name}\n`, { mode: 0o600 });
  await rename(`${portFile}.new`, portFile);
}

/** Waits for a server that has not written its file yet. */
export async function readPortName(): Promise<string> {
  for (;;) {
    try {
      return await readFile(portFile, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await delay(50);
    }
  }
}
