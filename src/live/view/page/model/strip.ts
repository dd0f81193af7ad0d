/** The points of one strip chart as the page has gathered them: what comes goes on where the last piece ended. */
import type { StripFrame } from '../../wire/view-topics.ts';

export class Strip {
  #all: StripFrame | undefined;

  append(piece: StripFrame): StripFrame {
    const before = this.#all;
    const isNext = before !== undefined && piece.from === before.from + before.times.length;
    this.#all = isNext ? joined(before, piece) : piece;
    return this.#all;
  }

  /** What had been shown by that moment. */
  until(moment: number): StripFrame | undefined {
    const all = this.#all;
    if (all === undefined) return undefined;
    const end = all.times.findLastIndex((time) => time <= moment) + 1;
    return {
      ...all,
      times: all.times.subarray(0, end),
      columns: all.columns.map((column) => column.subarray(0, end)),
    };
  }
}

function joined(before: StripFrame, piece: StripFrame): StripFrame {
  const length = before.times.length + piece.times.length;
  const gone = Math.max(0, length - piece.pointsMax);
  const join = (old: Float64Array | undefined, added: Float64Array | undefined): Float64Array => {
    const whole = new Float64Array(length).fill(Number.NaN);
    if (old !== undefined) whole.set(old);
    if (added !== undefined) whole.set(added, before.times.length);
    return whole.subarray(gone);
  };
  return {
    ...piece,
    from: before.from + gone,
    times: join(before.times, piece.times),
    columns: piece.series.map((label, index) =>
      join(before.columns[before.series.indexOf(label)], piece.columns[index]),
    ),
  };
}
