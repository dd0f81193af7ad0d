/**
 * Spawns one program from the start and in a process that had waited for it, and compares what the two have seen; `wait` does
 * nothing for ever.
 */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as MPI from 'parley';

interface Report {
  readonly isWarm: boolean;
  readonly seen: unknown;
}

const here = dirname(fileURLToPath(import.meta.url));
const CHILD = join(here, 'warm-child.js');
const env = { NODE_ENV: 'production', 'with blank': 'ä\n"quoted"', EMPTY: '', TZ: 'Asia/Tokyo' };
const options = { args: ['two words', '', '--x=1'], wdir: '/', env };

async function reportOf(spawned: MPI.Intercommunicator): Promise<Report> {
  const { data } = await spawned.recv();
  await spawned.disconnect();
  return data as Report;
}

/** Until one that has waited is taken: the pool fills at its leisure. */
async function warm(more: MPI.SpawnOptions): Promise<Report> {
  for (;;) {
    const report = await reportOf(await MPI.COMM_SELF.spawn(CHILD, more));
    if (report.isWarm) return report;
    await delay(200);
  }
}

if (process.argv[2] === 'wait') await MPI.COMM_SELF.recv();

// A variable that Node reads at its start: none that waits would do.
const cold = await reportOf(
  await MPI.COMM_SELF.spawn(CHILD, { ...options, env: { ...env, LC_COLD: 'yes' } }),
);
assert.equal(cold.isWarm, false);
assert.deepEqual((await warm(options)).seen, cold.seen);

// Several at once, some of which have waited and some not, are one job.
const team = await MPI.COMM_SELF.spawn(CHILD, { ...options, maxprocs: 3 });
for (let rank = 0; rank < 3; rank++) await team.recv();
await team.disconnect();

await warm({ ...options, args: ['fail'] });
console.log('as from the start');
