/**
 * Collectives over the world, one after another without a pause: a barrier, and verbs on blocks of doubles. The root of
 * bcast and reduce goes round, or a root that has nothing to wait for would run far ahead of the others.
 *
 * The case's bytes are one block. bcast, reduce, allreduce: each rank's buffer is one block. allgather: each rank
 * contributes one, and receives as many as there are ranks. alltoall: each rank sends one to each rank. reduce-scatter:
 * each rank gets one, and contributes as many as there are ranks. Element i of the block that rank r has for rank d is
 * (i mod 1000) + 1000 d + r; d is 0 where all get the same.
 */
import assert from 'node:assert/strict';
import { SUM, type Intracommunicator } from '../../index.ts';
import type { BenchCase, CollectiveKind } from '../bench-case.ts';
import { type Measured, runCalibrated } from './calibrated.ts';

interface Collective {
  /** Blocks that a rank sends and receives among so many ranks. */
  readonly sends: (ranks: number) => number;
  readonly receives: (ranks: number) => number;
  readonly once: (
    world: Intracommunicator,
    outgoing: Float64Array,
    incoming: Float64Array,
    root: number,
  ) => void;
  /** Element i of what arrives in a block. */
  readonly expected: (world: Intracommunicator, i: number, block: number) => number;
}

const none = (): number => 0;
const one = (): number => 1;
const oneForEach = (ranks: number): number => ranks;

const element = (i: number, source: number, dest: number): number => (i % 1000) + 1000 * dest + source;

const sumOfElements = (size: number, i: number, dest: number): number =>
  element(i, 0, dest) * size + (size * (size - 1)) / 2;

const COLLECTIVES: Readonly<Record<CollectiveKind, Collective>> = {
  barrier: {
    sends: none,
    receives: none,
    once: (world) => {
      world.barrierSync();
    },
    expected: none,
  },
  bcast: {
    sends: none,
    receives: one,
    once: (world, _, incoming, root) => {
      world.bcastIntoSync(incoming, root);
    },
    expected: (_, i) => element(i, 0, 0),
  },
  reduce: {
    sends: one,
    receives: one,
    once: (world, outgoing, incoming, root) => {
      world.reduceIntoSync(outgoing, incoming, SUM, root);
    },
    expected: ({ size }, i) => sumOfElements(size, i, 0),
  },
  allreduce: {
    sends: one,
    receives: one,
    once: (world, outgoing, incoming) => {
      world.allreduceIntoSync(outgoing, incoming, SUM);
    },
    expected: ({ size }, i) => sumOfElements(size, i, 0),
  },
  'reduce-scatter': {
    sends: oneForEach,
    receives: one,
    once: (world, outgoing, incoming) => {
      world.reduceScatterBlockIntoSync(outgoing, incoming, SUM);
    },
    expected: ({ size, rank }, i) => sumOfElements(size, i, rank),
  },
  allgather: {
    sends: one,
    receives: oneForEach,
    once: (world, outgoing, incoming) => {
      world.allgatherIntoSync(outgoing, incoming);
    },
    expected: (_, i, block) => element(i, block, 0),
  },
  alltoall: {
    sends: oneForEach,
    receives: oneForEach,
    once: (world, outgoing, incoming) => {
      world.alltoallIntoSync(outgoing, incoming);
    },
    expected: ({ rank }, i, block) => element(i, block, rank),
  },
};

/** What rank 0 found; undefined at the others. */
export function runCollective(
  world: Intracommunicator,
  benchCase: BenchCase,
  kind: CollectiveKind,
): Measured | undefined {
  const { rank, size } = world;
  const { sends, receives, once, expected } = COLLECTIVES[kind];
  const count = benchCase.bytes / Float64Array.BYTES_PER_ELEMENT;
  const outgoing = newBlocks(sends(size), count, (i, block) => element(i, rank, block));
  const incoming = newBlocks(receives(size), count, (i) =>
    kind === 'bcast' && rank === 0 ? element(i, 0, 0) : 0,
  );

  const measured = runCalibrated(world, benchCase, (iterations) => {
    let root = 0;
    for (let i = 0; i < iterations; i++) {
      once(world, outgoing, incoming, root);
      root = root + 1 < size ? root + 1 : 0;
    }
  });

  if (kind !== 'reduce' || rank === 0) {
    for (let block = 0; block < receives(size); block++) {
      for (let i = 0; i < count; i++) {
        const value = incoming[block * count + i];
        const wanted = expected(world, i, block);
        if (value !== wanted)
          assert.equal(value, wanted, `${kind} of ${benchCase.bytes} bytes: a result is wrong`);
      }
    }
  }
  return measured;
}

function newBlocks(blocks: number, count: number, fill: (i: number, block: number) => number): Float64Array {
  const data = new Float64Array(blocks * count);
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < count; i++) data[block * count + i] = fill(i, block);
  }
  return data;
}
