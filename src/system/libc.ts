/**
 * The few functions of the C library that Node does not offer, through koffi: mapping files into memory, waiting
 * on a word of shared memory, giving the processor away. Loaded once, when first asked for: a world of one that
 * never meets anybody does without.
 */
import { createRequire } from 'node:module';
import { MPIError } from '../errors/mpi-error.ts';

/** A mapping's address, opaque to everybody but this file's functions. */
export type Pointer = unknown;

/** What {@link loadLibc} returns. Failing calls throw an Error whose `code` is errno's name. */
export interface Libc {
  /** Maps `bytes` of an open file, readable, writable and shared with every other process that maps it. */
  mapShared(
    fileDescriptor: number,
    bytes: number,
  ): { readonly pointer: Pointer; readonly memory: ArrayBuffer };
  unmap(pointer: Pointer, bytes: number): void;
  /** The same over the first `bytes` of memory that this process has, which begins at a page; its address. */
  mapSharedOver(fileDescriptor: number, bytes: number, place: ArrayBuffer): Pointer;
  /** Puts memory of this process's own in the place of what was mapped there: it is never without any. */
  restoreUnder(place: ArrayBuffer, bytes: number): void;
  /** Makes sure that the file's first `bytes` have pages: a full tmpfs is ENOSPC here instead of SIGBUS later. */
  allocate(fileDescriptor: number, bytes: number): void;
  /** Makes a named pipe. */
  makeFifo(path: string, mode: number): void;
  /** Blocks the thread until woken, while `*(int32 *)(pointer + offset)` is `expected`; a timeout is no error. */
  futexWait(pointer: Pointer, byteOffset: number, expected: number, timeoutMs: number): void;
  /** Wakes whoever waits on that word. */
  futexWake(pointer: Pointer, byteOffset: number): void;
  /** Offers the processor to others. */
  yieldProcessor(): void;
  /** Moves this thread from its processor to another one of those that it may use; nothing where it may use only that. */
  leaveProcessor(): void;
  /** A call of the system that does nothing, by which others can be measured. */
  callSystem(): void;
  /** Asks the kernel to send this process `signal` when its parent dies. */
  dieWithParent(signal: number): void;
  /** Where bytes lie in this process; they stay there as long as their ArrayBuffer is not transferred or collected. */
  addressOf(bytes: ArrayBufferView): number;
  /** Copies from another process' memory to this one's; false where not all of it could be copied, whatever the reason. */
  readMemory(pid: number, remote: number, local: number, bytes: number): boolean;
  /**
   * Copies from this process' memory to where `place` says in another's: an address and a length in halves (struct iovec). The system reads
   * these when it begins, so who shares them can forbid it until then. False where it was not so many bytes.
   */
  writeMemory(pid: number, place: Int32Array, local: number, bytes: number): boolean;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const PR_SET_PDEATHSIG = 1;
/** Bytes of a set of processors: 1024 of them, as the C library has it. */
const CPU_SET_BYTES = 128;
const FUTEX_SYSCALL: Partial<Record<NodeJS.Architecture, number>> = { x64: 202, arm64: 98 };

/** Binds the functions; throws a clear error where the platform has none of them. */
export function loadLibc(): Libc {
  const futexNumber = FUTEX_SYSCALL[process.arch];
  if (process.platform !== 'linux' || futexNumber === undefined) {
    throw new MPIError(
      'MPI_ERR_UNSUPPORTED_OPERATION',
      `Cannot share memory with other processes on ${process.platform}/${process.arch}: ` +
        'Linux on x64 or arm64 is wanted; a world of one (no launcher) works everywhere',
    );
  }
  const require = createRequire(import.meta.url);
  const koffi = require('koffi') as typeof import('koffi');
  const library = koffi.load(null);
  const mmap = library.func(
    'void *mmap(uintptr_t address, size_t length, int protection, int flags, int fd, int64_t offset)',
  );
  const munmap = library.func('int munmap(void *address, size_t length)');
  const fallocate = library.func('int posix_fallocate(int fd, int64_t offset, int64_t length)');
  const mkfifo = library.func('int mkfifo(const char *path, uint32_t mode)');
  const futex = library.func(
    'long syscall(long number, uintptr_t word, long operation, long value, void *timeout, uintptr_t word2, long value3)',
  );
  const schedYield = library.func('int sched_yield()');
  const getppid = library.func('int getppid()');
  const schedGetcpu = library.func('int sched_getcpu()');
  const schedGetaffinity = library.func('int sched_getaffinity(int thread, size_t bytes, uint8_t *set)');
  const schedSetaffinity = library.func('int sched_setaffinity(int thread, size_t bytes, uint8_t *set)');
  const prctl = library.func(
    'int prctl(int option, unsigned long value, unsigned long, unsigned long, unsigned long)',
  );

  const memoryCall = (name: string): ReturnType<typeof library.func> =>
    library.func(
      `int64_t ${name}(int pid, void *local, unsigned long locals, void *remote, unsigned long remotes, unsigned long flags)`,
    );
  const processVmReadv = memoryCall('process_vm_readv');
  const processVmWritev = memoryCall('process_vm_writev');
  // An address and a length each, in halves: numbers are cheaper to store than the BigInts of whole words.
  const here = new Uint32Array(4);
  const there = new Uint32Array(4);
  const set = (vector: Uint32Array, address: number, bytes: number): void => {
    vector[0] = address;
    vector[1] = address / 2 ** 32;
    vector[2] = bytes;
    vector[3] = bytes / 2 ** 32;
  };

  const fail = (call: string, errno: number): never => {
    const code = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`;
    throw Object.assign(new Error(`${call} failed: ${code}`), { code });
  };

  const mapOver = (place: ArrayBuffer, bytes: number, kind: number, fileDescriptor: number): Pointer => {
    const address = koffi.address(new Uint8Array(place));
    const pointer: unknown = mmap(address, bytes, PROT_READ_WRITE, MAP_FIXED | kind, fileDescriptor, 0);
    return koffi.address(pointer) === address ? pointer : fail('mmap', koffi.errno());
  };

  return {
    mapShared(fileDescriptor, bytes) {
      const pointer: unknown = mmap(0, bytes, PROT_READ_WRITE, MAP_SHARED, fileDescriptor, 0);
      if (koffi.address(pointer) === 0xffff_ffff_ffff_ffffn) return fail('mmap', koffi.errno());
      return { pointer, memory: koffi.view(pointer, bytes) };
    },
    mapSharedOver(fileDescriptor, bytes, place) {
      return mapOver(place, bytes, MAP_SHARED, fileDescriptor);
    },
    restoreUnder(place, bytes) {
      mapOver(place, bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    },
    unmap(pointer, bytes) {
      if (munmap(pointer, bytes) !== 0) fail('munmap', koffi.errno());
    },
    allocate(fileDescriptor, bytes) {
      const errno = fallocate(fileDescriptor, 0, bytes) as number;
      if (errno !== 0) fail('posix_fallocate', errno);
    },
    makeFifo(path, mode) {
      if (mkfifo(path, mode) !== 0) fail('mkfifo', koffi.errno());
    },
    futexWait(pointer, byteOffset, expected, timeoutMs) {
      const seconds = Math.floor(timeoutMs / 1000);
      const timeout = Number.isFinite(timeoutMs)
        ? BigInt64Array.of(BigInt(seconds), BigInt(Math.floor((timeoutMs - seconds * 1000) * 1e6)))
        : null;
      // Woken, value changed (EAGAIN), interrupted (EINTR), timed out: the caller looks again in every case.
      futex(futexNumber, koffi.address(pointer) + BigInt(byteOffset), FUTEX_WAIT, expected, timeout, 0, 0);
    },
    futexWake(pointer, byteOffset) {
      futex(futexNumber, koffi.address(pointer) + BigInt(byteOffset), FUTEX_WAKE, 0x7fff_ffff, null, 0, 0);
    },
    yieldProcessor() {
      schedYield();
    },
    leaveProcessor() {
      const all = new Uint8Array(CPU_SET_BYTES);
      const cpu = schedGetcpu() as number;
      if (cpu < 0 || schedGetaffinity(0, all.length, all) !== 0) return;
      const others = all.slice();
      others[cpu >> 3] = (others[cpu >> 3] ?? 0) & ~(1 << (cpu & 7));
      // Refused where it would leave none: then everything stays as it is.
      if (schedSetaffinity(0, others.length, others) === 0) schedSetaffinity(0, all.length, all);
    },
    callSystem() {
      getppid();
    },
    dieWithParent(signal) {
      prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
    },
    addressOf: (bytes) => Number(koffi.address(bytes)),
    readMemory(pid, remote, local, bytes) {
      set(here, local, bytes);
      set(there, remote, bytes);
      return processVmReadv(pid, here, 1, there, 1, 0) === bytes;
    },
    writeMemory(pid, place, local, bytes) {
      set(here, local, bytes);
      return processVmWritev(pid, here, 1, place, 1, 0) === bytes;
    },
  };
}
