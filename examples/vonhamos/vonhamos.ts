/**
 * A von Hamos X-ray emission spectrometer, live: rank 0 is the master, all others are clients.
 *
 *   npx parley run -n 4 examples/vonhamos/vonhamos.ts --view
 *
 * This file reads the command line and decides who does what; what clients and master do is in client.ts and master.ts.
 */
import * as MPI from 'parley';
import { HELP, parseArguments, UsageError } from './arguments.ts';
import { runClient } from './client.ts';
import { runMaster } from './master.ts';

const MASTER = 0;
const EXIT_USAGE = 2;
const world = MPI.COMM_WORLD;

try {
  const args = parseArguments(process.argv.slice(2));
  if (args === null) {
    if (world.rank === MASTER) console.log(HELP);
  } else if (world.size < 2) {
    throw new UsageError('at least 2 ranks are wanted, a master and a client: parley run -n 2 …');
  } else if (world.rank === MASTER) {
    await runMaster(world, args, (text) => process.stdout.write(text));
  } else {
    // Ctrl-C reaches every process: the master asks the clients to end in good order.
    process.on('SIGINT', () => undefined);
    await runClient(world, args, { client: world.rank - 1, clients: world.size - 1 }).catch(leaveToMaster);
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  // All have seen it. One says so; a client that failed before it would end the job.
  if (world.rank === MASTER) {
    console.error(`vonhamos: ${error.message}`);
    process.exitCode = EXIT_USAGE;
  }
}

/** What its stores have not kept the master says itself: a client that failed of it would end the job, page and all. */
function leaveToMaster(error: unknown): void {
  if (!(error instanceof MPI.MPIError && error.code === 'MPI_ERR_IO')) throw error;
}
