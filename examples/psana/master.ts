/**
 * What the master does: take updates from anybody, add them up run by run, and write the results of a run when it closes.
 *
 * This is one of the two files to edit (the other is client.ts). `md.recv()` waits for the next piece of news and returns
 * the rank that it is of; `md.kind` says what it is. Clients may come and go: whoever dies or falls silent is reported,
 * and the others are listened to. A run closes when all who are still there have ended it.
 */
import type { PsanaArguments } from './arguments.ts';
import type { MpiData } from './mpidata.ts';
import { FrameSum, maximumOf, type FrameCounts } from './results/frame-sum.ts';
import type { Progress } from './results/progress.ts';
import { RecentSum } from './results/recent-sum.ts';
import { writeRun } from './results/run-files.ts';
import type { Run, Source } from './sources/source.ts';

/** Updates whose hits the progress shows as "recent". */
const RECENT_UPDATES = 30;

export interface MasterOutput {
  readonly print: (line: string) => void;
  /** Shows progress instead of a line for each update. */
  readonly progress: Progress | undefined;
}

/** One run as the master sees it while it is open. */
interface OpenRun {
  readonly run: Run;
  readonly sum: FrameSum;
  updates: number;
}

export async function runMaster(
  md: MpiData,
  source: Source,
  args: PsanaArguments,
  output: MasterOutput,
): Promise<void> {
  const open = new Map<number, OpenRun>();
  const recent = new RecentSum(RECENT_UPDATES);
  const { print, progress } = output;
  let seen = 0;
  let rank: number | undefined;
  while ((rank = await md.recv()) !== undefined) {
    switch (md.kind) {
      case 'update': {
        if (!source.runs.includes(md.run)) {
          md.refuse(`it sent an update of run ${md.run}, which is none of those to analyse`);
          break;
        }
        const state = open.get(md.run) ?? (await openRun(source, args, md.run));
        open.set(md.run, state);
        const counts = addUpdate(md, state);
        if (counts === undefined) break;
        seen += counts.events + counts.dropped;
        recent.add([counts.hits, counts.events]);
        if (progress === undefined) print(updateLine(md, rank));
        else progress.show(seen, shareOf(recent));
        break;
      }
      case 'closed': {
        progress?.end();
        const state = open.get(md.run) ?? (await openRun(source, args, md.run));
        open.delete(md.run);
        await closeRun(md, source.nameOf(md.run), state, args.output, print);
        break;
      }
      case 'lost':
        print(`Client ${rank} is lost: ${md.reason}. Going on with the others.`);
        break;
      case 'hung':
        print(`Client ${rank} hangs: ${md.reason}. Not waiting for it any longer.`);
        break;
      case 'back':
        print(`Client ${rank} is back.`);
        break;
      case 'late':
        print(`Client ${rank} sent an update of run ${md.run}, which is closed; it is not counted.`);
    }
  }
  const missing = [...md.lost, ...md.hung];
  if (missing.length > 0) print(`Clients lost: ${missing.sort((a, b) => a - b).join(', ')}`);
}

async function openRun(source: Source, args: PsanaArguments, number: number): Promise<OpenRun> {
  const run = await source.openRun(number, args.detector);
  return { run, sum: new FrameSum(run.detector.rows * run.detector.columns), updates: 0 };
}

/**
 * Adds what the update holds; its arrays are views of the message, valid until the next `recv`. An update that does not
 * hold what it should is not added at all, and nothing more is taken from its client.
 */
function addUpdate(md: MpiData, state: OpenRun): FrameCounts | undefined {
  try {
    const { rows, columns } = state.run.detector;
    const counts: FrameCounts = {
      events: md.number('events'),
      dropped: md.number('dropped'),
      hits: md.number('hits'),
      peaks: md.number('peaks'),
      photons: md.number('photons'),
    };
    if (counts.events > 0) {
      const img = md.array('img', Float64Array, [rows, columns]);
      const max = md.array('max', Float64Array, [rows, columns]);
      const peakCounts = md.array('peakCounts', Uint32Array, [rows, columns]);
      state.sum.addArrays({ img, max, peakCounts });
    }
    state.sum.addCounts(counts);
    state.updates++;
    return counts;
  } catch (error) {
    md.refuse(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function updateLine(md: MpiData, rank: number): string {
  if (md.number('events') === 0)
    return `Master received no image and ${counted(md.number('dropped'), 'dropped shot')} from rank ${rank}`;
  const intensity = md.number('intensity').toFixed(1);
  return `Master received image with shape ${md.shape('img').join('x')} and intensity ${intensity} from rank ${rank}`;
}

/** Share of hits among the frames of the recent updates. */
function shareOf(recent: RecentSum): number {
  const [hits = 0, events = 0] = recent.sum();
  return hits / Math.max(1, events);
}

async function closeRun(
  md: MpiData,
  name: string,
  { run, sum, updates }: OpenRun,
  folder: string,
  print: (line: string) => void,
): Promise<void> {
  const { events, dropped, hits, peaks, photons } = sum.counts;
  const { detector } = run;
  const percent = ((100 * hits) / Math.max(1, events)).toFixed(1);
  const shots = dropped > 0 ? ` and ${counted(dropped, 'dropped shot')}` : '';
  const found = `${counted(hits, 'hit')} (${percent} %), ${counted(peaks, 'peak')}`;
  print(`${name}: ${counted(events, 'event')}${shots} in ${counted(updates, 'update')}, ${found}`);
  if (detector.aduPerPhoton !== undefined) print(`  photons: ${photons}`);
  for (const { rank, updates: arrived, missing } of md.report?.contributions ?? []) {
    if (missing !== undefined)
      print(`  incomplete: ${missing} (client ${rank}; ${counted(arrived, 'update')} counted)`);
  }
  if (events > 0) {
    const { value, row, column } = maximumOf(sum.mean(), detector.columns);
    print(`  maximum of the mean image: ${value.toFixed(1)} ADU at (row, column) (${row}, ${column})`);
    for (const file of await writeRun(folder, name, detector, sum)) print(`  wrote ${file}`);
  }
  await run.close();
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
