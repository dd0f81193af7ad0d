/**
 * The master: merges what clients push, prints a line each second, shows the spectra where a page is wanted, and stores every
 * update in a journal and an HDF5 file.
 */
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Communicator } from 'parley';
import { type OpenedStream, openHdf5, openJournal, openStream, type RunReport } from 'parley/live';
import type { VonHamosArguments } from './arguments.ts';
import { openPage, type Page } from './page.ts';
import { RunResults } from './results/run-results.ts';
import { columnsOf, REGION, rowsOf } from './spectrometer/camera.ts';

const STATUS_MS = 1000;
const SHOW_MS = 100;

export async function runMaster(
  world: Communicator,
  args: VonHamosArguments,
  print: (line: string) => void,
): Promise<void> {
  const files = await namesFor(args.folder);
  const stores = [await openJournal(files.journal), openHdf5(files.hdf5)];
  const stream = openStream(world, { stores });
  const page = args.view ? await openPage(stream, print) : undefined;
  try {
    await collect(stream, page, print);
  } finally {
    await stream.close();
    await page?.close();
  }
  print(`wrote ${files.journal} and ${files.hdf5}`);
}

async function collect(
  stream: OpenedStream,
  page: Page | undefined,
  print: (line: string) => void,
): Promise<void> {
  const runs = new Map<number, RunResults>();
  const resultsOf = (run: number): RunResults => {
    const known = runs.get(run);
    if (known !== undefined) return known;
    const results = new RunResults(run, rowsOf(REGION), columnsOf(REGION), stream.now);
    runs.set(run, results);
    return results;
  };
  const status = paced(STATUS_MS, stream.now, (results: RunResults) => print(results.describe()));
  const show = paced(SHOW_MS, stream.now, (results: RunResults) => page?.show(results));
  for await (const event of stream) {
    switch (event.type) {
      case 'update': {
        const results = resultsOf(event.run);
        results.take(event);
        status(results);
        show(results);
        break;
      }
      case 'runEnded': {
        const results = resultsOf(event.run);
        page?.show(results);
        print(results.describe());
        print(ending(results, event.report));
        runs.delete(event.run);
        break;
      }
      case 'clientFailed':
        print(`${event.client.name} has failed: ${event.error.message}`);
        break;
      case 'clientSilent':
        print(`${event.client.name} is silent`);
        break;
      case 'storeFailed':
        throw event.error;
      default:
    }
  }
}

function ending(results: RunResults, { lost, clients, unfinished }: RunReport): string {
  const missing = unfinished.length === 0 ? '' : `, not ended by ${unfinished.join(', ')}`;
  const photons = `${results.sums.photons.toFixed(1)} photons`;
  const updates = `${results.updates} updates of ${clients.length} clients, ${lost} lost${missing}`;
  return `run ${results.run} has ended: ${photons} in ${updates}; digest ${results.sums.digest()}`;
}

/** Calls `act` at the first call, and then no more often than every so many milliseconds. */
function paced<T>(everyMs: number, now: () => number, act: (value: T) => void): (value: T) => void {
  let last = -Infinity;
  return (value) => {
    if (now() - last < everyMs) return;
    last = now();
    act(value);
  };
}

/** Of a folder that may have some already. */
async function namesFor(folder: string): Promise<{ readonly journal: string; readonly hdf5: string }> {
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  let number = 1;
  const names = (): string[] => ['.journal', '.h5'].map((ending) => `vonhamos-${number}${ending}`);
  while (names().some((name) => there.has(name))) number++;
  const [journal = '', hdf5 = ''] = names();
  return { journal: path.join(folder, journal), hdf5: path.join(folder, hdf5) };
}
