/**
 * Keeps a second writer away from a file: beside it lies `FILE.lock`, which names the process that writes. It is made whole and then
 * linked, so that nobody finds a half of it and one alone has it; that of a process which has died is taken over. The thread that
 * writes HDF5 takes locks too, so nothing of MPI is used here.
 */
import {
  linkSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { hostname, uptime } from 'node:os';

/** A process, for longer than its number lasts. */
interface Holder {
  readonly pid: number;
  /** In clock ticks since boot. */
  readonly startTime: string;
  readonly host: string;
  readonly bootId: string;
  readonly pidNamespace: string;
}

/** A machine that fell over may leave a lock without content. */
const NOBODY: Holder = { pid: 0, startTime: '0', host: '', bootId: '', pidNamespace: '' };
const TRIES_MAX = 100;
/** What file systems say that have no links, as those of memory cards. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/** Somebody else writes, or it cannot be told. Becomes an MPIError where MPI is (store-errors). */
export class LockError extends Error {
  readonly isInUse: boolean;

  constructor(isInUse: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.isInUse = isInUse;
  }
}

export class StoreLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** @throws {LockError} where another process, or this one, writes there, or no lock can be made. */
  static take(file: string): StoreLock {
    try {
      const path = `${realPath(file)}.lock`;
      acquire(path, file);
      return new StoreLock(path);
    } catch (error) {
      if (error instanceof LockError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new LockError(false, `Cannot lock "${file}": ${text}`, { cause: error });
    }
  }

  release(): void {
    // Nobody takes over what a living process holds.
    rmSync(this.#path, { force: true });
  }
}

function acquire(path: string, file: string): void {
  const me = thisProcess();
  const mine = `${path}.${randomUUID()}`;
  writeFileSync(mine, JSON.stringify(me), { flag: 'wx' });
  try {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (isLinked(mine, path)) return;
      const holder = holderOf(path, file);
      if (holder === undefined) continue;
      refuseLiving(holder, me, path, file);
      // Of those who find it dead one takes it over at a time, and looks once more.
      const guard = `${path}.${holder.pid}-${holder.startTime}`;
      acquire(guard, file);
      try {
        if (!isSame(holder, holderOf(path, file))) continue;
        renameSync(mine, path);
        return;
      } finally {
        rmSync(guard, { force: true });
      }
    }
    throw new LockError(true, `Cannot lock "${file}": others take and leave "${path}" all the time`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (NO_LINKS.includes(code)) return isCreated(to, readFileSync(from));
    throw error;
  }
}

/** Not whole at once, which somebody may see. */
function isCreated(path: string, content: Uint8Array): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined where there is none any more. */
function holderOf(path: string, file: string): Holder | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const holder: unknown = parsed(text);
    if (isHolder(holder)) return holder;
    if (text === '' && statSync(path).mtimeMs < Date.now() - 1000 * uptime()) return NOBODY;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  throw new LockError(false, `Cannot lock "${file}": "${path}" is no lock of a store; move it away`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(fields['pid']) &&
    ['startTime', 'host', 'bootId', 'pidNamespace'].every((name) => typeof fields[name] === 'string')
  );
}

function refuseLiving(holder: Holder, me: Holder, path: string, file: string): void {
  const { pid, host, bootId, pidNamespace, startTime } = holder;
  if (holder === NOBODY) return;
  if (host === me.host && bootId !== me.bootId) return;
  if (host !== me.host || pidNamespace !== me.pidNamespace)
    throw new LockError(
      true,
      `Cannot write to "${file}": process ${pid} of host "${host}" does, or has died; remove "${path}" where it has`,
    );
  if (startTimeOf(pid) !== startTime) return;
  const who = pid === me.pid ? `this process, ${pid},` : `process ${pid}`;
  throw new LockError(true, `Cannot write to "${file}": ${who} does; end that first, or take another file`);
}

const isSame = (a: Holder, b: Holder | undefined): boolean =>
  a.pid === b?.pid && a.startTime === b.startTime && a.host === b.host && a.bootId === b.bootId;

const thisProcess = (): Holder => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid) ?? '',
  host: hostname(),
  bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
  pidNamespace: readlinkSync('/proc/self/ns/pid'),
});

/** Undefined where no living process has the number. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, and may itself hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** One file may have several names. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
