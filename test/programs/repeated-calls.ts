/**
 * Collectives that are called again and again with the same buffers, as loops do: what was found out about a call is remembered
 * (collectives/common/prepared-calls), and must never be taken for another one.
 */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type Intracommunicator, MAX, type Op, SUM } from 'parley';
import { failure, runCases } from './support/cases.ts';
import type { Way } from './support/way.ts';

const { rank, size } = world;
/** So many collectives of a communicator go by messages before it has a memory. */
const FIRST = 17;
/** Doubles that lie in a line, in a slot, and that vectors combine. */
const LENGTHS = [1, 20, 128];

async function warmed(way: Way): Promise<Intracommunicator> {
  const comm = await way.call<Intracommunicator, 'dup'>(world, 'dup');
  for (let k = 0; k < FIRST; k++) await way.call(comm, 'barrier');
  return comm;
}

/** What rank `of` gives in a round, different for each element. */
const valueOf = (of: number, round: number, k: number): number => round * 1000 + of * 200 + k;
const filled = (length: number, value: (k: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, k) => value(k));
const sumOf = (round: number, k: number): number =>
  Array.from({ length: size }, (_, of) => valueOf(of, round, k)).reduce((a, b) => a + b);

await runCases({
  'the same buffers with other contents give other results': async (way) => {
    const comm = await warmed(way);
    for (const length of LENGTHS) {
      const own = new Float64Array(length);
      const result = new Float64Array(length);
      const all = new Float64Array(length * size);
      const parts = new Float64Array(length * size);
      for (let round = 0; round < 8; round++) {
        const root = round % size;
        for (let k = 0; k < length; k++) own[k] = valueOf(rank, round, k);
        await way.call(comm, 'allreduceInto', own, result);
        assert.deepEqual(
          result,
          filled(length, (k) => sumOf(round, k)),
        );
        result.fill(-1);
        await way.call(comm, 'reduceInto', own, result, SUM, root);
        assert.deepEqual(
          result,
          filled(length, (k) => (rank === root ? sumOf(round, k) : -1)),
        );
        await way.call(comm, 'allgatherInto', own, all);
        assert.deepEqual(
          all,
          filled(length * size, (k) => valueOf(Math.floor(k / length), round, k % length)),
        );
        for (let k = 0; k < parts.length; k++) parts[k] = valueOf(rank, round, k);
        await way.call(comm, 'alltoallInto', parts, all);
        assert.deepEqual(
          all,
          filled(length * size, (k) => valueOf(Math.floor(k / length), round, rank * length + (k % length))),
        );
        await way.call(comm, 'bcastInto', own, root);
        assert.deepEqual(
          own,
          filled(length, (k) => valueOf(root, round, k)),
        );
      }
    }
    await way.call(comm, 'disconnect');
  },
  'another operation, another buffer or another place of the result is another call': async (way) => {
    const comm = await warmed(way);
    const [own, first, second] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
    const calls: readonly (readonly [Op, Float64Array])[] = [
      [SUM, first],
      [MAX, first],
      [SUM, second],
      [MAX, own],
    ];
    for (let round = 0; round < 12; round++) {
      const [op, result] = calls[round % calls.length]!;
      own.set(filled(3, (k) => valueOf(rank, round, k)));
      await way.call(comm, 'allreduceInto', own, result, op);
      const wanted = filled(3, (k) => (op === SUM ? sumOf(round, k) : valueOf(size - 1, round, k)));
      assert.deepEqual(result, wanted);
    }
    await way.call(comm, 'disconnect');
  },
  'a buffer whose memory has been given away is looked at again': async (way) => {
    const comm = await warmed(way);
    const [own, result] = [Float64Array.of(1, 2), new Float64Array(2)];
    for (let k = 0; k < 3; k++) await way.call(comm, 'allreduceInto', own, result);
    assert.deepEqual([...result], [size, 2 * size]);
    structuredClone(own, { transfer: [own.buffer] });
    const error = await failure('MPI_ERR_BUFFER', () => way.call(comm, 'allreduceInto', own, result));
    assert.match(error.message, /the memory of the Float64Array was transferred elsewhere/);
    const again = Float64Array.of(3, 4);
    await way.call(comm, 'allreduceInto', again, result);
    assert.deepEqual([...result], [3 * size, 4 * size]);
    await way.call(comm, 'disconnect');
  },
  'an operation that is none is told, after calls that had one': async (way) => {
    const comm = await warmed(way);
    const [own, result] = [Float64Array.of(1), new Float64Array(1)];
    for (const verb of ['allreduceInto', 'reduceInto'] as const) {
      await way.call(comm, verb, own, result, SUM);
      for (const none of [null, {}, 'SUM'])
        await failure('MPI_ERR_OP', () => way.call(comm, verb, own, result, none as unknown as Op));
      await way.call(comm, verb, own, result, SUM);
    }
    assert.equal(result[0], size);
    await way.call(comm, 'disconnect');
  },
  'a root that is none is told, after calls that had one': async (way) => {
    const comm = await warmed(way);
    const buffer = Int32Array.of(0);
    for (let k = 0; k < 3; k++) await way.call(comm, 'bcastInto', buffer, 0);
    await failure('MPI_ERR_ROOT', () => way.call(comm, 'bcastInto', buffer, 4 * size));
    for (const none of [0.5, 1n, '0'])
      await failure('MPI_ERR_ROOT', () => way.call(comm, 'bcastInto', buffer, none as number));
    buffer[0] = rank === 0 ? 9 : 0;
    await way.call(comm, 'bcastInto', buffer, 0);
    assert.equal(buffer[0], 9);
    await way.call(comm, 'disconnect');
  },
});
