/**
 * Clients send to one master: rank 0 collects what all other ranks find in the frames of a detector.
 *
 *   npx parley run -n 3 examples/psana/mpi_driver.ts exp=xpptut15:run=54 cspad -n 10
 *
 * This file reads the command line and decides who does what. What clients and master do is in client.ts and master.ts.
 * Rank 0 checks the command line for all, and tells each client what came of it. There are no collectives here, not even
 * for that: a client that dies would break them for all.
 */
import * as MPI from 'parley';
import { HELP, parseArguments, UsageError, type PsanaArguments } from './arguments.ts';
import { runClient } from './client.ts';
import { runMaster } from './master.ts';
import { fromClients, MASTER, toMaster } from './mpidata.ts';
import { Progress } from './results/progress.ts';
import { openSource } from './sources/registry.ts';
import type { Source } from './sources/source.ts';

/** Apart from those of parley/live. */
const TAG_PLAN = 3;
const EXIT_USAGE = 2;
const EXIT_HUNG = 3;

const world = MPI.COMM_WORLD;
const args = world.rank === MASTER ? await tellClients(await plan()) : await hearFromMaster();
if (args !== undefined) {
  const source = await openSource(args.source, args.seed);
  if (world.rank === MASTER) await collect(source, args);
  else {
    const place = { client: world.rank - 1, clients: world.size - 1 };
    await runClient(toMaster(world, args.patience), source, args, place).catch((error: unknown) => {
      if (!(error instanceof MPI.MPIError)) throw error;
      throw new Error(`Client ${world.rank} cannot go on without the master: ${error.message}`);
    });
  }
}

/** What is to be done; undefined where that is nothing, which has been said. */
async function plan(): Promise<PsanaArguments | undefined> {
  try {
    const parsed = parseArguments(process.argv.slice(2));
    if (parsed === null) {
      console.log(HELP);
      return undefined;
    }
    if (world.size < 2) {
      throw new UsageError('at least 2 ranks are wanted, a master and a client: parley run -n 2 …');
    }
    const source = await openSource(parsed.source, parsed.seed);
    for (const run of source.runs.slice(0, 1)) await (await source.openRun(run, parsed.detector)).close();
    return parsed;
  } catch (error) {
    console.error(`mpi_driver: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = EXIT_USAGE;
    return undefined;
  }
}

async function tellClients(toDo: PsanaArguments | undefined): Promise<PsanaArguments | undefined> {
  for (let rank = 1; rank < world.size; rank++) {
    // Who has died already is found out soon enough.
    await world.send(toDo, rank, TAG_PLAN).catch(() => undefined);
  }
  return toDo;
}

async function hearFromMaster(): Promise<PsanaArguments | undefined> {
  const { data } = await world.recv<PsanaArguments | undefined>(MASTER, TAG_PLAN);
  return data;
}

async function collect(source: Source, options: PsanaArguments): Promise<void> {
  const events = source.runs.length * Math.min(source.eventsPerRun, options.events ?? Infinity);
  const bar = options.bar || process.stderr.isTTY;
  const write = (text: string): unknown => process.stderr.write(text);
  const progress = options.progress
    ? new Progress(events, { write, bar, now: () => performance.now() })
    : undefined;
  const print = (line: string): void => {
    console.log(line);
  };
  await using stream = fromClients(world, options.patience);
  const hung = await runMaster(stream, source, options, { print, progress });
  if (hung.length === 0) return;
  // They would keep the job from ending: nobody else can wake them.
  console.error(`mpi_driver: ending the job, since clients hang: ${hung.join(', ')}`);
  world.abort(EXIT_HUNG);
}
