/** REPLACE and NO_OP: operations of one-sided accumulation (MPI-4.1 §12.3.4), which no reduction may use. */
import { MPIError } from '../../errors/mpi-error.ts';
import type { ElementCombinations } from './element-reduction.ts';
import { type Op, Operator } from './op.ts';

class OneSidedOperator extends Operator {
  readonly #effect: string;

  constructor(name: string, effect: string) {
    // Neither does: which of two operands stays is a matter of their order.
    super(`MPI_${name}`, false);
    this.#effect = effect;
  }

  override check(): never {
    return this.#refuse();
  }

  override checkElements(): never {
    return this.#refuse();
  }

  override combine(): never {
    return this.#refuse();
  }

  protected override combinationsOf(): ElementCombinations {
    return this.#refuse();
  }

  #refuse(): never {
    throw new MPIError(
      'MPI_ERR_OP',
      `Cannot reduce with ${this.name}: it ${this.#effect}, which has a meaning in one-sided accumulation alone; ` +
        'for the value of one rank take bcast, for an operation like it createOp',
    );
  }
}

/** The new value takes the old one's place (MPI_REPLACE); MPI_ERR_OP in a reduction. */
export const REPLACE: Op = new OneSidedOperator(
  'REPLACE',
  'lets the new value take the place of the old one',
);
/** The old value stays (MPI_NO_OP); MPI_ERR_OP in a reduction. */
export const NO_OP: Op = new OneSidedOperator('NO_OP', 'leaves the old value as it is');
