/**
 * Random collectives of one to nine ranks against what one process computes alone: any root, values and buffers,
 * operations that commute and others, several under way at once.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { createOp, type Op } from '#collectives/operations/op.js';
import { MAX, MIN, PROD, SUM } from '#collectives/operations/predefined.js';
import type { Request } from '#engine/request.js';
import { UNDEFINED } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { checkEmpty } from './world-checks.ts';

type Matrix = readonly [bigint, bigint, bigint, bigint];

const times = ([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];

/** Operations on values, with what each rank gives. */
const VALUES: readonly {
  op: Op;
  give: (rank: number, step: number) => unknown;
  join: (a: never, b: never) => unknown;
}[] = [
  { op: SUM, give: (rank, step) => rank * step, join: (a: number, b: number) => a + b },
  { op: MAX, give: (rank, step) => (rank * 7 + step) % 5, join: (a: number, b: number) => Math.max(a, b) },
  { op: PROD, give: (rank) => BigInt(rank + 1), join: (a: bigint, b: bigint) => a * b },
  {
    op: createOp((a: string, b: string) => a + b),
    give: (rank, step) => `${rank}.${step} `.repeat(1 + ((rank * step) % 40)),
    join: (a: string, b: string) => a + b,
  },
  {
    op: createOp(times),
    give: (rank, step): Matrix => [BigInt(rank), 1n, BigInt(step), 2n],
    join: times,
  },
  {
    op: createOp((a: Set<number>, b: Set<number>) => new Set([...a, ...b]), { commutative: true }),
    give: (rank, step) => new Set([rank, step]),
    join: (a: Set<number>, b: Set<number>) => new Set([...a, ...b]),
  },
];

/** Operations on elements. */
const ELEMENTS: readonly { op: Op; join: (a: number, b: number) => number }[] = [
  { op: SUM, join: (a, b) => a + b },
  { op: MIN, join: Math.min },
  { op: createOp((_: number, b: number) => b, { name: 'last' }), join: (_, b) => b },
  { op: createOp((a: number, _: number) => a, { name: 'first' }), join: (a) => a },
];

const fold = <T>(items: readonly T[], join: (a: T, b: T) => T): T => items.reduce((a, b) => join(a, b));

/** Starts one random collective; the promise checks its outcome. All ranks draw the same numbers. */
function startCollective(comm: Intracommunicator, random: SeededRandom, step: number): PromiseLike<void> {
  const { rank, size } = comm;
  const ranks = Array.from({ length: size }, (_, index) => index);
  const root = random.below(size);
  const kind = random.below(9);
  const length = random.chance(0.2) ? random.below(900) : random.below(20);
  const { op, give, join } = random.pick(VALUES);
  const { op: elementOp, join: joinElements } = random.pick(ELEMENTS);
  const floats = (of: number): Float64Array => new Float64Array(length).map((_, k) => of * 1000 + step * k);
  const gives = ranks.map((of) => give(of, step));
  const check = <T>(request: Request<T>, expected: unknown): PromiseLike<void> =>
    request.then((value) => assert.deepStrictEqual(value, expected, `collective ${kind} at rank ${rank}`));
  const reduced = (): Float64Array => {
    const columns = ranks.map(floats);
    return new Float64Array(length).map((_, k) =>
      fold(
        columns.map((column) => column[k] ?? 0),
        joinElements,
      ),
    );
  };
  switch (kind) {
    case 0:
      return comm.barrier();
    case 1:
      return check(comm.bcast(rank === root ? gives[root] : null, root), gives[root]);
    case 2: {
      const buffer = rank === root ? floats(root) : new Float64Array(length);
      return comm.bcastInto(buffer, root).then(() => assert.deepStrictEqual(buffer, floats(root)));
    }
    case 3:
      return check(comm.gather(gives[rank], root), rank === root ? gives : undefined);
    case 4: {
      const all = rank === root ? new Float64Array(length * size) : null;
      const expected = Float64Array.from(ranks.flatMap((of) => [...floats(of)]));
      return comm.gatherInto(floats(rank), all, root).then(() => {
        if (all !== null) assert.deepStrictEqual(all, expected);
      });
    }
    case 5:
      return check(
        comm.reduce(gives[rank], op, root),
        rank === root ? fold(gives, join as never) : undefined,
      );
    case 6: {
      const result = rank === root ? new Float64Array(length) : null;
      return comm.reduceInto(floats(rank), result, elementOp, root).then(() => {
        if (result !== null) assert.deepStrictEqual(result, reduced());
      });
    }
    case 7:
      return check(comm.allreduce(gives[rank], op), fold(gives, join as never));
    default: {
      const result = new Float64Array(length);
      return comm
        .allreduceInto(floats(rank), result, elementOp)
        .then(() => assert.deepStrictEqual(result, reduced()));
    }
  }
}

/** Three communicators from one, while other collectives are under way. */
async function makeCommunicators(comm: Intracommunicator): Promise<void> {
  const { rank, size } = comm;
  const before = comm.allreduce(
    rank,
    createOp((_: number, b: number) => b),
  );
  const [copy, half, none] = await Promise.all([
    comm.dup(),
    comm.split(rank % 2, -rank),
    comm.split(rank === 0 ? 0 : UNDEFINED),
  ]);
  assert.equal(await before, size - 1);
  assert.deepEqual([copy.rank, copy.size], [rank, size]);
  const alike = Array.from({ length: size }, (_, other) => other).filter((other) => other % 2 === rank % 2);
  assert.equal(half?.rank, alike.toReversed().indexOf(rank));
  assert.equal(none?.size, rank === 0 ? 1 : undefined);
  const [sum, ranks] = await Promise.all([copy.allreduce(1), half.gather(rank, 0)]);
  assert.equal(sum, size);
  assert.deepEqual(ranks, half.rank === 0 ? alike.toReversed() : undefined);
}

describe('Collectives in simulated worlds', () => {
  it('give what one process computes alone', async () => {
    await forSeeds(120, async (seed) => {
      const size = 1 + (seed % 9);
      const steps = new SeededRandom(seed).between(1, 12);
      const world = new SimulatedWorld({ size, seed });
      await world.run(async (comm) => {
        const random = new SeededRandom(seed + 1);
        const underway: PromiseLike<void>[] = [];
        for (let step = 0; step < steps; step++) {
          underway.push(startCollective(comm, random, step));
          if (random.chance(0.5)) await underway.at(-1);
        }
        await Promise.all(underway);
        await comm.barrier();
        checkEmpty(comm);
      });
    });
  });

  it('make communicators while others are under way', async () => {
    await forSeeds(50, async (seed) => {
      const world = new SimulatedWorld({ size: 1 + (seed % 7), seed });
      await world.run(makeCommunicators);
    });
  });

  it('may be left alone: a rank that does not look still takes its part', async () => {
    await forSeeds(30, async (seed) => {
      const size = 2 + (seed % 5);
      const world = new SimulatedWorld({ size, seed });
      const sums = await world.run(async (comm) => {
        const request = comm.allreduce(1);
        if (comm.rank % 2 === 0) return request;
        // Leaves it to finalisation to end what it has begun.
        return size;
      });
      assert.deepEqual(sums, new Array(size).fill(size));
    });
  });
});
