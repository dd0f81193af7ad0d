/**
 * What a client does: analyse its share of the events, and send the master what came of it.
 *
 * This is one of the two files to edit (the other is master.ts). Whatever is added to `md` here, by `md.addArray(name,
 * array, shape)` or as a property of `md.small`, arrives there under the same name, all of it in one message.
 *
 * Clients and master never meet in a collective: each client sends when it has something to send, and clients may have
 * different numbers of events, or none.
 */
import type { PsanaArguments } from './arguments.ts';
import { findPeaks } from './detector/peak-finder.ts';
import type { MpiData } from './mpidata.ts';
import { Cadence } from './results/cadence.ts';
import { countPhotons, FrameSum } from './results/frame-sum.ts';
import { eventsOf, type Detector, type Run, type Source } from './sources/source.ts';

/** A frame with at least so many peaks is a hit: the beam has met a crystal. */
const PEAKS_OF_A_HIT = 4;

/** Which of the clients this one is, from 0, and how many they are. */
export interface ClientPlace {
  readonly client: number;
  readonly clients: number;
}

export async function runClient(
  md: MpiData,
  source: Source,
  args: PsanaArguments,
  place: ClientPlace,
): Promise<void> {
  for (const number of source.runs) {
    const run = await source.openRun(number, args.detector);
    md.beginRun(number);
    await analyseRun(md, run, args, place);
    await md.endrun();
    await run.close();
  }
  await md.close();
}

async function analyseRun(md: MpiData, run: Run, args: PsanaArguments, place: ClientPlace): Promise<void> {
  const { detector } = run;
  const sum = new FrameSum(detector.rows * detector.columns);
  const cadence = new Cadence(args.every, args.interval, () => performance.now());
  const share = { ...place, limit: args.events ?? Infinity, rate: args.rate ?? Infinity };
  for await (const { frame } of eventsOf(run, share)) {
    if (frame === undefined) sum.addDropped();
    else analyseFrame(frame, detector, sum);
    if (cadence.isDue(sum.seen)) await sendSum(md, sum, detector);
  }
  // What the cadence has not sent yet: without this the last events of every run would be lost.
  if (sum.seen > 0) await sendSum(md, sum, detector);
}

/** The physics: light from raw numbers, then peaks, then sums. */
function analyseFrame(frame: ArrayLike<number>, detector: Detector, sum: FrameSum): void {
  const { rows, columns, aduPerPhoton } = detector;
  const image = detector.calibrate(frame);
  const peaks = findPeaks(image, rows, columns, detector.peaks);
  const photons = aduPerPhoton === undefined ? 0 : countPhotons(image, aduPerPhoton);
  sum.addFrame(image, columns, peaks, peaks.length >= PEAKS_OF_A_HIT, photons);
}

async function sendSum(md: MpiData, sum: FrameSum, detector: Detector): Promise<void> {
  const { rows, columns } = detector;
  Object.assign(md.small, sum.counts);
  // Without a frame there is no image: the update is its small data.
  if (sum.counts.events > 0) {
    md.addArray('img', sum.arrays.img, [rows, columns]);
    md.addArray('max', sum.arrays.max, [rows, columns]);
    md.addArray('peakCounts', sum.arrays.peakCounts, [rows, columns]);
    md.small['intensity'] = sum.arrays.img.reduce((total, value) => total + value, 0);
  }
  await md.send();
  sum.clear();
}
