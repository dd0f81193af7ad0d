/**
 * The way of PVM: one plain process that starts all the rest. No launcher, no daemon.
 *
 *     node examples/spawn/alone.ts
 */
import * as MPI from 'parley';

const HELPERS = 3;

const started = await MPI.COMM_SELF.spawn('helper.ts', { maxprocs: HELPERS, path: import.meta.dirname });
// This process is the low group, so it is rank 0 of all.
const all = await started.merge(false);
const pids = await all.gather(process.pid);
const sum = await all.reduce(all.rank);

console.log(
  `${all.size} processes, ${new Set(pids).size} of them different, the sum of their ranks is ${sum}`,
);
await all.disconnect();
await started.disconnect();
