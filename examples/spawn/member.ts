/** One of those that multiple.ts starts: `APPNUM` says by which command. */
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const [role, ...options] = process.argv.slice(2);
const command = world.getAttr(MPI.APPNUM);

const parent = MPI.getParent();
if (parent === null) throw new Error('examples/spawn/multiple.ts starts this program');
const neighbours = await world.allgather(role);
const words = [
  `member ${world.rank}`,
  `command ${command}`,
  `${role}`,
  ...options,
  `of ${neighbours.join(' ')}`,
];
await parent.gather(words.join(', '), 0);
await parent.disconnect();
