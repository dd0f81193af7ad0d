/** What came of one target: our number beside the best of the others. */

export interface Judgement {
  /** The row's id. */
  readonly row: string;
  readonly label: string;
  /** For a reader: `≤ ½ × mpi4py`. */
  readonly wanted: string;
  readonly ours: number;
  /** The best of the others, or the bound; in the row's unit. */
  readonly theirs: number;
  readonly unit: string;
  /** Ours divided by theirs. */
  readonly ratio: number;
  readonly met: boolean;
}
