/** What operations do to values and to elements of every class, and what they refuse. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_OP, REPLACE } from '#collectives/operations/one-sided-operations.js';
import { createOp, type Op, type Operator, operatorOf } from '#collectives/operations/op.js';
import { MAXLOC, MINLOC } from '#collectives/operations/pair-operations.js';
import * as predefined from '#collectives/operations/predefined.js';
import { MPIError } from '#errors/mpi-error.js';
import { elementTypeOf, type TypedArray } from '#wire/element-type.js';

const { SUM, PROD, MAX, MIN, LAND, LOR, LXOR, BAND, BOR, BXOR } = predefined;

const operator = (op: Op): Operator => operatorOf(op, 'reduce');
const join = (op: Op, a: unknown, b: unknown): unknown => operator(op).combine(a, b);
/** `a ∘ b` by the loop over elements, which gets them at odd places of longer arrays. */
function elementwise<A extends TypedArray>(op: Op, a: A, b: A, left = true): A {
  const target = a.slice() as A;
  const { withHigher, withLower } = operator(op).elements(elementTypeOf(a));
  (left ? withHigher : withLower).combine(target, 0, b, 0, b.length);
  return target;
}
const refused = (code: string, call: () => unknown, message: RegExp): void => {
  assert.throws(
    call,
    (error) => error instanceof MPIError && error.code === code && message.test(error.message),
  );
};

describe('Operations', () => {
  it('combine numbers, bigints and booleans where they are defined', () => {
    const rows: readonly (readonly [Op, unknown, unknown, unknown])[] = [
      [SUM, 0.5, 2, 2.5],
      [SUM, 2n ** 70n, 1n, 2n ** 70n + 1n],
      [PROD, -3, 7, -21],
      [MAX, 2n, 3n, 3n],
      [MIN, 2, -3, -3],
      [LAND, 5, -1, 1],
      [LAND, true, false, false],
      [LOR, 0n, 9n, 1n],
      [LXOR, 3, 4, 0],
      [LXOR, true, false, true],
      [BAND, 2 ** 40 + 5, 2 ** 40 + 3, 2 ** 40 + 1],
      [BOR, 2 ** 31, 1, 2 ** 31 + 1],
      [BXOR, -1, 5, -6],
    ];
    for (const [op, a, b, expected] of rows) {
      assert.deepEqual([join(op, a, b), join(op, b, a)], [expected, expected], op.name);
      assert.equal(op.commutative, true);
    }
  });

  it('wrap around as the class of the elements does', () => {
    assert.deepEqual(elementwise(SUM, Int8Array.of(127), Int8Array.of(1)), Int8Array.of(-128));
    assert.deepEqual(
      elementwise(SUM, Uint8ClampedArray.of(200), Uint8ClampedArray.of(100)),
      Uint8ClampedArray.of(255),
    );
    assert.deepEqual(
      elementwise(PROD, Int32Array.of(0x12345679), Int32Array.of(0x7654321)),
      Int32Array.of(Math.imul(0x12345679, 0x7654321)),
    );
    assert.deepEqual(
      elementwise(PROD, Uint32Array.of(2 ** 32 - 1), Uint32Array.of(2 ** 32 - 1)),
      Uint32Array.of(1),
    );
    assert.deepEqual(
      elementwise(BOR, Uint32Array.of(2 ** 31), Uint32Array.of(1)),
      Uint32Array.of(2 ** 31 + 1),
    );
    assert.deepEqual(
      elementwise(BXOR, Uint32Array.of(2 ** 32 - 1), Uint32Array.of(1)),
      Uint32Array.of(2 ** 32 - 2),
    );
    assert.deepEqual(
      elementwise(SUM, BigInt64Array.of(2n ** 63n - 1n), BigInt64Array.of(1n)),
      BigInt64Array.of(-(2n ** 63n)),
    );
    assert.deepEqual(
      elementwise(PROD, BigUint64Array.of(2n ** 63n), BigUint64Array.of(2n)),
      BigUint64Array.of(0n),
    );
    assert.deepEqual(
      elementwise(MAX, BigUint64Array.of(2n ** 63n), BigUint64Array.of(1n)),
      BigUint64Array.of(2n ** 63n),
    );
  });

  it('let NaN win, and zero be greater than minus zero, in any order', () => {
    for (const [op, a, b, expected] of [
      [MAX, NaN, 7, NaN],
      [MIN, NaN, -Infinity, NaN],
      [MAX, -0, 0, 0],
      [MIN, -0, 0, -0],
    ] as const) {
      for (const [left, right] of [
        [a, b],
        [b, a],
      ] as const) {
        assert.ok(Object.is(join(op, left, right), expected), op.name);
        for (const constructor of [Float64Array, Float32Array]) {
          const [element] = elementwise<TypedArray>(op, constructor.of(left), constructor.of(right));
          assert.ok(Object.is(element, expected), `${op.name} of a ${constructor.name}`);
        }
      }
    }
    const [seven, hidden] = [
      { value: 7, index: 1 },
      { value: NaN, index: 2 },
    ];
    for (const op of [MINLOC, MAXLOC]) {
      assert.deepEqual([join(op, seven, hidden), join(op, hidden, seven)], [hidden, hidden]);
      assert.deepEqual(
        elementwise(op, Float64Array.of(7, 1), Float64Array.of(NaN, 2)),
        Float64Array.of(NaN, 2),
      );
      assert.deepEqual(
        elementwise(op, Float64Array.of(NaN, 3), Float64Array.of(NaN, 2)),
        Float64Array.of(NaN, 2),
      );
      assert.deepEqual(
        elementwise(op, Float64Array.of(NaN, 3), Float64Array.of(1, 2)),
        Float64Array.of(NaN, 3),
      );
    }
  });

  it('find extremes with the lowest index', () => {
    assert.deepEqual(join(MINLOC, { value: 2, index: 5 }, { value: 2, index: 3 }), { value: 2, index: 3 });
    assert.deepEqual(join(MAXLOC, { value: 2n, index: 5 }, { value: 3n, index: 9 }), { value: 3n, index: 9 });
    assert.deepEqual(
      elementwise(MAXLOC, BigInt64Array.of(1n, 4n, 2n, 2n), BigInt64Array.of(1n, 3n, -2n, 1n)),
      BigInt64Array.of(1n, 3n, 2n, 2n),
    );
    assert.deepEqual(
      join(MINLOC, Int16Array.of(3, 0, 4, 0), Int16Array.of(3, 1, 2, 1)),
      Int16Array.of(3, 0, 2, 1),
    );
  });

  it('run over any number of elements from any place', () => {
    for (let count = 0; count <= 50; count++) {
      const target = new Float64Array(60).fill(1);
      const source = new Float64Array(60).map((_, k) => k);
      operator(SUM).elements(elementTypeOf(target)).withHigher.combine(target, 3, source, 7, count);
      assert.deepEqual(
        target,
        new Float64Array(60).map((_, k) => (k >= 3 && k < 3 + count ? k + 5 : 1)),
      );
    }
  });

  it('of the program take operands in order, whatever they are', () => {
    const minus = createOp((a: number, b: number) => a - b, { name: 'minus' });
    assert.deepEqual([minus.name, minus.commutative], ['minus', false]);
    assert.equal(createOp((a: number) => a, { commutative: true }).commutative, true);
    assert.deepEqual(
      elementwise(minus, Float32Array.of(5, 1), Float32Array.of(3, 4)),
      Float32Array.of(2, -3),
    );
    assert.deepEqual(
      elementwise(minus, Float32Array.of(5, 1), Float32Array.of(3, 4), false),
      Float32Array.of(-2, 3),
    );
    const add = createOp((a: bigint, b: bigint) => a + b);
    assert.deepEqual(elementwise(add, BigUint64Array.of(1n), BigUint64Array.of(2n)), BigUint64Array.of(3n));
    assert.deepEqual(
      join(
        createOp((a: string, b: string) => a + b),
        'x',
        'y',
      ),
      'xy',
    );
    assert.equal(operator(minus).elements(9), operator(minus).elements(9), 'a loop is compiled once');
  });

  it('make a new array of two, and leave both alone', () => {
    const [a, b] = [Buffer.from([1, 2]), Buffer.from([3, 4])];
    const sum = join(SUM, a, b);
    assert.deepEqual([sum, a, b], [Buffer.from([4, 6]), Buffer.from([1, 2]), Buffer.from([3, 4])]);
    refused('MPI_ERR_OP', () => join(SUM, Int8Array.of(1), Int8Array.of(1, 2)), /arrays of 1 and 2 elements/);
    refused('MPI_ERR_OP', () => join(SUM, Int8Array.of(1), Uint8Array.of(1)), /the same kind of array/);
    refused('MPI_ERR_OP', () => join(SUM, 1, 1n), /number and bigint: every process must give the same kind/);
    refused(
      'MPI_ERR_OP',
      () => join(MINLOC, { value: 1, index: 0 }, { value: 1n, index: 0 }),
      /the same kind of pairs/,
    );
  });

  it('refuse what they are not defined for', () => {
    const floats = Float32Array.of(1, 2);
    for (const op of [LAND, LOR, LXOR, BAND, BOR, BXOR]) {
      refused(
        'MPI_ERR_OP',
        () => operator(op).check(floats),
        /elements of a Float32Array: integers are wanted/,
      );
      refused('MPI_ERR_OP', () => operator(op).check(0.5), /the number 0\.5: integers/);
      operator(op).check(BigInt64Array.of(1n));
    }
    for (const op of [SUM, PROD, MAX, MIN, BAND])
      refused('MPI_ERR_OP', () => operator(op).check(true), /boolean: /);
    refused(
      'MPI_ERR_OP',
      () => operator(SUM).check([1, 2]),
      /Array: .* make a typed array, such as Float64Array\.from/,
    );
    refused('MPI_ERR_OP', () => operator(SUM).check({}), /make an operation with createOp/);
    refused('MPI_ERR_OP', () => operator(MAXLOC).check({ value: 1 }), /\{ value, index \} is wanted/);
    refused('MPI_ERR_COUNT', () => operator(MAXLOC).check(Int8Array.of(1)), /an even number/);
    for (const op of [REPLACE, NO_OP]) {
      refused('MPI_ERR_OP', () => operator(op).check(1), /one-sided accumulation alone/);
      refused('MPI_ERR_OP', () => operator(op).checkElements(9, 1), /one-sided accumulation alone/);
    }
    for (const none of [null, undefined, 7, { name: 'sum', commutative: true }]) {
      refused(
        'MPI_ERR_OP',
        () => operatorOf(none as never, 'reduce'),
        /^Cannot reduce with .*createOp is wanted/,
      );
    }
    refused('MPI_ERR_OP', () => createOp('plus' as never), /a string: a function of two values is wanted/);
  });
});
