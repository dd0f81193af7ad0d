/**
 * Where the files of jobs live while they run, and how leftovers are recognised.
 *
 *     /dev/shm/parley-1000/                            base: one for each user, mode 0700
 *        3f0c…9a/                                      job directory: named after the job, mode 0700
 *           owner                                      who made it (an agent): its identity as JSON
 *           …                                          segments and doorbells
 *        new-412-88123-3f0c…9a/                        being made by process 412, which started at tick 88123
 *
 * A job directory gets its final name by a rename, with its owner's identity inside: there is no moment at which
 * somebody else cannot tell whose it is. Everything may happen at any time: several agents start at once, one ends
 * and removes the empty base while another is about to make its directory there. Who finds the ground gone begins
 * again.
 */
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { rmSync, rmdirSync, writeFileSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { MPIError } from '../errors/mpi-error.ts';
import { isMissing } from '../system/file-errors.ts';
import { holdsAlivePipe } from './alive-pipe.ts';
import { agentOfJob } from './job-record.ts';
import { currentPlace, identifyProcess, isProcessIdentity, processLife } from './process-identity.ts';
import type { ProcessIdentity, ProcessPlace } from './process-identity.ts';

/** Environment variable that names another directory than /dev/shm. */
export const SHARED_MEMORY_VARIABLE = 'PARLEY_SHM_DIR';

/** A job's directory. */
export interface JobDirectory {
  readonly job: string;
  readonly base: string;
  readonly path: string;
}

/** A job whose files {@link sweepDeadJobs} has removed. */
export interface SweptJob {
  readonly job: string;
  /** The process that had left them, where known. */
  readonly pid: number | null;
}

const JOB_NAME = /^[0-9a-f]{32}$/;
const UNFINISHED_NAME = /^new-(?<pid>\d+)-(?<startTime>\d+)-(?<job>[0-9a-f]{32})$/;
/** Making a directory takes a millisecond: one that is still unfinished after this belongs to nobody. */
const UNFINISHED_MS_MAX = 3_600_000;
/** How often a removal may fail because of others. */
const REMOVALS_MAX = 100;
/** How often the ground may vanish under {@link createJobDirectory} before something else must be wrong. */
const ATTEMPTS_MAX = 1000;

/** The directory that holds a user's job directories. */
export function jobDirectoryBase(variables: NodeJS.ProcessEnv, userId: number): string {
  const parent = variables[SHARED_MEMORY_VARIABLE];
  return join(parent === undefined || parent === '' ? '/dev/shm' : parent, `parley-${userId}`);
}

/** Makes the directory of a new job, owned by this process. */
export function createJobDirectory(base: string, job: string): JobDirectory {
  const owner = identifyProcess(process.pid, currentPlace());
  if (owner === null) throw noProcError();
  const path = join(base, job);
  for (let attempt = 1; ; attempt++) {
    makeBase(base);
    try {
      const unfinished = join(base, `new-${owner.pid}-${owner.startTime}-${job}`);
      mkdirSync(unfinished, { mode: 0o700 });
      writeFileSync(join(unfinished, 'owner'), JSON.stringify(owner), { mode: 0o600 });
      renameSync(unfinished, path);
      // Somebody in another container, who cannot see us, may just have swept the unfinished directory's contents.
      lstatSync(join(path, 'owner'));
      return { job, base, path };
    } catch (error) {
      if (errorCode(error) !== 'ENOENT' || attempt === ATTEMPTS_MAX) throw directoryError(path, error);
    }
  }
}

/** Makes this process the owner of a directory that another one has made for it. */
export function takeOverJobDirectory(base: string, job: string): JobDirectory {
  const owner = identifyProcess(process.pid, currentPlace());
  if (owner === null) throw noProcError();
  const path = join(base, job);
  const draft = join(path, `owner-${owner.pid}`);
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600 });
  renameSync(draft, join(path, 'owner'));
  return { job, base, path };
}

/** Removes a job's directory with all that is in it, and the base where it was the last. */
export function removeJobDirectory(directory: JobDirectory): void {
  removeTree(directory.path);
  removeIfEmpty(directory.base);
}

/**
 * Removes what dead agents have left under `base`. Never touches a living agent's directory, nor what it looks after, nor one of which it
 * cannot be known (another container's, another host's). Several processes may sweep at once.
 */
export function sweepDeadJobs(base: string): SweptJob[] {
  const swept: SweptJob[] = [];
  const names = entriesOf(base);
  if (names.length === 0) return swept;
  const here = currentPlace();
  for (const name of names) {
    const path = join(base, name);
    const leftover = leftoverAt(name, path, here);
    if (leftover !== null && removeTree(path)) swept.push(leftover);
  }
  return swept;
}

/** The job directories under `base`, those of agents among them. */
export function jobDirectoriesIn(base: string): JobDirectory[] {
  return entriesOf(base)
    .filter((name) => JOB_NAME.test(name))
    .map((job) => ({ job, base, path: join(base, job) }));
}

function leftoverAt(name: string, path: string, here: ProcessPlace): SweptJob | null {
  try {
    return JOB_NAME.test(name) ? deadJob(name, path, here) : deadUnfinishedJob(name, path, here);
  } catch {
    return null; // What cannot be read now, for want of descriptors, say, may be anybody's.
  }
}

function deadJob(job: string, path: string, here: ProcessPlace): SweptJob | null {
  const owner = ownerOf(path);
  // Without an owner's name it is a directory that somebody is removing right now: helping does no harm.
  if (owner === null) return { job, pid: null };
  if (processLife(owner, here) !== 'dead' || isLookedAfter(path)) return null;
  return { job, pid: owner.pid };
}

/**
 * Whether an agent lives that will remove this directory. That of a process that was started by itself is the process' own, but
 * when it ends, its agent has others to tell first, whom it finds in there.
 */
function isLookedAfter(path: string): boolean {
  const agent = agentOfJob(path);
  return holdsAlivePipe(path) || (agent !== null && holdsAlivePipe(join(dirname(path), agent)));
}

function deadUnfinishedJob(name: string, path: string, here: ProcessPlace): SweptJob | null {
  const { pid, startTime, job } = UNFINISHED_NAME.exec(name)?.groups ?? {};
  if (pid === undefined || startTime === undefined || job === undefined) return null;
  const maker: ProcessIdentity = { pid: Number(pid), startTime, place: here };
  if (processLife(maker, here) === 'alive') return null;
  const status = statusOf(path);
  if (status === null) return null;
  // A number of another container or boot may look dead here, so only time proves it, unless it is ours to see.
  const owner = ownerOf(path);
  const proven = owner !== null && processLife(owner, here) === 'dead';
  return proven || Date.now() - status.mtimeMs > UNFINISHED_MS_MAX ? { job, pid: Number(pid) } : null;
}

/** Who answers for a job directory: its agent, or the process itself where that was started alone. Null where it is going, or not to be read. */
export function readOwner(path: string): ProcessIdentity | null {
  try {
    return ownerOf(path);
  } catch {
    return null;
  }
}

/** The same; throws where there is one that cannot be read now. */
function ownerOf(path: string): ProcessIdentity | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(path, 'owner'), 'utf8'));
    return isProcessIdentity(owner) ? owner : null;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null;
    throw error;
  }
}

function makeBase(base: string): void {
  try {
    mkdirSync(base, { mode: 0o700 });
    return;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw directoryError(base, error);
  }
  const status = statusOf(base);
  if (status === null) return;
  const userId = process.getuid?.() ?? status.uid;
  if (!status.isDirectory() || status.uid !== userId) {
    const what = status.isDirectory() ? `belongs to user ${status.uid}` : 'is no directory';
    throw new MPIError(
      'MPI_ERR_ACCESS',
      `Cannot keep the job's files in "${base}": it ${what}, and a directory of user ${userId} is wanted; ` +
        `remove it, or name another place by the variable ${SHARED_MEMORY_VARIABLE}`,
    );
  }
  if ((status.mode & 0o077) !== 0) chmodSync(base, 0o700);
}

function directoryError(path: string, cause: unknown): Error {
  return new MPIError(
    'MPI_ERR_ACCESS',
    `Cannot make the directory "${path}" for the job's shared memory: ${errorCode(cause) ?? String(cause)}; ` +
      `a writable tmpfs is wanted: mount /dev/shm, or name another one by the variable ${SHARED_MEMORY_VARIABLE}`,
    { cause },
  );
}

function noProcError(): MPIError {
  return new MPIError('MPI_ERR_UNSUPPORTED_OPERATION', 'Cannot start a job without /proc: mount it');
}

/**
 * True where something was there and is gone now. Others may be at it too, or make and remove files in it that concern them: then
 * the removal ends in the middle, on newer Node without a word, and begins again; whatever stays in the end is the next sweep's.
 */
function removeTree(path: string): boolean {
  if (statusOf(path) === null) return false;
  for (let attempt = 1; attempt <= REMOVALS_MAX; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // What is left tells.
    }
    if (statusOf(path) === null) return true;
  }
  return false;
}

/** Removes the base where nothing is left in it. */
export function removeIfEmpty(base: string): void {
  try {
    rmdirSync(base);
  } catch {
    // Not empty, or gone already.
  }
}

function entriesOf(base: string): string[] {
  try {
    return readdirSync(base);
  } catch {
    return [];
  }
}

function statusOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
