/**
 * A master that stores, and clients that send without an end, each saying how many of its updates it was told are stored; until
 * somebody kills the master, or a client: then the master asks the others to stop, and prints the run's report as JSON.
 *
 *     live-soak-kills JOURNAL HDF5 journal|hdf5 SEED      the word of the store that is named counts as stored
 *
 * `ready` is printed as soon as the master listens. Updates differ in size, so that the end of a file may be torn anywhere.
 */
import { writeSync } from 'node:fs';
import * as MPI from 'parley';
import {
  connectStream,
  openHdf5,
  openJournal,
  openStream,
  type RunReport,
  type UpdateStore,
} from 'parley/live';
import { Random } from './support/random.ts';

const [journal = '', hdf5 = '', first = '', seed = ''] = process.argv.slice(2);
const LENGTHS = [0, 1, 10, 500, 20_000];
const world = MPI.COMM_WORLD;

await (world.rank === 0 ? master() : client());

async function master(): Promise<void> {
  const stores: UpdateStore[] = [await openJournal(journal), openHdf5(hdf5, { flushMs: 10 })];
  if (first === 'hdf5') stores.reverse();
  const stream = openStream(world, { stores });
  const reports: RunReport[] = [];
  const failed: string[] = [];
  writeSync(1, 'ready\n');
  for await (const event of stream) {
    if (event.type === 'runEnded') reports.push(event.report);
    if (event.type !== 'clientFailed') continue;
    failed.push(event.client.name);
    stream.stop();
  }
  await stream.close();
  writeSync(1, `${JSON.stringify({ reports, failed })}\n`);
}

async function client(): Promise<void> {
  const random = new Random(Number(seed) + world.rank);
  const stream = connectStream(world, { credits: 8, queueLimit: 4, name: `client ${world.rank}` });
  const md = stream.update();
  let told = 0;
  for (let n = 1; !stream.stopSignal.aborted; n += 1) {
    md.addArray('var_image', new Float32Array(random.of(LENGTHS)).fill(n));
    md.small['n'] = n;
    await md.send();
    const { stored } = stream.statistics;
    if (stored > told) writeSync(1, `client ${world.rank} stored ${stored}\n`);
    told = stored;
  }
  await md.endRun();
  await stream.close();
}
