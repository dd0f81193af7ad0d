/** Goes on after its parent has ended. */
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const parent = MPI.getParent();
if (parent === null) throw new Error('examples/lam-spawn-multiple/orphans.ts starts this program');

const { data } = await parent.recv<string>(0);
// Nothing more will come: this ends when the parent does.
await parent.recv(0).catch(() => undefined);
const both = await world.allgather(world.rank);
console.log(`orphan ${world.rank}: the parent is gone, ${both.length} orphans ${data}`);
