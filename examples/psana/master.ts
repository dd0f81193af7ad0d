/**
 * What the master does: take updates from anybody, add them up run by run, and write the results of a run when it ends.
 *
 * This is one of the two files to edit (the other is client.ts). The stream tells one event after the other: an update, the end
 * of a run, news of a client. Clients may come and go: whoever dies or falls silent is reported, and the others are listened
 * to. A run ends when all who are still there have ended it.
 */
import type { MasterStream, RunReport, RunShare, Update, UpdateOrigin } from 'parley/live';
import { Recent } from 'parley/live';
import type { PsanaArguments } from './arguments.ts';
import { arrayOf, numberOf, rankOf } from './mpidata.ts';
import { type FrameCounts, FrameSum, maximumOf } from './results/frame-sum.ts';
import type { Progress } from './results/progress.ts';
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
  readonly name: string;
  readonly run: Run;
  readonly sum: FrameSum;
  updates: number;
}

/** Returns the ranks of clients that hang. */
export async function runMaster(
  stream: MasterStream,
  source: Source,
  args: PsanaArguments,
  { print, progress }: MasterOutput,
): Promise<number[]> {
  const open = new Map<number, OpenRun>();
  /** Why clients are not listened to any more, or were not for a while. */
  const reasons = new Map<number, string>();
  const refused = new Set<number>();
  const recent = new Recent(RECENT_UPDATES, 2);
  let seen = 0;
  for await (const event of stream) {
    switch (event.type) {
      case 'update': {
        const rank = rankOf(event.client);
        if (refused.has(rank)) break;
        if (event.late) {
          print(`Client ${rank} sent an update of run ${event.run}, which has ended; it is not counted.`);
          break;
        }
        try {
          const state = open.get(event.run) ?? (await openRun(source, args, event.run));
          open.set(event.run, state);
          const { events, dropped, hits } = addUpdate(event, state);
          seen += events + dropped;
          recent.add([hits, events]);
        } catch (error) {
          // An update that does not hold what it should is not added at all.
          const reason = `its update makes no sense: ${error instanceof Error ? error.message : String(error)}`;
          refused.add(rank);
          reasons.set(rank, reason);
          print(`Client ${rank} is refused: ${reason}. Going on with the others.`);
          stream.stop(reason, [event.client.id]);
          break;
        }
        if (progress === undefined) print(updateLine(event));
        else progress.show(seen, shareOf(recent));
        break;
      }
      case 'runEnded': {
        progress?.end();
        if (!source.runs.includes(event.run)) {
          // Where anything came in it, whoever sent that was refused.
          print(`Run ${event.run}, which is none of those to analyse, has ended; nothing is written.`);
          break;
        }
        const state = open.get(event.run) ?? (await openRun(source, args, event.run));
        open.delete(event.run);
        await writeResults(state, event.report, reasons, args.output, print);
        break;
      }
      case 'clientFailed': {
        const isDead = event.error.code === 'MPI_ERR_PROC_FAILED';
        const reason = isDead ? 'its process died' : event.error.message;
        reasons.set(rankOf(event.client), reason);
        print(`Client ${rankOf(event.client)} is lost: ${reason}. Going on with the others.`);
        break;
      }
      case 'clientSilent': {
        const seconds = ((stream.now() - event.lastSeen) / 1000).toFixed(1);
        const reason = `nothing was heard of it for ${seconds} s`;
        reasons.set(rankOf(event.client), reason);
        print(`Client ${rankOf(event.client)} hangs: ${reason}. Not waiting for it any longer.`);
        break;
      }
      case 'clientBack':
        print(`Client ${rankOf(event.client)} is back.`);
        break;
      default:
    }
  }
  const clients = stream.clients();
  const ranksThat = (...states: string[]): number[] =>
    clients.filter(({ state }) => states.includes(state)).map(rankOf);
  const missing = new Set([...ranksThat('failed', 'silent'), ...refused]);
  if (missing.size > 0) print(`Clients lost: ${[...missing].sort((a, b) => a - b).join(', ')}`);
  return ranksThat('silent');
}

async function openRun(source: Source, args: PsanaArguments, number: number): Promise<OpenRun> {
  if (!source.runs.includes(number)) throw new Error(`run ${number} is none of those to analyse`);
  const run = await source.openRun(number, args.detector);
  const { rows, columns } = run.detector;
  return { name: source.nameOf(number), run, sum: new FrameSum(rows * columns), updates: 0 };
}

/** Adds what the update holds; its arrays are views of the message, valid until the loop goes on. */
function addUpdate(update: Update, state: OpenRun): FrameCounts {
  const { rows, columns } = state.run.detector;
  const counts: FrameCounts = {
    events: numberOf(update, 'events'),
    dropped: numberOf(update, 'dropped'),
    hits: numberOf(update, 'hits'),
    peaks: numberOf(update, 'peaks'),
    photons: numberOf(update, 'photons'),
  };
  if (counts.events > 0) {
    const img = arrayOf(update, 'img', Float64Array, [rows, columns]);
    const max = arrayOf(update, 'max', Float64Array, [rows, columns]);
    const peakCounts = arrayOf(update, 'peakCounts', Uint32Array, [rows, columns]);
    state.sum.addArrays({ img, max, peakCounts });
  }
  state.sum.addCounts(counts);
  state.updates++;
  return counts;
}

function updateLine(update: Update): string {
  const rank = rankOf(update.client);
  if (numberOf(update, 'events') === 0)
    return `Master received no image and ${counted(numberOf(update, 'dropped'), 'dropped shot')} from rank ${rank}`;
  const intensity = numberOf(update, 'intensity').toFixed(1);
  return `Master received image with shape ${update.shape('img').join('x')} and intensity ${intensity} from rank ${rank}`;
}

/** Share of hits among the frames of the recent updates. */
function shareOf(recent: Recent): number {
  const [hits = 0, events = 0] = recent.sum();
  return hits / Math.max(1, events);
}

async function writeResults(
  { name, run, sum, updates }: OpenRun,
  report: RunReport,
  reasons: ReadonlyMap<number, string>,
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
  for (const share of report.clients) {
    const missing = missingOf(share, reasons);
    if (missing === undefined) continue;
    const { received } = share;
    print(`  incomplete: ${missing} (client ${rankOf(share)}; ${counted(received, 'update')} counted)`);
  }
  if (events > 0) {
    const { value, row, column } = maximumOf(sum.mean(), detector.columns);
    print(`  maximum of the mean image: ${value.toFixed(1)} ADU at (row, column) (${row}, ${column})`);
    for (const file of await writeRun(folder, name, detector, sum)) print(`  wrote ${file}`);
  }
  await run.close();
}

/** Why a client's part of a run is not whole; undefined where it is. */
function missingOf(share: RunShare & UpdateOrigin, reasons: ReadonlyMap<number, string>): string | undefined {
  const { ending, issued, received, lost } = share;
  if (ending === 'left') return 'it said goodbye before it ended the run';
  if (ending !== 'ended') return reasons.get(rankOf(share)) ?? `it has ${ending}`;
  return lost > 0 ? `it sent ${issued ?? received + lost} updates, and ${received} arrived` : undefined;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
