/** Reduce-scatter with operations that do not commute (MPI-4.1 §6.10): their operands come in rank order. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';
import type { Way } from './support/way.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const BLOCKS = [1, 2, 4, 8, 16, 32, 64, 128];

/** Each must never see operands out of order, which in this data always rise with the rank. */
const inOrder = (combine: (a: number, b: number) => number): ((a: number, b: number) => number) => {
  return (a, b) => {
    assert.ok(a <= b, `${a} came before ${b}`);
    return combine(a, b);
  };
};
const left = MPI.createOp<number>(
  inOrder((a) => a),
  { name: 'left' },
);
const right = MPI.createOp<number>(
  inOrder((_, b) => b),
  { name: 'right' },
);
const sum = MPI.createOp<number>((a, b) => a + b, { name: 'sum' });

/** For each operation the element at `i` of this process' block, the block being `block` long. */
const OPERATIONS: readonly (readonly [MPI.Op, (block: number, i: number) => number])[] = [
  [left, (block, i) => rank * block + i],
  [right, (block, i) => size - 1 + rank * block + i],
  [sum, (block, i) => size * (rank * block + i) + (size * (size - 1)) / 2],
];

async function reduceScattered(way: Way, verb: 'counts' | 'block'): Promise<void> {
  for (const block of BLOCKS) {
    for (const [op, expected] of OPERATIONS) {
      assert.equal(op.commutative, false);
      const send = new Int32Array(size * block).map((_, i) => rank + i);
      const recv = new Int32Array(block).fill(-1);
      const counts = new Array<number>(size).fill(block);
      if (verb === 'counts') await way.call(world, 'reduceScatterInto', send, recv, counts, op);
      else await way.call(world, 'reduceScatterBlockInto', send, recv, op);
      assert.deepEqual(
        recv,
        new Int32Array(block).map((_, i) => expected(block, i)),
        `${op.name}, blocks of ${block}`,
      );
    }
  }
}

await runCases({
  'with as many counts': (way) => reduceScattered(way, 'counts'),
  'by blocks': (way) => reduceScattered(way, 'block'),
});
