/**
 * A file of shared memory: made with pages behind every byte, and mapped. Node cannot take the memory of a mapping
 * away from a view, so whoever closes one must have dropped every view of it before: touching one is a fault.
 */
import { closeSync, constants, ftruncateSync, fstatSync, openSync, unlinkSync } from 'node:fs';
import type { Libc, Pointer } from './libc.ts';

export interface MappedFile {
  readonly path: string;
  readonly pointer: Pointer;
  readonly memory: ArrayBuffer;
  /** Unmaps; no view of the memory may be used afterwards. */
  close(): void;
}

/**
 * Makes the file (it must not exist yet), mode 0600, and maps it; over the beginning of `place`, where that is given, which then is its
 * memory. Throws ENOSPC where the file system is full.
 */
export function createMappedFile(libc: Libc, path: string, bytes: number, place?: ArrayBuffer): MappedFile {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    ftruncateSync(descriptor, bytes);
    libc.allocate(descriptor, bytes);
    return map(libc, path, descriptor, bytes, place);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Maps a file that another process made, over `place` as well. Throws ENOENT where it is gone. */
export function openMappedFile(libc: Libc, path: string, place?: ArrayBuffer): MappedFile {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    return map(libc, path, descriptor, fstatSync(descriptor).size, place);
  } finally {
    closeSync(descriptor);
  }
}

function map(
  libc: Libc,
  path: string,
  descriptor: number,
  bytes: number,
  place: ArrayBuffer | undefined,
): MappedFile {
  // Behind the place lies somebody else's memory, which the mapping would take away.
  if (place !== undefined && bytes > place.byteLength)
    throw new Error(
      `Cannot map the ${bytes} bytes of ${path} over ${place.byteLength}: it has been made longer`,
    );
  const { pointer, memory } =
    place === undefined
      ? libc.mapShared(descriptor, bytes)
      : { pointer: libc.mapSharedOver(descriptor, bytes, place), memory: place };
  let mapped = true;
  return {
    path,
    pointer,
    memory,
    close() {
      if (mapped && place === undefined) libc.unmap(pointer, bytes);
      else if (mapped && place !== undefined) libc.restoreUnder(place, bytes);
      mapped = false;
    },
  };
}
