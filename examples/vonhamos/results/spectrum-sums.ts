/**
 * What a client adds up and the master merges: spectra with and without laser, the image, counts of events; and the spectra for
 * equal pulse energies, for the difference and its error.
 *
 *     on, off     photons of each row, exact                 image     photons of each pixel, exact
 *     difference  mean(spectrum / pulse energy), on − off    counts    [on, off, without beam]
 *
 * The image is six times as large as all the rest: not every update has it.
 */
import { createHash } from 'node:crypto';
import { type NullTest, OnOff, type OnOffState, Sum } from 'parley/live';

/** What it needs of an update that is sent … */
export interface Outgoing {
  readonly small: Record<string, unknown>;
  addArray(name: string, data: Float64Array, shape?: readonly number[]): unknown;
}

/** … and of one that came. */
export interface Incoming {
  readonly small: Readonly<Record<string, unknown>>;
  array(name: string, Class: typeof Float64Array): Float64Array;
}

export interface EventCounts {
  readonly on: number;
  readonly off: number;
  /** Shots that did not reach the sample. */
  readonly withoutBeam: number;
}

export class SpectrumSums {
  readonly rows: number;
  readonly columns: number;
  readonly #on: Sum;
  readonly #off: Sum;
  readonly #image: Sum;
  readonly #difference: OnOff;
  #withoutBeam = 0;

  constructor(rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    this.#on = new Sum(rows);
    this.#off = new Sum(rows);
    this.#image = new Sum(rows * columns);
    this.#difference = new OnOff(rows);
  }

  get counts(): EventCounts {
    return { on: this.#on.count, off: this.#off.count, withoutBeam: this.#withoutBeam };
  }

  get events(): number {
    return this.#on.count + this.#off.count + this.#withoutBeam;
  }

  /** Photons with laser, for each row. */
  get on(): Float64Array {
    return this.#on.values;
  }

  get off(): Float64Array {
    return this.#off.values;
  }

  /** Shots in the image. */
  get imageShots(): number {
    return this.#image.count;
  }

  /** Photons for each pixel. */
  get image(): Float64Array {
    return this.#image.values;
  }

  /** With the means, difference and null test for shots of mean pulse energy. */
  get difference(): OnOff {
    return this.#difference;
  }

  get photons(): number {
    return this.on.reduce((sum, value) => sum + value, 0) + this.off.reduce((sum, value) => sum + value, 0);
  }

  addShot(spectrum: Float64Array, image: Float64Array, isOn: boolean, pulseEnergy: number): void {
    (isOn ? this.#on : this.#off).add(spectrum);
    this.#image.add(image);
    this.#difference.add(
      spectrum.map((value) => value / pulseEnergy),
      isOn,
    );
  }

  addWithoutBeam(): void {
    this.#withoutBeam += 1;
  }

  /** Puts everything into an update, the image where it is wanted; and begins again with what went. */
  moveInto(md: Outgoing, withImage: boolean = true): void {
    const { on, off, withoutBeam } = this.counts;
    md.addArray('on', this.on);
    md.addArray('off', this.off);
    md.small['counts'] = { on, off, withoutBeam };
    md.small['difference'] = this.#difference.state();
    for (const part of [this.#on, this.#off, this.#difference]) part.reset();
    this.#withoutBeam = 0;
    const rows = withImage ? this.rows : 0;
    md.addArray('var_image', withImage ? this.image : new Float64Array(0), [rows, this.columns]);
    md.small['imageShots'] = withImage ? this.imageShots : 0;
    if (withImage) this.#image.reset();
  }

  merge(update: Incoming): void {
    const { small } = update;
    const counts = small['counts'] as EventCounts;
    this.#on.merge({ count: counts.on, values: update.array('on', Float64Array) });
    this.#off.merge({ count: counts.off, values: update.array('off', Float64Array) });
    this.#difference.merge(small['difference'] as OnOffState);
    this.#withoutBeam += counts.withoutBeam;
    const values = update.array('var_image', Float64Array);
    if (values.length > 0) this.#image.merge({ count: small['imageShots'] as number, values });
  }

  /** Of all that is exact: the same for the same events, however they were shared out. */
  digest(): string {
    const hash = createHash('sha256');
    for (const values of [this.on, this.off, this.image]) hash.update(values);
    return hash.update(JSON.stringify(this.counts)).digest('hex').slice(0, 16);
  }
}

/** χ² of the difference against nothing at all: what the laser does, in units of what chance does. */
export function significance(onOff: OnOff): NullTest {
  const error = onOff.error();
  let chiSquare = 0;
  let degreesOfFreedom = 0;
  onOff.difference().forEach((value, row) => {
    const sigma = error[row] ?? 0;
    if (!(sigma > 0)) return;
    chiSquare += (value / sigma) ** 2;
    degreesOfFreedom += 1;
  });
  return { chiSquare, degreesOfFreedom, reduced: chiSquare / degreesOfFreedom };
}
