/**
 * A spawn that cannot be done: every rank is told why, with a code for each process that was asked for, nothing is left
 * running, and the spawning world goes on.
 *
 *     npx parley run -n 2 examples/lam-spawn-multiple/refused.ts
 */
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
try {
  await world.spawnMultiple([
    { command: 'orphan.ts', path: import.meta.dirname },
    { command: 'no-such-program', maxprocs: 2 },
  ]);
} catch (error) {
  if (!(error instanceof MPI.SpawnError)) throw error;
  const codes = error.errcodes.map((code) => MPI.errorString(code));
  if (world.rank === 0)
    for (const [process, text] of codes.entries()) console.log(`process ${process}: ${text}`);
}
console.log(`rank ${world.rank} of ${await world.allreduce(1)} goes on`);
