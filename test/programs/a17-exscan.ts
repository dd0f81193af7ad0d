/** Exscan (MPI-4.1 §6.11.2): the values, in place, and the buffer of rank 0, which stays. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, SUM } from 'parley';
import { runCases } from './support/cases.ts';

const { rank, size } = world;
const COUNTS = Array.from({ length: 16 }, (_, power) => 2 ** power);

const given = (count: number): Int32Array => new Int32Array(count).map((_, i) => rank + i * size);
const wanted = (count: number): Int32Array =>
  new Int32Array(count).map((_, i) => rank * i * size + (rank * (rank - 1)) / 2);

await runCases({
  'from one buffer to another': async (way) => {
    for (const count of COUNTS) {
      const send = given(count);
      const recv = new Int32Array(count).fill(-1);
      await way.call(world, 'exscanInto', send, recv, SUM);
      assert.deepEqual(recv, rank === 0 ? new Int32Array(count).fill(-1) : wanted(count));
      assert.deepEqual(send, given(count));
    }
  },
  'in place': async (way) => {
    for (const count of COUNTS) {
      const buffer = given(count);
      await way.call(world, 'exscanInto', buffer, buffer, SUM);
      assert.deepEqual(buffer, rank === 0 ? given(count) : wanted(count));
    }
  },
  'of values': async (way) => {
    const sum = await way.call(world, 'exscan', rank + size, SUM);
    assert.equal(sum, rank === 0 ? undefined : rank * size + (rank * (rank - 1)) / 2);
  },
});
