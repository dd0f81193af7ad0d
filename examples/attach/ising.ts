/**
 * The Ising model on a square lattice with periodic edges, cut into strips of rows: what one rank computes. Nothing here knows
 * of messages or viewers.
 *
 * Spins of one colour of the checkerboard are tried at a time (Metropolis), so the order within a strip does not matter; and
 * the random number of a trial is a function of seed, sweep and site. So the result is the same to the last bit for any number
 * of strips.
 */
export interface Model {
  /** Rows and columns; even. */
  readonly size: number;
  /** In units of J/k; 2.269 is critical. */
  readonly temperature: number;
  readonly seed: number;
}

const UP = 1;
const DOWN = -1;
const TWO_32 = 2 ** 32;

/** Some rows of the lattice, and a copy of the row on either side. */
export class Strip {
  readonly firstRow: number;
  readonly rows: number;
  readonly #model: Model;
  readonly #spins: Int8Array;
  /** Below which a random number of 32 bits lets the energy rise by 4 or 8. */
  readonly #thresholds: readonly [number, number];

  constructor(model: Model, firstRow: number, rows: number) {
    this.#model = model;
    this.firstRow = firstRow;
    this.rows = rows;
    const { size, temperature, seed } = model;
    this.#spins = new Int8Array((rows + 2) * size);
    for (let site = 0; site < rows * size; site++)
      this.own[site] = random(seed, 0, firstRow * size + site) < TWO_32 / 2 ? UP : DOWN;
    this.#thresholds = [Math.exp(-4 / temperature) * TWO_32, Math.exp(-8 / temperature) * TWO_32];
  }

  /** The rows of this strip alone. */
  get own(): Int8Array {
    return this.#rowsFrom(1, this.rows);
  }

  get firstOwn(): Int8Array {
    return this.#rowsFrom(1, 1);
  }

  get lastOwn(): Int8Array {
    return this.#rowsFrom(this.rows, 1);
  }

  /** Where the last row of the strip before goes. */
  get before(): Int8Array {
    return this.#rowsFrom(0, 1);
  }

  /** Where the first row of the strip after goes. */
  get after(): Int8Array {
    return this.#rowsFrom(this.rows + 1, 1);
  }

  /** Tries every spin of one colour; the rows on either side must be up to date. */
  update(sweep: number, colour: 0 | 1): void {
    const { size, seed } = this.#model;
    const spins = this.#spins;
    const [rise4, rise8] = this.#thresholds;
    for (let row = 1; row <= this.rows; row++) {
      const globalRow = this.firstRow + row - 1;
      for (let column = (globalRow + colour) % 2; column < size; column += 2) {
        const at = row * size + column;
        const left = column === 0 ? at + size - 1 : at - 1;
        const right = column === size - 1 ? at - size + 1 : at + 1;
        const neighbours =
          spinOf(spins, left) + spinOf(spins, right) + spinOf(spins, at - size) + spinOf(spins, at + size);
        const rise = 2 * spinOf(spins, at) * neighbours;
        const flips =
          rise <= 0 || random(seed, sweep, globalRow * size + column) < (rise === 4 ? rise4 : rise8);
        if (flips) spins[at] = -spinOf(spins, at);
      }
    }
  }

  #rowsFrom(row: number, rows: number): Int8Array {
    const { size } = this.#model;
    return this.#spins.subarray(row * size, (row + rows) * size);
  }
}

/** Magnetisation and energy of each spin. */
export function measure(
  spins: Int8Array,
  size: number,
): { readonly magnetisation: number; readonly energy: number } {
  let [sum, bonds] = [0, 0];
  for (let at = 0; at < spins.length; at++) {
    const right = at % size === size - 1 ? at - size + 1 : at + 1;
    const below = (at + size) % spins.length;
    sum += spinOf(spins, at);
    bonds += spinOf(spins, at) * (spinOf(spins, right) + spinOf(spins, below));
  }
  return { magnetisation: sum / spins.length, energy: -bonds / spins.length };
}

/** 32 random bits for a site in a sweep. */
function random(seed: number, sweep: number, site: number): number {
  let bits = Math.imul(site, 0x9e3779b1) ^ Math.imul(sweep, 0x85ebca77) ^ Math.imul(seed, 0xc2b2ae3d);
  for (let round = 0; round < 2; round++) {
    bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
    bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
    bits ^= bits >>> 16;
  }
  return bits >>> 0;
}

const spinOf = (spins: Int8Array, at: number): number => spins[at] ?? 0;
