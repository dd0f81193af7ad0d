/** Counts of values in bins of equal width; what falls outside, and what is no number, is counted apart. */
import { MPIError } from '../../index.ts';
import { type Accumulator, requireLength, requirePositive } from './accumulator.ts';

export interface Axis {
  readonly bins: number;
  /** Lower edge of the first bin. */
  readonly from: number;
  /** Upper edge of the last bin, which is not in it. */
  readonly to: number;
}

export interface HistogramState {
  readonly axis: Axis;
  readonly counts: Float64Array;
  readonly below: number;
  readonly above: number;
  /** NaN. */
  readonly invalid: number;
}

export class Histogram implements Accumulator<HistogramState>, HistogramState {
  readonly axis: Axis;
  counts: Float64Array;
  below: number = 0;
  above: number = 0;
  invalid: number = 0;

  constructor(axis: Axis) {
    this.axis = checkedAxis(axis);
    this.counts = new Float64Array(axis.bins);
  }

  /** One value, so many times. */
  fill(value: number, times: number = 1): void {
    const bin = binOf(this.axis, value);
    if (bin >= 0 && bin < this.axis.bins) this.counts[bin]! += times;
    else if (bin < 0) this.below += times;
    else if (bin >= this.axis.bins) this.above += times;
    else this.invalid += times;
  }

  /** Each value of an array, once. */
  add(values: ArrayLike<number>): void {
    for (let index = 0; index < values.length; index += 1) this.fill(values[index]!);
  }

  /** Lower edges of all bins, each of which is in its bin, and the upper one of the last. */
  edges(): Float64Array {
    return edgesOf(this.axis);
  }

  state(): HistogramState {
    const { axis, counts, below, above, invalid } = this;
    return { axis, counts, below, above, invalid };
  }

  merge(other: HistogramState): void {
    requireSameAxis(this.axis, other.axis);
    requireLength('histogram', other.counts.length, this.counts.length);
    for (let bin = 0; bin < this.counts.length; bin += 1) this.counts[bin]! += other.counts[bin]!;
    this.below += other.below;
    this.above += other.above;
    this.invalid += other.invalid;
  }

  reset(): void {
    this.counts = new Float64Array(this.axis.bins);
    this.below = this.above = this.invalid = 0;
  }
}

export interface Histogram2DState {
  readonly x: Axis;
  readonly y: Axis;
  /** Row by row: bin (x, y) at y · x.bins + x. */
  readonly counts: Float64Array;
  /** Beside the axes, or no number. */
  readonly outside: number;
}

export class Histogram2D implements Accumulator<Histogram2DState>, Histogram2DState {
  readonly x: Axis;
  readonly y: Axis;
  counts: Float64Array;
  outside: number = 0;

  constructor(x: Axis, y: Axis) {
    this.x = checkedAxis(x);
    this.y = checkedAxis(y);
    this.counts = new Float64Array(x.bins * y.bins);
  }

  fill(x: number, y: number, times: number = 1): void {
    const column = binOf(this.x, x);
    const row = binOf(this.y, y);
    const isInside = column >= 0 && column < this.x.bins && row >= 0 && row < this.y.bins;
    if (isInside) this.counts[row * this.x.bins + column]! += times;
    else this.outside += times;
  }

  state(): Histogram2DState {
    const { x, y, counts, outside } = this;
    return { x, y, counts, outside };
  }

  merge(other: Histogram2DState): void {
    requireSameAxis(this.x, other.x);
    requireSameAxis(this.y, other.y);
    requireLength('histogram', other.counts.length, this.counts.length);
    for (let bin = 0; bin < this.counts.length; bin += 1) this.counts[bin]! += other.counts[bin]!;
    this.outside += other.outside;
  }

  reset(): void {
    this.counts = new Float64Array(this.counts.length);
    this.outside = 0;
  }
}

/** As the edges say, which are inclusive below: the quotient may be off by a rounding. −1 below, `bins` above, NaN for NaN. */
function binOf(axis: Axis, value: number): number {
  const { bins, from, to } = axis;
  if (value >= to) return bins;
  if (value < from) return -1;
  const bin = Math.min(Math.floor(((value - from) / (to - from)) * bins), bins - 1);
  if (value < edgeOf(axis, bin)) return bin - 1;
  return value >= edgeOf(axis, bin + 1) ? bin + 1 : bin;
}

const edgeOf = ({ bins, from, to }: Axis, edge: number): number =>
  edge === bins ? to : from + ((to - from) * edge) / bins;

const edgesOf = (axis: Axis): Float64Array =>
  Float64Array.from({ length: axis.bins + 1 }, (_, edge) => edgeOf(axis, edge));

function checkedAxis(axis: Axis): Axis {
  requirePositive('an axis of bins', axis.bins);
  if (!(axis.to > axis.from) || !Number.isFinite(axis.to - axis.from))
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot make an axis from ${axis.from} to ${axis.to}: the end must lie behind the start`,
    );
  return { bins: axis.bins, from: axis.from, to: axis.to };
}

function requireSameAxis(mine: Axis, other: Axis): void {
  if (mine.bins === other.bins && mine.from === other.from && mine.to === other.to) return;
  const text = ({ bins, from, to }: Axis): string => `${bins} bins from ${from} to ${to}`;
  throw new MPIError('MPI_ERR_ARG', `Cannot merge a histogram of ${text(other)} into one of ${text(mine)}`);
}
