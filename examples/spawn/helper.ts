/** One of those that alone.ts starts. */
import * as MPI from 'parley';

const parent = MPI.getParent();
if (parent === null) throw new Error('examples/spawn/alone.ts starts this program');

const all = await parent.merge(true);
await all.gather(process.pid);
await all.reduce(all.rank);
await all.disconnect();
await parent.disconnect();
