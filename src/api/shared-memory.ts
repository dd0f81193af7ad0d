/**
 * Memory that processes of one user on one host have in common, beside messages: a file of the job's directory. Each maps it once; it
 * is there until the last one has let go of every view of it.
 *
 *     create ─→ name ─→ open ─→ unlink        found by its name until then
 *
 * A name says which job's directory it is in, and nothing else of the file system can be reached by one.
 */
import { statfsSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MPIError } from '../errors/mpi-error.ts';
import { type Libc, loadLibc, type Pointer } from '../system/libc.ts';
import { createMappedFile, type MappedFile, openMappedFile } from '../system/mapped-file.ts';

/** Memory that other processes may map as well. */
export interface SharedMemory {
  /** What another process opens it by. */
  readonly name: string;
  readonly buffer: ArrayBuffer;
  /** Nobody finds it any more; who has it keeps it. */
  unlink(): void;
}

interface Mapping {
  readonly pointer: Pointer;
  readonly bytes: number;
}

/** Messages go through the same file system: this part of what is free there may be taken at a time. */
const SHARE_OF_FREE = 8;
const BYTES_MAX = 2 ** 31;
const NAME = /^[0-9a-f]{32}\/shared-\d+-\d+$/;

export class SharedMemories {
  readonly #directory: () => string | null;
  #libc: Libc | null = null;
  #made = 0;
  /** Node cannot take a mapping away from a view of it, so it goes when no view is left. */
  readonly #unused = new FinalizationRegistry<Mapping>(({ pointer, bytes }) =>
    this.#libc?.unmap(pointer, bytes),
  );

  /** @param directory of this process' job; null where it has none */
  constructor(directory: () => string | null) {
    this.#directory = directory;
  }

  create(bytes: number): SharedMemory {
    const what = `share ${bytes} bytes of memory`;
    if (!Number.isInteger(bytes) || bytes < 1 || bytes > BYTES_MAX)
      throw new MPIError('MPI_ERR_SIZE', `Cannot ${what}: 1 to ${BYTES_MAX} are possible`);
    const directory = this.#directoryFor(what);
    const { bavail, bsize } = statfsSync(directory);
    if (bytes * SHARE_OF_FREE > bavail * bsize)
      throw new MPIError(
        'MPI_ERR_NO_MEM',
        `Cannot ${what}: ${bavail * bsize} bytes are free in ${directory}, and all but an eighth is left to messages`,
      );
    this.#made += 1;
    const name = `${basename(directory)}/shared-${process.pid}-${this.#made}`;
    return this.#shared(name, what, (libc, path) => createMappedFile(libc, path, bytes));
  }

  open(name: string): SharedMemory {
    const what = `open the shared memory ${JSON.stringify(name)}`;
    if (!NAME.test(name))
      throw new MPIError('MPI_ERR_ARG', `Cannot ${what}: no shared memory has such a name`);
    return this.#shared(name, what, openMappedFile);
  }

  #shared(name: string, what: string, map: (libc: Libc, path: string) => MappedFile): SharedMemory {
    const path = join(dirname(this.#directoryFor(what)), name);
    this.#libc ??= loadLibc();
    let file: MappedFile;
    try {
      file = map(this.#libc, path);
    } catch (error) {
      throw new MPIError('MPI_ERR_RMA_SHARED', `Cannot ${what}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    const { pointer, memory: buffer } = file;
    this.#unused.register(buffer, { pointer, bytes: buffer.byteLength });
    return { name, buffer, unlink: () => unlinkIfThere(path) };
  }

  #directoryFor(what: string): string {
    const directory = this.#directory();
    if (directory !== null) return directory;
    throw new MPIError(
      'MPI_ERR_RMA_SHARED',
      `Cannot ${what}: this process is alone, it shares memory with nobody`,
    );
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
