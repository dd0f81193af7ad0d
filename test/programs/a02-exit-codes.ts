/**
 * Ends as it is told:
 *
 *     finalize CODE      every rank finalizes and exits with this code
 *     own                every rank exits with its rank
 *     none               every rank just comes to its end
 *     throw blocking|awaiting   the last rank throws while the others wait in a barrier
 *     reject …           the same by a promise that nobody handles
 */
import { COMM_WORLD as world, finalize } from 'parley';

const [what, how] = process.argv.slice(2);
const isLast = world.rank === world.size - 1;

async function wait(): Promise<void> {
  if (how === 'blocking') world.barrierSync();
  else await world.barrier();
}

if (what === 'finalize') {
  await finalize();
  process.exit(Number(how));
}
if (what === 'own') {
  await world.barrier();
  process.exit(world.rank);
}
if (what === 'throw') {
  if (isLast) throw new Error('the last rank cannot go on');
  await wait();
}
if (what === 'reject') {
  if (isLast) void Promise.reject(new Error('the last rank cannot go on'));
  else await wait();
  setInterval(() => undefined, 1000);
}
