/**
 * How others learn that a process has ended without asking the kernel again and again: it holds the writing end of a named
 * pipe in its directory for as long as it lives. Whoever reads there reads nothing, and sees the end when it is gone, however
 * it went.
 */
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { isMissing } from '../system/file-errors.ts';
import type { Libc } from '../system/libc.ts';

/** When to look again at a pipe that could not be opened. */
const AGAIN_MS = 500;

const pathIn = (directory: string): string => join(directory, 'alive');

/** Makes the pipe of a process and holds it for that; returns the descriptor, to be closed or handed over. */
export function makeAlivePipe(libc: Libc, directory: string): number {
  const path = pathIn(directory);
  libc.makeFifo(path, 0o600);
  // Also for reading: then the opening waits for nobody.
  return openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
}

/** Makes the pipe of this process, and holds it; returns how to let go. */
export function holdAlivePipe(libc: Libc, directory: string): () => void {
  const descriptor = makeAlivePipe(libc, directory);
  return () => {
    closeSync(descriptor);
  };
}

/** Whether there is a pipe that tells of the process of that directory. */
export function hasAlivePipe(directory: string): boolean {
  return existsSync(pathIn(directory));
}

/** Whether the process of that directory, which has such a pipe, still lives; true also where that cannot be known now. */
export function holdsAlivePipe(directory: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(pathIn(directory), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return !isMissing(error);
  }
  const alive = !hasNoWriter(descriptor);
  closeSync(descriptor);
  return alive;
}

/** Calls `ended` once when the process of that directory is gone, soon where it is so already; returns how to stop. */
export function watchAlivePipe(
  directory: string,
  ended: () => void,
  { holdsProcess }: { readonly holdsProcess: boolean } = { holdsProcess: true },
): () => void {
  let stop: () => void;
  const begin = (): void => {
    let descriptor: number;
    try {
      descriptor = openSync(pathIn(directory), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      // Too many open files, say: that tells nothing of the process.
      stop = isMissing(error) ? soon(ended) : later(begin, holdsProcess);
      return;
    }
    if (hasNoWriter(descriptor)) {
      closeSync(descriptor);
      stop = soon(ended);
    } else stop = untilClosed(descriptor, ended, holdsProcess);
  };
  begin();
  return () => {
    stop();
  };
}

function soon(ended: () => void): () => void {
  const turn = setImmediate(ended);
  return () => {
    clearImmediate(turn);
  };
}

function later(begin: () => void, holdsProcess: boolean): () => void {
  const timer = setTimeout(begin, AGAIN_MS);
  if (!holdsProcess) timer.unref();
  return () => {
    clearTimeout(timer);
  };
}

function untilClosed(descriptor: number, ended: () => void, holdsProcess: boolean): () => void {
  const socket = new Socket({ fd: descriptor, readable: true, writable: false });
  socket.once('close', ended);
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  socket.resume();
  if (!holdsProcess) socket.unref();
  return () => {
    socket.off('close', ended);
    socket.destroy();
  };
}

/** Polling would never tell of an end that came before the pipe was opened here. */
function hasNoWriter(descriptor: number): boolean {
  try {
    return readSync(descriptor, Buffer.alloc(1)) === 0;
  } catch {
    return false; // EAGAIN: there is nothing to be read yet.
  }
}
