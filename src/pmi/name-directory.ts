/**
 * Published names: a file for each, beside the job directories, visible to all jobs of the same user on the host. It says
 * who has published it, so that a name whose publisher is gone is no name any more, however it went.
 *
 *     /dev/shm/parley-1000/name-<sha-256 of the service's name, 32 hexadecimal digits>
 */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessId } from '../model/process-id.ts';
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
  mkdirSync(base, { recursive: true, mode: 0o700 });
  writeFileSync(draft, JSON.stringify(name), { mode: 0o600, flag: 'wx' });
  try {
    for (;;) {
      try {
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

/** Who has published a name, and still lives; null where nobody has. */
export function lookUpInDirectory(base: string, service: string): PublishedName | null {
  const path = pathOf(base, service);
  const name = read(path);
  if (name === 'gone') return null;
  if (name !== 'malformed' && isAlive(name)) return name.service === service ? name : null;
  removeStale(path);
  return null;
}

/** Withdraws a name of this publisher; false where it has published none. */
export function unpublishInDirectory(base: string, service: string, publisher: ProcessId): boolean {
  const name = lookUpInDirectory(base, service);
  if (name === null || name.publisher !== publisher) return false;
  rmSync(pathOf(base, service), { force: true });
  return true;
}

/** All names whose publishers live; the files of others go. */
export function namesInDirectory(base: string): PublishedName[] {
  const found: PublishedName[] = [];
  for (const entry of entriesOf(base)) {
    if (!/^name-[0-9a-f]{32}$/.test(entry)) continue;
    const path = join(base, entry);
    const name = read(path);
    if (name === 'gone') continue;
    if (name !== 'malformed' && isAlive(name)) found.push(name);
    else removeStale(path);
  }
  return found.sort((a, b) => (a.service < b.service ? -1 : 1));
}

const isAlive = ({ process: publisher }: PublishedName): boolean =>
  processLife(publisher, currentPlace()) !== 'dead';

/** Somebody may just have published the name anew: then that comes back. */
function removeStale(path: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
    const name = read(aside);
    if (typeof name === 'object' && isAlive(name)) linkSync(aside, path);
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

function entriesOf(base: string): string[] {
  try {
    return readdirSync(base);
  } catch {
    return [];
  }
}
