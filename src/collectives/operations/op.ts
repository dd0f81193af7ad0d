/** Reduction operations: the standard's, and those that programs make (MPI-4.1 §6.9). */
import type { TypedArray } from '../../wire/element-type.ts';
import { MPIError } from '../../errors/mpi-error.ts';

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
export class Operator implements Op {
  readonly name: string;
  readonly commutative: boolean;
  /** a∘b, where a comes from the lower ranks. */
  readonly combine: (a: unknown, b: unknown) => unknown;
  /** The same for each pair of elements: `target[k] = left[k] ∘ right[k]`; `target` may be either. */
  readonly combineInto: (left: TypedArray, right: TypedArray, target: TypedArray) => void;
  /** Throws where it cannot work on the value, whatever the others give. */
  readonly check: (value: unknown) => void;

  constructor(
    name: string,
    commutative: boolean,
    combine: (a: unknown, b: unknown) => unknown,
    combineInto: (left: TypedArray, right: TypedArray, target: TypedArray) => void,
    check: (value: unknown) => void = () => undefined,
  ) {
    this.name = name;
    this.commutative = commutative;
    this.combine = combine;
    this.combineInto = combineInto;
    this.check = check;
  }
}

/**
 * The operation behind an `Op` that a program passes. Throws where it cannot work on this process' own operand: the
 * same everywhere, and before anything is sent, so that nobody waits for a process that has given up.
 */
export function operatorOf(op: Op, verb: string, operand: unknown): Operator {
  if (op instanceof Operator) {
    op.check(operand);
    return op;
  }
  throw new MPIError(
    'MPI_ERR_OP',
    `Cannot ${verb} with ${typeof op === 'object' ? `an object of keys ${Object.keys(op).join(', ')}` : typeof op}: one of the predefined operations or one made by createOp is wanted`,
  );
}

/**
 * Makes an operation of a function (MPI_Op_create, MPI-4.1 §6.9.5). `combine(a, b)` returns a∘b and leaves both alone;
 * it must be associative. Not commutative unless said so.
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
  const byElement = combine as unknown as (a: number, b: number) => number;
  return new Operator(
    options.name ?? (combine.name || 'user operation'),
    options.commutative ?? false,
    combine as (a: unknown, b: unknown) => unknown,
    (left, right, target) => {
      for (let k = 0; k < target.length; k++) target[k] = byElement(left[k] as number, right[k] as number);
    },
  );
}
