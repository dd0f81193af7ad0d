/**
 * Rank 1 ends while the others wait for it in common memory: killed, or (`leave`) in good order, or killed while they read what it has
 * lent them (`lent`). Arguments: how they wait, and the end.
 */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { failure } from './support/cases.ts';
import { Way } from './support/way.ts';

const { rank, size } = world;
const [wayName = 'awaiting', end = 'kill'] = process.argv.slice(2);
const way = new Way(wayName, wayName === 'blocking');
const VICTIM = 1;

// By now they go by common memory.
for (let k = 0; k < 30; k++) await way.call(world, 'barrier');
const [parts, taken] = [new Uint8Array(size * 2 ** 20), new Uint8Array(size * 2 ** 20)];
await way.call(world, 'alltoallInto', parts, taken);
if (rank === VICTIM && end === 'lent') {
  void world.alltoallInto(parts, taken);
  // Now it has lent, and the others come to take it; none of them has waited for the end of it.
  for (let of = 0; of < size; of++) if (of !== rank) void world.send(null, of, 1);
  process.kill(process.pid, 'SIGKILL');
}
if (rank === VICTIM) {
  // Each of the others has left the last barrier, and comes to the next one.
  for (let others = size - 1; others > 0; others--) world.recvSync(undefined, 1);
  if (end === 'kill') process.kill(process.pid, 'SIGKILL');
  process.exit(0);
}
if (end === 'lent') await way.call(world, 'recv', VICTIM, 1);
else await way.call(world, 'send', null, VICTIM, 1);
const error = await failure('MPI_ERR_PROC_FAILED', () =>
  end === 'lent' ? way.call(world, 'alltoallInto', parts, taken) : way.call(world, 'barrier'),
);
assert.match(error.message, /rank 1 of "MPI_COMM_WORLD"/);
await failure('MPI_ERR_PROC_FAILED', () =>
  way.call(world, 'allreduceInto', new Float64Array(9), new Float64Array(9)),
);
console.log(`told ${rank}`);
