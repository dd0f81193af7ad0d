/**
 * A client: takes its share of the shots, calibrates the region of interest, projects it onto the energy axis, and keeps partial
 * sums, which it pushes by time. What it does with a frame is in `analyse`: that is the place to edit.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Communicator } from 'parley';
import { connectStream } from 'parley/live';
import type { VonHamosArguments } from './arguments.ts';
import { Calibration, pedestalOf, projected, THRESHOLD } from './results/calibration.ts';
import { SpectrumSums } from './results/spectrum-sums.ts';
import { hasBeam, isLaserOn } from './spectrometer/beam.ts';
import { COLUMNS, columnsOf, REGION, rowsOf, WHOLE_CAMERA } from './spectrometer/camera.ts';
import { type Frame, Generator } from './spectrometer/generator.ts';

/** Taken before each run. */
const DARK_FRAMES = 100;

/** Which events are this client's. */
export interface Share {
  readonly client: number;
  readonly clients: number;
}

export async function runClient(world: Communicator, args: VonHamosArguments, share: Share): Promise<void> {
  await using stream = connectStream(world, { name: `client ${share.client}` });
  const sums = new SpectrumSums(rowsOf(REGION), columnsOf(REGION));
  let picture = new Float32Array(0);
  // What is left of the sums at the end of a run goes out by itself.
  const pusher = stream.pusher({
    everyMs: args.everyMs,
    fill: (md) => {
      sums.moveInto(md);
      md.addArray('var_frame', picture, [picture.length / COLUMNS, COLUMNS]);
      picture = new Float32Array(0);
    },
  });
  for (let run = 1; run <= args.runs && !stream.stopSignal.aborted; run++) {
    await stream.beginRun(run);
    const generator = new Generator({ seed: args.seed, run, pump: args.pump });
    const analyse = createAnalysis(generator, sums);
    for await (const event of eventsOf(args, share, stream.stopSignal)) {
      const { threshold = THRESHOLD } = stream.settings;
      analyse(generator.frame(event), Number(threshold));
      if (stream.takeRequest('frame') !== undefined) picture = pictureOf(generator, event);
      await pusher.tick();
    }
    await stream.endRun();
  }
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

/** What is done with each frame. */
export function createAnalysis(
  generator: Generator,
  sums: SpectrumSums,
): (frame: Frame, threshold?: number) => void {
  const pedestal = pedestalOf(darkFrames(generator), sums.rows * sums.columns);
  const calibration = new Calibration(REGION, { pedestal, gain: generator.maps.gain });
  return ({ shot, raw }, threshold = THRESHOLD) => {
    if (!hasBeam(shot)) return sums.addWithoutBeam();
    const image = calibration.apply(raw, threshold);
    sums.addShot(projected(image, sums.columns), image, isLaserOn(shot), shot.gasDetector);
  };
}

function* darkFrames(generator: Generator): Iterable<Uint16Array> {
  for (let index = 0; index < DARK_FRAMES; index++) yield generator.darkFrame(index);
}

/** Photons of the whole camera in one shot, to look at. */
function pictureOf(generator: Generator, event: number): Float32Array<ArrayBuffer> {
  const { pedestal, gain } = generator.maps;
  const calibration = new Calibration(WHOLE_CAMERA, { pedestal: Float64Array.from(pedestal), gain });
  return new Float32Array(calibration.apply(generator.wholeFrame(event).raw));
}
