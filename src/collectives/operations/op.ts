/** Reduction operations: the standard's, and those that programs make (MPI-4.1 §6.9). */
import type { Combination } from '../../engine/receive-combining.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import { compileElementLoop } from './element-loop.ts';
import { type ElementCombinations, ElementReduction } from './element-reduction.ts';

/**
 * A reduction. The predefined ones work on numbers, bigints and typed arrays (element by element); one made by
 * `createOp` on whatever its function takes.
 */
export interface Op {
  readonly name: string;
  /** True where the order of the operands does not matter; otherwise rank order is kept. */
  readonly commutative: boolean;
}

/** An operation with what it does. */
export abstract class Operator implements Op {
  readonly name: string;
  readonly commutative: boolean;
  readonly #reductions: (ElementReduction | undefined)[] = [];

  constructor(name: string, commutative: boolean) {
    this.name = name;
    this.commutative = commutative;
  }

  /** Throws where it cannot work on the value, whatever the others give; one of the program's takes anything. */
  check(_value: unknown): void {
    // Nothing is known of it.
  }

  /** Throws where it cannot work on so many elements of this class. */
  checkElements(_elementType: number, _length: number): void {
    // As above.
  }

  /** a∘b, where a comes from the lower ranks; leaves both alone. */
  abstract combine(a: unknown, b: unknown): unknown;
  protected abstract combinationsOf(elementType: number): ElementCombinations;

  /** Its reduction of elements of this class; its loops are compiled once. */
  elements(elementType: number): ElementReduction {
    return (this.#reductions[elementType] ??= new ElementReduction(
      elementType,
      this.commutative,
      this.combinationsOf(elementType),
    ));
  }
}

/** The operation behind an `Op` that a program passes; throws where it is none. */
export function operatorOf(op: Op, verb: string): Operator {
  if (op instanceof Operator) return op;
  const given: unknown = op;
  const what =
    typeof given === 'object' && given !== null
      ? `an object of keys ${Object.keys(given).join(', ')}`
      : given === null
        ? 'null'
        : `a ${typeof given}`;
  throw new MPIError(
    'MPI_ERR_OP',
    `Cannot ${verb} with ${what}: one of the predefined operations or one made by createOp is wanted`,
  );
}

/** An operation of the program's own. */
class UserOperator extends Operator {
  readonly #combine: (a: unknown, b: unknown) => unknown;

  constructor(name: string, commutative: boolean, combine: (a: unknown, b: unknown) => unknown) {
    super(name, commutative);
    this.#combine = combine;
  }

  override combine(a: unknown, b: unknown): unknown {
    return this.#combine(a, b);
  }

  protected override combinationsOf(elementType: number): ElementCombinations {
    const combination = (text: string): Combination => {
      return { elementType, width: 1, combine: compileElementLoop({ text }, this.#combine), foreign: true };
    };
    return { withHigher: combination('rule(a, b)'), withLower: combination('rule(b, a)') };
  }
}

/** Whether it calls a function of the program's, which may do anything. */
export const isForeign = (op: Op): boolean => op instanceof UserOperator;

/**
 * Makes an operation of a function (MPI_Op_create, MPI-4.1 §6.9.5). `combine(a, b)` returns a∘b and leaves both alone;
 * it must be associative, and may not communicate. Not commutative unless said so: `a` always comes from lower ranks than
 * `b`. On buffers it is called for each pair of elements.
 *
 * ```ts
 * const longest = MPI.createOp<string>((a, b) => (b.length > a.length ? b : a), { name: 'longest' });
 * const word = await MPI.COMM_WORLD.reduce('rank'.repeat(MPI.COMM_WORLD.rank), longest);
 * ```
 */
export function createOp<T>(
  combine: (a: T, b: T) => T,
  options: { commutative?: boolean; name?: string } = {},
): Op {
  if (typeof combine !== 'function') {
    throw new MPIError(
      'MPI_ERR_OP',
      `Cannot create an operation of a ${typeof combine}: a function of two values is wanted`,
    );
  }
  const { name = combine.name || 'user operation', commutative = false } = options;
  return new UserOperator(name, commutative, combine as (a: unknown, b: unknown) => unknown);
}
