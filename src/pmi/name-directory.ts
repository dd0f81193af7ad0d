/**
 * Published names: a file for each, beside the job directories, visible to all jobs of the same user on the host. It says
 * who has published it, so that a name whose publisher is gone is no name any more, however it went.
 *
 *     /dev/shm/parley-1000/name-<sha-256 of the service's name, 32 hexadecimal digits>
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { jobOf, type ProcessId } from '../model/process-id.ts';
import { removeIfEmpty } from './job-directory.ts';
import {
  currentPlace,
  identifyProcess,
  isProcessIdentity,
  processLife,
  type ProcessIdentity,
} from './process-identity.ts';

export interface PublishedName {
  readonly service: string;
  readonly port: string;
  readonly publisher: ProcessId;
  /** The publisher's process. */
  readonly process: ProcessIdentity;
  /** Milliseconds since 1970. */
  readonly since: number;
}

const PREFIX = 'name-';
const NAME = /^name-[0-9a-f]{32}$/;
/** Being published, or removed. */
const DRAFT = /^name-[0-9a-f]{32}\.[0-9a-f]{12}$/;
/** Both take a millisecond: what is older belongs to nobody. */
const DRAFT_MS_MAX = 60_000;
/** How often the base may vanish while a name is written before something else must be wrong. */
const ATTEMPTS_MAX = 1000;
const pathOf = (base: string, service: string): string =>
  join(base, PREFIX + createHash('sha256').update(service).digest('hex').slice(0, 32));

/** Publishes a name; null, or who has published it already. */
export function publishInDirectory(
  base: string,
  service: string,
  port: string,
  publisher: ProcessId,
): PublishedName | null {
  const process_ = identifyProcess(process.pid, currentPlace());
  if (process_ === null) throw new Error('no /proc');
  const path = pathOf(base, service);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const name: PublishedName = { service, port, publisher, process: process_, since: Date.now() };
  try {
    for (;;) {
      try {
        writeDraft(base, draft, name);
        linkSync(draft, path);
        return null;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const taken = lookUpInDirectory(base, service);
      if (taken !== null) return taken;
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The last job on this host may end, and take the base with it, at any moment. */
function writeDraft(base: string, draft: string, name: PublishedName): void {
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(base, { recursive: true, mode: 0o700 });
      writeFileSync(draft, JSON.stringify(name), { mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}

/** Who has published a name, and still lives; null where nobody has. */
export function lookUpInDirectory(base: string, service: string): PublishedName | null {
  const path = pathOf(base, service);
  const name = read(path);
  if (name === 'gone') return null;
  if (name !== 'malformed' && isAlive(name)) return name.service === service ? name : null;
  remove(path, isStale);
  return null;
}

/** Withdraws a name of this publisher; false where it has published none. */
export function unpublishInDirectory(base: string, service: string, publisher: ProcessId): boolean {
  const name = lookUpInDirectory(base, service);
  if (name?.publisher !== publisher) return false;
  remove(pathOf(base, service), ofPublisher(publisher));
  removeIfEmpty(base);
  return true;
}

/** Withdraws the names of all processes of a job that is over. */
export function unpublishJob(base: string, job: string): void {
  for (const path of pathsOf(base, NAME)) {
    const name = read(path);
    if (typeof name === 'object' && jobOf(name.publisher) === job) remove(path, ofPublisher(name.publisher));
  }
}

/** All names whose publishers live; the files of others go. */
export function namesInDirectory(base: string): PublishedName[] {
  const found: PublishedName[] = [];
  for (const path of pathsOf(base, NAME)) {
    const name = read(path);
    if (name === 'gone') continue;
    if (name !== 'malformed' && isAlive(name)) found.push(name);
    else remove(path, isStale);
  }
  return found.sort((a, b) => (a.service < b.service ? -1 : 1));
}

/** Removes names whose publishers are gone, and drafts that were never finished; how many. */
export function sweepNames(base: string): number {
  const before = [...pathsOf(base, NAME), ...pathsOf(base, DRAFT)];
  for (const path of pathsOf(base, DRAFT)) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status !== undefined && Date.now() - status.mtimeMs > DRAFT_MS_MAX) rmSync(path, { force: true });
  }
  namesInDirectory(base);
  return before.filter((path) => !existsSync(path)).length;
}

const isAlive = ({ process: publisher }: PublishedName): boolean =>
  processLife(publisher, currentPlace()) !== 'dead';

type Found = PublishedName | 'malformed';
const isStale = (found: Found): boolean => found === 'malformed' || !isAlive(found);
const ofPublisher =
  (publisher: ProcessId) =>
  (found: Found): boolean =>
    found !== 'malformed' && found.publisher === publisher;

/** Removes a name that is one to go. Somebody may just have published it anew: then that comes back. */
function remove(path: string, isToGo: (found: Found) => boolean): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
    const found = read(aside);
    if (found !== 'gone' && !isToGo(found)) linkSync(aside, path);
  } catch {
    // Somebody else is at it too.
  }
  rmSync(aside, { force: true });
}

function read(path: string): PublishedName | 'gone' | 'malformed' {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'malformed';
  }
  if (typeof value !== 'object' || value === null) return 'malformed';
  const { service, port, publisher, process: identity, since } = value as Record<string, unknown>;
  const texts = [service, port, publisher].every((text) => typeof text === 'string');
  if (!texts || typeof since !== 'number' || !isProcessIdentity(identity)) return 'malformed';
  return value as PublishedName;
}

function pathsOf(base: string, pattern: RegExp): string[] {
  try {
    return readdirSync(base)
      .filter((entry) => pattern.test(entry))
      .map((entry) => join(base, entry));
  } catch {
    return [];
  }
}
