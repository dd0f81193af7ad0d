/** Collectives of values over intercommunicators: every root, on both sides (MPI-4.1 §6.3 to §6.9). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';
import type { Way } from './support/way.ts';

const world = MPI.COMM_WORLD;

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  -7,
  0,
  7,
  2 ** 31,
  2 ** 53 - 1,
  2n ** 63n,
  -(2n ** 63n),
  -2.17,
  1.62,
  'mpi, 日本語',
  [1, [2, [3, ['four']]]],
  { name: 'parley', ranks: [0, 1], nested: { deep: true } },
  Float64Array.of(1.5, -2.5),
  [[], {}, ''],
];

/** Halves of a communicator. */
async function halves(way: Way, comm: MPI.Intracommunicator): Promise<MPI.Intercommunicator> {
  const left = Math.floor(comm.size / 2);
  const isLeft = comm.rank < left;
  const local = await way.call(comm, 'split', isLeft ? 0 : 1, comm.rank);
  return way.call(local!, 'createIntercomm', 0, comm, local!.rank === 0 ? (isLeft ? left : 0) : -1, 3);
}

/** On halves of the world, and of a duplicate of it, and on a duplicate of the first. */
async function eachOf(way: Way, body: (comm: MPI.Intercommunicator) => Promise<void>): Promise<void> {
  const first = await halves(way, world);
  await body(first);
  await body(await halves(way, await way.call(world, 'dup')));
  await body(await way.call(first, 'dup'));
}

/** Every process of both sides as the root in turn: what this one passes, and what part it has. */
function* roots(
  comm: MPI.Intercommunicator,
): Generator<{ root: number; isRoot: boolean; isRemote: boolean }> {
  const isLeft = world.rank < Math.floor(world.size / 2);
  for (const onLeft of [true, false]) {
    const isRemote = isLeft !== onLeft;
    const size = isRemote ? comm.remoteSize : comm.size;
    for (let root = 0; root < size; root++) {
      const isRoot = !isRemote && comm.rank === root;
      yield { root: isRemote ? root : isRoot ? MPI.ROOT : MPI.PROC_NULL, isRoot, isRemote };
    }
  }
}

const OPERATIONS: readonly (readonly [op: MPI.Op, combine: (a: number, b: number) => number])[] = [
  [MPI.SUM, (a, b) => a + b],
  [MPI.PROD, (a, b) => a * b],
  [MPI.MAX, Math.max],
  [MPI.MIN, Math.min],
];

const overRanks = (size: number, combine: (a: number, b: number) => number): number =>
  [...new Array(size).keys()].reduce((a, b) => combine(a, b));

await runCases({
  'bcast: the other side gets the value, the side of the root nothing': (way) =>
    eachOf(way, async (comm) => {
      for (const value of VALUES) {
        for (const { root, isRoot, isRemote } of roots(comm)) {
          const got = await way.call(comm, 'bcast', isRoot ? value : null, root);
          assert.deepEqual(got, isRemote ? value : undefined);
        }
      }
    }),
  'gather: the root gets what each of the other side has': (way) =>
    eachOf(way, async (comm) => {
      for (const value of VALUES) {
        for (const { root, isRoot, isRemote } of roots(comm)) {
          const got = await way.call(comm, 'gather', isRemote ? value : null, root);
          assert.deepEqual(got, isRoot ? new Array(comm.remoteSize).fill(value) : undefined);
        }
      }
    }),
  'scatter: each of the other side gets its own': (way) =>
    eachOf(way, async (comm) => {
      for (const value of VALUES) {
        for (const { root, isRoot, isRemote } of roots(comm)) {
          const values = Array.from({ length: comm.remoteSize }, (_, rank) => [rank, value]);
          const got = await way.call(comm, 'scatter', isRoot ? values : null, root);
          assert.deepEqual(got, isRemote ? [comm.rank, value] : undefined);
        }
      }
    }),
  'allgather: each gets what the other side has': (way) =>
    eachOf(way, async (comm) => {
      for (const value of VALUES) {
        const got = await way.call(comm, 'allgather', [value, comm.rank]);
        assert.deepEqual(
          got,
          Array.from({ length: comm.remoteSize }, (_, rank) => [value, rank]),
        );
      }
    }),
  'alltoall: each gets what each of the other side has for it': (way) =>
    eachOf(way, async (comm) => {
      for (const value of VALUES) {
        const values = Array.from({ length: comm.remoteSize }, (_, to) => [value, comm.rank, to]);
        const got = await way.call(comm, 'alltoall', values);
        assert.deepEqual(
          got,
          values.map((_, from) => [value, from, comm.rank]),
        );
      }
    }),
  'reduce: the root gets what combines the ranks of the other side': (way) =>
    eachOf(way, async (comm) => {
      for (const [op, combine] of OPERATIONS) {
        for (const { root, isRoot } of roots(comm)) {
          const got = await way.call(comm, 'reduce', comm.rank, op, root);
          assert.equal(got, isRoot ? overRanks(comm.remoteSize, combine) : undefined, op.name);
        }
      }
    }),
  'allreduce: each gets what combines the ranks of the other side': (way) =>
    eachOf(way, async (comm) => {
      for (const [op, combine] of OPERATIONS) {
        const got = await way.call(comm, 'allreduce', comm.rank, op);
        assert.equal(got, overRanks(comm.remoteSize, combine), op.name);
      }
    }),
});
