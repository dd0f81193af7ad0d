/** Reduction operations: the standard's, and those that programs make (MPI-4.1 §6.9). */
import type { Combination } from '../../engine/receive-combining.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import { compileElementLoop } from './element-loop.ts';

/**
 * A reduction. The predefined ones work on numbers, bigints and typed arrays (element by element); one made by
 * `createOp` on whatever its function takes.
 */
export interface Op {
  readonly name: string;
  /** True where the order of the operands does not matter; otherwise rank order is kept. */
  readonly commutative: boolean;
}

/** How elements are combined with those of other ranks: `elements = elements ∘ theirs`, or the other way around. */
export interface ElementCombinations {
  readonly withHigher: Combination;
  readonly withLower: Combination;
}

/** An operation with what it does. */
export abstract class Operator implements Op {
  readonly name: string;
  readonly commutative: boolean;
  readonly #combinations: (ElementCombinations | undefined)[] = [];

  constructor(name: string, commutative: boolean) {
    this.name = name;
    this.commutative = commutative;
  }

  /** Throws where it cannot work on the value, whatever the others give. */
  abstract check(value: unknown): void;
  /** Throws where it cannot work on so many elements of this class. */
  abstract checkElements(elementType: number, length: number): void;
  /** a∘b, where a comes from the lower ranks; leaves both alone. */
  abstract combine(a: unknown, b: unknown): unknown;
  protected abstract combinationsOf(elementType: number): ElementCombinations;

  /** Its loops over elements of this class; compiled once. */
  elements(elementType: number): ElementCombinations {
    return (this.#combinations[elementType] ??= this.combinationsOf(elementType));
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

  // Whatever its function takes.
  override check(): void {}
  override checkElements(): void {}

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
