/**
 * The master: merges what clients push, says how the run goes, shows the spectra where a page is wanted, and stores every update in
 * a journal and an HDF5 file. Ctrl-C ends the run in good order: the clients send what they have, and the files are whole.
 */
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import type { Communicator } from 'parley';
import { type OpenedStream, openHdf5, openJournal, openStream, type RunReport } from 'parley/live';
import type { VonHamosArguments } from './arguments.ts';
import { namesFor } from './file-names.ts';
import { openPage, type Page } from './page.ts';
import { RunResults } from './results/run-results.ts';
import { type RunStatus, StatusLine } from './results/status-line.ts';
import { columnsOf, REGION, type Region, rowsOf } from './spectrometer/camera.ts';

const SHOW_MS = 100;

export async function runMaster(
  world: Communicator,
  args: VonHamosArguments,
  write: (text: string) => unknown,
): Promise<void> {
  const files = await namesFor(args.folder);
  const stores = [await openJournal(files.journal), openHdf5(files.hdf5)];
  const stream = openStream(world, { stores });
  const interruption = new AbortController();
  process.on('SIGINT', () => {
    stream.stop('Ctrl-C');
    interruption.abort();
  });
  const page = args.view ? await openPage(stream, args.everyMs) : undefined;
  const line = new StatusLine({ write, isDrawn: args.bar, now: stream.now });
  if (page !== undefined) line.print(`page: ${page.url}`);
  if (page?.name !== undefined) line.print(`or, in another terminal: npx parley view ${page.name}`);
  try {
    await collect(stream, args.rate, page, line);
  } finally {
    await stream.close();
    if (!args.stay) await page?.close();
  }
  line.print(`wrote ${await described(files.journal)} and ${await described(files.hdf5)}`);
  if (!args.stay) return;
  if (!interruption.signal.aborted) {
    line.print('The page stays until Ctrl-C.');
    await once(interruption.signal, 'abort');
  }
  await page?.close();
}

async function collect(
  stream: OpenedStream,
  wantedRate: number,
  page: Page | undefined,
  line: StatusLine,
): Promise<void> {
  const runs = new Map<number, RunResults>();
  const resultsOf = (run: number): RunResults => {
    const known = runs.get(run);
    if (known !== undefined) return known;
    const results = new RunResults(run, rowsOf(REGION), columnsOf(REGION), stream.now);
    runs.set(run, results);
    return results;
  };
  const show = paced(SHOW_MS, stream.now, (results: RunResults) => page?.show(results, 'running'));
  for await (const event of stream) {
    switch (event.type) {
      case 'update': {
        const results = resultsOf(event.run);
        results.take(event, (stream.settings['region'] as Region | null | undefined) ?? undefined);
        line.show(() => statusOf(results, stream, wantedRate));
        show(results);
        break;
      }
      case 'runEnded': {
        const results = resultsOf(event.run);
        page?.show(results, 'ended');
        line.end();
        line.print(results.describe(`${results.meanRate.toFixed(1)}/s`));
        line.print(ending(results, event.report));
        runs.delete(event.run);
        break;
      }
      case 'clientJoined':
        // The first one: something to look at.
        if (page !== undefined && event.client.id === 1) stream.request('frame', undefined, [1]);
        break;
      case 'clientFailed':
        line.print(`${event.client.name} has failed: ${event.error.message}`);
        break;
      case 'clientSilent':
        line.print(`${event.client.name} is silent`);
        break;
      case 'clientBack':
        line.print(`${event.client.name} is back`);
        break;
      case 'storeFailed':
        // The others store on, and people may look on.
        line.print(`Cannot store any more: ${event.error.message}`);
        page?.tell('not all is stored');
        process.exitCode = 1;
        break;
      default:
    }
  }
}

function statusOf(results: RunResults, stream: OpenedStream, wantedRate: number): RunStatus {
  const clients = stream.clients();
  const { run, rate, significance } = results;
  const lagMs = clients.reduce((most, client) => Math.max(most, client.lagMs), 0);
  const lost = clients.reduce((sum, client) => sum + client.lost, 0);
  const plain = results.describe(`${rate.toFixed(1)}/s, lag ${lagMs.toFixed(0)} ms`);
  return { run, events: results.sums.events, rate, wantedRate, lagMs, lost, significance, plain };
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

async function described(file: string): Promise<string> {
  const { size } = await stat(file);
  return `${file} (${(size / 1e6).toFixed(1)} MB)`;
}
