/**
 * Spawned processes are independent: they stay when their parents end, unless `lifetime: 'parent'` is said.
 *
 *     npx parley run -n 1 examples/lam-spawn-multiple/orphans.ts
 */
import * as MPI from 'parley';

const { COMM_WORLD: world } = MPI;
const path = import.meta.dirname;
const orphans = await world.spawn('orphan.ts', { maxprocs: 2, path });
const dependant = await world.spawn('dependant.ts', { path, lifetime: 'parent' });

for (const rank of [0, 1]) await orphans.send('make the best of it', rank);
const { data } = await dependant.recv<string>(0);
console.log(`parent: ${data}; good night`);
