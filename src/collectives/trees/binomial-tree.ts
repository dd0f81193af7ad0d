/**
 * The binomial tree over p ranks: the root's children are at distances 1, 2, 4, … from it, and each child is the root
 * of the subtree between it and the next. Ranks are counted from the root on, around the end.
 *
 *     p = 8        0
 *              ┌───┼───┐
 *              4   2   1
 *            ┌─┤   │
 *            6 5   3
 *            │
 *            7
 */

export interface TreePlace {
  /** The parent's rank, or -1 at the root. */
  readonly parent: number;
  /** The children's ranks, that of the largest subtree first. */
  readonly children: readonly number[];
}

export function placeInTree(rank: number, size: number, root: number): TreePlace {
  const relative = (rank - root + size) % size;
  const lowestBit = relative === 0 ? size : relative & -relative;
  const children: number[] = [];
  for (let distance = 1; distance < lowestBit && relative + distance < size; distance *= 2) {
    children.unshift((relative + distance + root) % size);
  }
  return { parent: relative === 0 ? -1 : (relative - lowestBit + root) % size, children };
}
