/**
 * What a client does, shot by shot, with the region that somebody has drawn on the page: reads it, calibrates it, projects it onto
 * the rows, which are energies, and adds up.
 *
 * What lies in the region that is analysed anyway is cut out of that image. Anything else of the camera is read as well, with a
 * margin around it: the common mode is that of the dark pixels, and a region on a bright line has next to none.
 */
import { isLaserOn, type Shot } from '../spectrometer/beam.ts';
import {
  columnsOf,
  common,
  isSameRegion,
  movedBy,
  REGION,
  type Region,
  rowsOf,
  WHOLE_CAMERA,
} from '../spectrometer/camera.ts';
import type { Generator } from '../spectrometer/generator.ts';
import { Calibration, pedestalOf } from './calibration.ts';
import { RegionSums } from './region-sums.ts';

const MARGIN_PIXELS = 30;
const DARK_FRAMES = 100;

export class RegionAnalysis {
  readonly sums: RegionSums;
  readonly #generator: Generator;
  readonly #readOut: Region;
  /** Undefined where the region is cut out of what is analysed anyway. */
  readonly #calibration: Calibration | undefined;

  constructor(generator: Generator, region: Region) {
    this.sums = new RegionSums(region);
    this.#generator = generator;
    const isInside = isSameRegion(common(region, REGION), region);
    this.#readOut = isInside ? REGION : withMargin(region);
    if (!isInside) this.#calibration = calibrationOf(generator, this.#readOut);
  }

  /** `image`: photons of the region that is analysed anyway. */
  add(shot: Shot, image: Float64Array, threshold: number): void {
    const readOut = this.#readOut;
    const photons =
      this.#calibration?.apply(this.#generator.frame(shot.event, readOut).raw, threshold) ?? image;
    this.sums.addShot(spectrumOf(photons, readOut, this.sums.region), isLaserOn(shot));
  }
}

/** As it is done before a run: the mean of dark frames. */
export function calibrationOf(generator: Generator, region: Region): Calibration {
  const darkFrames = function* (): Iterable<Uint16Array> {
    for (let index = 0; index < DARK_FRAMES; index++) yield generator.darkFrame(index, region);
  };
  const pedestal = pedestalOf(darkFrames(), rowsOf(region) * columnsOf(region));
  return new Calibration(region, { pedestal, gain: generator.maps.gain });
}

function withMargin({ rows, columns }: Region): Region {
  const wider = ([from, to]: Region['rows']): Region['rows'] => [from - MARGIN_PIXELS, to + MARGIN_PIXELS];
  return common({ rows: wider(rows), columns: wider(columns) }, WHOLE_CAMERA) ?? WHOLE_CAMERA;
}

/** Photons in each row of a region, from those of each pixel of a larger one. */
function spectrumOf(photons: Float64Array, larger: Region, region: Region): Float64Array {
  const inside = movedBy(region, larger, -1);
  const width = columnsOf(larger);
  return Float64Array.from({ length: rowsOf(region) }, (_, index) => {
    const row = (inside.rows[0] + index) * width;
    let sum = 0;
    for (let column = inside.columns[0]; column < inside.columns[1]; column++)
      sum += photons[row + column] ?? 0;
    return sum;
  });
}
