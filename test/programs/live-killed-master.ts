/**
 * A master that writes a journal and HDF5, and one client, which prints how many of its updates it has been told are stored, and
 * `reached` at so many; until somebody kills the job. With `limit` in place of a number the master's files may not grow
 * beyond a megabyte: it prints what its stores say. The word of the first store counts as stored.
 */
import { execFileSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import * as MPI from 'parley';
import { connectStream, openHdf5, openJournal, openStream, type UpdateStore } from 'parley/live';

const [journal = '', hdf5 = '', way = '', first = 'journal'] = process.argv.slice(2);
const COUNT = way === 'limit' ? 40 : Infinity;
const BYTES_MAX = 2 ** 20;
const world = MPI.COMM_WORLD;

if (world.rank === 0) {
  const stores: UpdateStore[] = [await openJournal(journal), openHdf5(hdf5, { flushMs: 10 })];
  if (first === 'hdf5') stores.reverse();
  const stream = openStream(world, { stores });
  let updates = 0;
  for await (const event of stream) {
    if (event.type === 'storeFailed') console.log(event.error.message);
    if (event.type !== 'update') continue;
    updates += 1;
    // By now the memory that the ranks share is made.
    if (way === 'limit' && updates === 10)
      execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${BYTES_MAX}`]);
  }
  await stream.close().catch((error: unknown) => console.log(String(error)));
  console.log(`${updates} updates`);
} else {
  const stream = connectStream(world, { credits: 4, queueLimit: 4 });
  const md = stream.update();
  let told = -1;
  for (let n = 1; n <= COUNT; n += 1) {
    md.addArray('var_image', new Float32Array(n % 2 === 0 ? 30_000 : 10).fill(n));
    md.small['n'] = n;
    await md.send();
    const { stored } = stream.statistics;
    if (stored !== told) writeSync(1, `stored ${stored}\n`);
    if (told < Number(way) && stored >= Number(way)) writeSync(1, 'reached\n');
    told = stored;
    while (way === 'limit' && n === 8 && stream.statistics.stored < n)
      await new Promise((resolve) => setImmediate(resolve));
  }
  await md.endRun();
  await stream.close().catch((error: unknown) => console.log(String(error)));
  console.log(`stored ${stream.statistics.stored} at the end`);
}
