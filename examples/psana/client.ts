/**
 * What a client does: analyse its share of the events, and send the master what came of it.
 *
 * This is one of the two files to edit (the other is master.ts). Whatever is added to `md` here, by `md.addArray(name,
 * array, shape)` or as a property of `md.small`, arrives there under the same name, all of it in one message.
 *
 * Clients and master never meet in a collective: each client sends when it has something to send, and clients may have
 * different numbers of events, or none.
 */
import { Cadence, type ClientStream, type UpdateBuilder } from 'parley/live';
import type { PsanaArguments } from './arguments.ts';
import { findPeaks } from './detector/peak-finder.ts';
import { countPhotons, FrameSum } from './results/frame-sum.ts';
import { type Detector, eventsOf, type Run, type Source } from './sources/source.ts';

/** A frame with at least so many peaks is a hit: the beam has met a crystal. */
const PEAKS_OF_A_HIT = 4;

/** Which of the clients this one is, from 0, and how many they are. */
export interface ClientPlace {
  readonly client: number;
  readonly clients: number;
}

export async function runClient(
  stream: ClientStream,
  source: Source,
  args: PsanaArguments,
  place: ClientPlace,
): Promise<void> {
  const md = stream.update();
  for (const number of source.runs) {
    const run = await source.openRun(number, args.detector);
    await stream.beginRun(number);
    await analyseRun(md, run, args, place, stream.stopSignal);
    await run.close();
    if (stream.stopSignal.aborted) break;
  }
  await stream.close();
}

async function analyseRun(
  md: UpdateBuilder,
  run: Run,
  { every, interval, events, rate }: PsanaArguments,
  place: ClientPlace,
  stopSignal: AbortSignal,
): Promise<void> {
  const { detector } = run;
  const sum = new FrameSum(detector.rows * detector.columns);
  const cadence = new Cadence({ every, everyMs: 1000 * interval }, () => performance.now());
  const share = { ...place, limit: events ?? Infinity, rate: rate ?? Infinity };
  for await (const { frame } of eventsOf(run, share)) {
    if (stopSignal.aborted) break;
    if (frame === undefined) sum.addDropped();
    else analyseFrame(frame, detector, sum);
    if (!cadence.tick()) continue;
    addTo(md, sum, detector);
    await md.send();
    sum.clear();
    cadence.restart();
  }
  // What the cadence has not sent yet goes with the end: without this the last events of every run would be lost.
  if (sum.seen > 0) addTo(md, sum, detector);
  await md.endRun();
}

/** The physics: light from raw numbers, then peaks, then sums. */
function analyseFrame(frame: ArrayLike<number>, detector: Detector, sum: FrameSum): void {
  const { rows, columns, aduPerPhoton } = detector;
  const image = detector.calibrate(frame);
  const peaks = findPeaks(image, rows, columns, detector.peaks);
  const photons = aduPerPhoton === undefined ? 0 : countPhotons(image, aduPerPhoton);
  sum.addFrame(image, columns, peaks, peaks.length >= PEAKS_OF_A_HIT, photons);
}

/** What is to be sent. */
function addTo(md: UpdateBuilder, sum: FrameSum, { rows, columns }: Detector): void {
  Object.assign(md.small, sum.counts);
  // Without a frame there is no image: the update is its small data.
  if (sum.counts.events > 0) {
    md.addArray('img', sum.arrays.img, [rows, columns]);
    md.addArray('max', sum.arrays.max, [rows, columns]);
    md.addArray('peakCounts', sum.arrays.peakCounts, [rows, columns]);
    md.small['intensity'] = sum.arrays.img.reduce((total, value) => total + value, 0);
  }
}
