/**
 * Pipes between the agent and its processes. Node gives its children sockets instead, on which `/dev/stdout` and
 * `/dev/stderr` cannot be opened: shell scripts would fail. So a pipe is made by name, opened at both ends, and
 * its name removed at once.
 */
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import type { Libc } from '../system/libc.ts';

/** The two ends of a pipe, as descriptors. */
export interface PipeEnds {
  /** The agent's end; never blocks. */
  readonly ours: number;
  /** The end for the new process; blocks, as programs expect. */
  readonly theirs: number;
}

/** Makes a pipe that the new process writes and the agent reads. */
export function pipeFromProcess(libc: Libc, path: string): PipeEnds {
  return openPipe(libc, path, constants.O_RDONLY | constants.O_NONBLOCK, constants.O_WRONLY);
}

/** Makes a pipe that the agent writes and the new process reads. */
export function pipeToProcess(libc: Libc, path: string): PipeEnds {
  return openPipe(libc, path, constants.O_WRONLY | constants.O_NONBLOCK, constants.O_RDONLY);
}

function openPipe(libc: Libc, path: string, ourFlags: number, theirFlags: number): PipeEnds {
  libc.makeFifo(path, 0o600);
  let both: number | null = null;
  let ours: number | null = null;
  try {
    // While one descriptor holds both ends open, opening either of them waits for nobody.
    both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    ours = openSync(path, ourFlags);
    return { ours, theirs: openSync(path, theirFlags) };
  } catch (error) {
    if (ours !== null) closeSync(ours);
    throw error;
  } finally {
    if (both !== null) closeSync(both);
    unlinkSync(path);
  }
}
