/**
 * Runs several rank programs of this folder in one world, one after the other, since starting the ranks takes longer than most
 * of them (api/shared-worlds.ts):
 *
 *     several a17-exscan a18-two-selves=mixed …
 *
 * Behind a name stands the way in which its cases are to run, where that is one.
 * Rank 0 says when one begins and when all ranks are through with it; what a program prints stands in between.
 */
import { COMM_WORLD as world } from 'parley';
import { BEGINS, IS_OVER, WAY_VARIABLE } from './support/several-marks.ts';

const programs = process.argv.splice(2);
// Apart from what the programs send, however they go wrong.
const between = await world.dup();
for (const wanted of programs) {
  const [program = '', way = ''] = wanted.split('=');
  process.env[WAY_VARIABLE] = way;
  if (world.rank === 0) console.log(`${BEGINS} ${program}`);
  await import(`./${program}.js`);
  if (world.iprobe() !== undefined) throw new Error(`rank ${world.rank}: ${program} leaves a message`);
  await between.barrier();
  if (world.rank === 0) console.log(`${IS_OVER} ${program}`);
  // Whoever fails next ends all others: it must not come before what was said here.
  await between.barrier();
}
