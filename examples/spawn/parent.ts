/**
 * Listing 1: all ranks together start four children, a world of their own, and rank 0 sends its rank to child 0.
 *
 *     npx parley run -n 2 examples/spawn/parent.ts
 */
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const { rank } = world;

//  MPI_Comm_spawn("child", NULL, 4, MPI_INFO_NULL, 0, MPI_COMM_WORLD, &children, err);
const children = await world.spawn('child.ts', { maxprocs: 4, path: import.meta.dirname });
if (rank === 0) await children.send(rank, 0);

console.log(
  `parent ${rank} of ${world.size}: ${children.remoteSize} children, errcodes ${children.errcodes.join(' ')}`,
);
