/**
 * Builds the C rank program with one library's compiler wrapper.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runJob } from '../run-job.ts';
import type { Workspace } from './participant.ts';

const COMPILE_TIMEOUT_MS = 60_000;

/** Path of the program that `compiler` (e.g. `mpicc.mpich`) made. */
export async function buildPeerProgram(
  workspace: Workspace,
  compiler: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const names = await readdir(workspace.peerSources);
  const sources = names
    .filter((name) => name.endsWith('.c'))
    .map((name) => join(workspace.peerSources, name));
  const program = join(workspace.directory, `ranks-${compiler}`);
  await runJob(
    { file: compiler, args: ['-std=gnu99', '-O2', '-o', program, ...sources] },
    { timeoutMs: COMPILE_TIMEOUT_MS, signal },
  );
  return program;
}

/** The first match of `pattern` in what the command prints; undefined where there is none. */
export async function readVersion(
  file: string,
  args: readonly string[],
  pattern: RegExp,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    const { output } = await runJob({ file, args }, { timeoutMs: 10_000, signal });
    return pattern.exec(output)?.[1];
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
