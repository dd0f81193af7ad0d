/**
 * Several programs in one new world, each with its own arguments (MPI_Comm_spawn_multiple).
 *
 *     npx parley run -n 1 examples/spawn/multiple.ts
 */
import * as MPI from 'parley';

const path = import.meta.dirname;
const team = await MPI.COMM_WORLD.spawnMultiple([
  { command: 'member.ts', args: ['reader'], path },
  { command: 'member.ts', args: ['solver', '--fast'], maxprocs: 2, path },
]);

// A collective between the two worlds: the parent gathers, each child gives.
const said = await team.gather('', MPI.ROOT);
for (const line of said ?? []) console.log(line);
await team.disconnect();
