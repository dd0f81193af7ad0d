/** A place for job directories that belongs to one test alone. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { SHARED_MEMORY_VARIABLE } from '#pmi/job-directory.js';

/** Makes the place; whoever made it removes it. */
export function makeSharedMemory(): string {
  return mkdtempSync(join(process.env[SHARED_MEMORY_VARIABLE] ?? '/dev/shm', 'parley-place-'));
}
