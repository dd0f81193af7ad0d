/**
 * How many processes stand below and with one in the binomial tree: those from it up to its next sibling, counted
 * from the root on, around the end.
 */
export function subtreeSize(rank: number, size: number, root: number): number {
  const relative = (rank - root + size) % size;
  return relative === 0 ? size : Math.min(relative & -relative, size - relative);
}
