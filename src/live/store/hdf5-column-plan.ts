/**
 * The columns of one part after the other. A row that does not fit them changes them, and begins a part:
 *
 *     a new name                    one more column
 *     another shape                 its column is of changing length from here on
 *     another type, or number       the new column takes the place of the old one;
 *       of dimensions               if the old one comes back, both stay, and so do all that come of that name
 *
 * So what alternates makes a few parts and then no more: all its kinds have a column each.
 */
import { type Cell, type Column, columnOf, fits, isOfKind } from './hdf5-columns.ts';

export class ColumnPlan {
  /** By path: one column for each kind that the part holds. */
  readonly #active = new Map<string, readonly Column[]>();
  /** The same, with those that others have taken the place of. */
  readonly #seen = new Map<string, readonly Column[]>();
  /** Paths whose kinds stay beside each other. */
  readonly #mixed = new Set<string>();

  get columns(): Column[] {
    return [...this.#active.values()].flat();
  }

  /** Changes the columns so that a row of these cells fits. */
  widen(cells: readonly Cell[]): void {
    for (const cell of cells) {
      const active = this.#active.get(cell.path) ?? [];
      if (active.some((column) => fits(column, cell))) continue;
      if (active.some((column) => isOfKind(column, cell))) this.#loosen(cell);
      else if (this.#seen.get(cell.path)?.some((column) => isOfKind(column, cell)))
        this.#bringBack(cell.path);
      else this.#add(cell);
    }
  }

  #loosen(cell: Cell): void {
    for (const columns of [this.#active, this.#seen]) {
      const changed = columns
        .get(cell.path)
        ?.map((column) => (isOfKind(column, cell) ? loosened(column) : column));
      if (changed !== undefined) columns.set(cell.path, changed);
    }
  }

  #bringBack(path: string): void {
    this.#mixed.add(path);
    // A row that has another kind would fill a column of fixed length with nothing.
    const columns = this.#seen.get(path)?.map(loosened) ?? [];
    this.#seen.set(path, columns);
    this.#active.set(path, columns);
  }

  #add(cell: Cell): void {
    const { path } = cell;
    const fresh = columnOf(cell);
    const seen = this.#seen.get(path) ?? [];
    this.#seen.set(path, [...seen, fresh]);
    if (this.#mixed.has(path)) return this.#bringBack(path);
    // A name that was a value and is a group now, or the reverse.
    for (const other of this.#active.keys())
      if (!this.#mixed.has(other) && (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)))
        this.#active.delete(other);
    this.#active.set(path, [fresh]);
  }
}

const loosened = (column: Column): Column => (column.isScalar ? column : { ...column, shape: undefined });
