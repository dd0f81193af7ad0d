/**
 * Which programs the system has, and installing Debian's packages for those it lacks.
 */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { runJob } from '../run-job.ts';

const INSTALL_TIMEOUT_MS = 600_000;

/** Those of the programs that are neither on PATH nor, where absolute, in their place. */
export async function missingPrograms(programs: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const program of programs) if (!(await isProgram(program))) missing.push(program);
  return missing;
}

async function isProgram(name: string): Promise<boolean> {
  const directories = isAbsolute(name) ? ['/'] : (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  for (const directory of directories) {
    try {
      await access(join(directory, name), constants.X_OK);
      return true;
    } catch {
      // Not in this directory; perhaps in the next.
    }
  }
  return false;
}

/** Installs the packages, or rejects with the reason why it cannot. */
export async function installPackages(
  packages: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if ((await missingPrograms(['apt-get'])).length > 0) {
    throw new Error(`this system has no apt-get to install ${packages.join(' ')} with`);
  }
  if (process.getuid?.() !== 0) {
    throw new Error(`only root can install it: apt-get install ${packages.join(' ')}`);
  }
  const install = {
    file: 'apt-get',
    args: ['install', '-y', '--no-install-recommends', ...packages],
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  };
  const options = { timeoutMs: INSTALL_TIMEOUT_MS, signal };
  try {
    await runJob(install, options);
  } catch {
    // A fresh system has no package lists yet.
    signal?.throwIfAborted();
    await runJob({ file: 'apt-get', args: ['update'] }, options);
    await runJob(install, options);
  }
}
