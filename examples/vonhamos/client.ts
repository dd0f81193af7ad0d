/**
 * A client: takes its share of the shots, calibrates the region of interest, projects it onto the energy axis, and keeps partial
 * sums, which it pushes by time. What it does with a frame is in `createAnalysis`: that is the place to edit.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Communicator } from 'parley';
import { Cadence, connectStream, type UpdateBuilder } from 'parley/live';
import type { VonHamosArguments } from './arguments.ts';
import { Calibration, projected, THRESHOLD } from './results/calibration.ts';
import { calibrationOf, RegionAnalysis } from './results/region-analysis.ts';
import { moveNoRegionInto } from './results/region-sums.ts';
import { SpectrumSums } from './results/spectrum-sums.ts';
import { hasBeam, isLaserOn } from './spectrometer/beam.ts';
import {
  COLUMNS,
  columnsOf,
  isSameRegion,
  REGION,
  type Region,
  rowsOf,
  WHOLE_CAMERA,
} from './spectrometer/camera.ts';
import { type Frame, Generator } from './spectrometer/generator.ts';

/** The image is large, and changes slowly. */
const IMAGE_MS = 1000;

/** Which events are this client's. */
export interface Share {
  readonly client: number;
  readonly clients: number;
}

export async function runClient(world: Communicator, args: VonHamosArguments, share: Share): Promise<void> {
  await using stream = connectStream(world, { name: `client ${share.client}` });
  const sums = new SpectrumSums(rowsOf(REGION), columnsOf(REGION));
  const md = stream.update();
  const images = new Cadence({ everyMs: IMAGE_MS }, () => performance.now());
  let region: RegionAnalysis | undefined;
  let picture = new Float32Array(0);
  let isEnding = false;
  const fill = (md: UpdateBuilder): void => {
    const withImage = isEnding || images.tick();
    if (withImage) images.restart();
    sums.moveInto(md, withImage);
    if (region === undefined) moveNoRegionInto(md);
    else region.sums.moveInto(md);
    md.addArray('var_frame', picture, [picture.length / COLUMNS, COLUMNS]);
    picture = new Float32Array(0);
  };
  const pusher = stream.pusher({ everyMs: () => stream.settings['everyMs'] ?? args.everyMs, fill });
  for (let run = 1; run <= args.runs && !stream.stopSignal.aborted; run++) {
    await stream.beginRun(run);
    const generator = new Generator({ seed: args.seed, run, pump: args.pump });
    const analyse = createAnalysis(generator, sums);
    region = undefined;
    isEnding = false;
    for await (const event of eventsOf(args, share, stream.stopSignal)) {
      const { threshold, wanted } = whatIsSet(stream.settings);
      if (!isSameRegion(wanted, region?.sums.region)) {
        // No update holds sums of two regions.
        await pusher.push();
        region = wanted && new RegionAnalysis(generator, wanted);
      }
      const { shot, raw } = generator.frame(event);
      const image = analyse({ shot, raw }, threshold);
      if (image !== undefined) region?.add(shot, image, threshold);
      if (stream.takeRequest('frame') !== undefined) picture = pictureOf(generator, event);
      await pusher.tick();
    }
    isEnding = true;
    await pusher.push();
    // The latest events may have gone without it.
    if (sums.imageShots > 0) {
      fill(md);
      await md.send();
    }
    await stream.endRun();
  }
}

/** What people have chosen at the page. */
function whatIsSet(settings: Readonly<Record<string, unknown>>): {
  readonly threshold: number;
  readonly wanted: Region | undefined;
} {
  const { threshold = THRESHOLD, region } = settings;
  return { threshold: Number(threshold), wanted: (region as Region | null) ?? undefined };
}

/** Numbers of this client's events, each when it is time for it; no more when the signal fires. */
async function* eventsOf(
  { events, rate }: VonHamosArguments,
  { client, clients }: Share,
  signal: AbortSignal,
): AsyncGenerator<number, void, undefined> {
  const began = performance.now();
  for (let event = client; event < events; event += clients) {
    const wait = rate > 0 ? began + (1000 * event) / rate - performance.now() : 0;
    if (wait <= 0) await setImmediate();
    else await setTimeout(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    yield event;
  }
}

/** What is done with each frame. Returns the photons of each pixel until the next call; undefined where there was no beam. */
export function createAnalysis(
  generator: Generator,
  sums: SpectrumSums,
): (frame: Pick<Frame, 'shot' | 'raw'>, threshold?: number) => Float64Array | undefined {
  const calibration = calibrationOf(generator, REGION);
  return ({ shot, raw }, threshold = THRESHOLD) => {
    if (!hasBeam(shot)) {
      sums.addWithoutBeam();
      return undefined;
    }
    const image = calibration.apply(raw, threshold);
    sums.addShot(projected(image, sums.columns), image, isLaserOn(shot), shot.gasDetector);
    return image;
  };
}

/** Photons of the whole camera in one shot, to look at. */
function pictureOf(generator: Generator, event: number): Float32Array<ArrayBuffer> {
  const { pedestal, gain } = generator.maps;
  const calibration = new Calibration(WHOLE_CAMERA, { pedestal: Float64Array.from(pedestal), gain });
  return new Float32Array(calibration.apply(generator.frame(event, WHOLE_CAMERA).raw));
}
