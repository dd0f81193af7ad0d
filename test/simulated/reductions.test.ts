/**
 * Random reductions of one to nine ranks, within a group and between two, against what one process computes alone: every verb
 * with every algorithm, every operation on every class of array, operations that do not commute, any root, in place or not,
 * several under way at once; and the loss of a rank in the middle.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Communicator } from '#api/communicator.js';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { allreduce, allreduceInto } from '#collectives/allreduce/allreduce.js';
import type { CollectiveEndpoint, CollectiveEnds } from '#collectives/collective.js';
import { createOp, type Op } from '#collectives/operations/op.js';
import { MAXLOC, MINLOC } from '#collectives/operations/pair-operations.js';
import { BXOR, LAND, LOR, MAX, PROD, SUM } from '#collectives/operations/predefined.js';
import { reduceScatterBlockInto, reduceScatterInto } from '#collectives/reduce-scatter/reduce-scatter.js';
import { reduce, reduceInto } from '#collectives/reduce/reduce.js';
import { exscan, exscanInto, scan, scanInto } from '#collectives/scan/scan.js';
import { ALGORITHM_TABLE } from '#collectives/tuning/algorithm-table.js';
import { ALGORITHMS } from '#collectives/tuning/algorithms.js';
import type { Steps } from '#engine/task.js';
import { ProcessFailedError } from '#errors/process-failed-error.js';
import { PROC_NULL, ROOT } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { TypedArray } from '#wire/element-type.js';
import { CLASSES, combined, ELEMENT_OPERATIONS, operandOf, suits } from './reductions-model.ts';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { checkEmpty } from './world-checks.ts';

abstract class Inside extends Communicator {
  static start<T>(comm: Communicator, steps: (ends: CollectiveEnds) => Steps<T>): PromiseLike<T> {
    const { ends, maker } = Communicator.coreOf(comm);
    return maker.engine.start(steps(ends));
  }
}

/** What every rank of a world would compute again: kept under a name. */
class Memory {
  readonly #kept = new Map<string, unknown>();

  once<T>(name: string, make: () => T): T {
    if (!this.#kept.has(name)) this.#kept.set(name, make());
    return this.#kept.get(name) as T;
  }
}

/** A communicator with where this process stands in it. Without a second group, `side` is 0. */
interface Ground {
  readonly comm: Communicator;
  readonly sizes: readonly number[];
  readonly side: number;
  readonly memory: Memory;
}

type IntoVerb =
  'reduceInto' | 'allreduceInto' | 'reduceScatterInto' | 'reduceScatterBlockInto' | 'scanInto' | 'exscanInto';
const INTO_VERBS: readonly IntoVerb[] = [
  'reduceInto',
  'allreduceInto',
  'reduceScatterInto',
  'reduceScatterBlockInto',
  'scanInto',
  'exscanInto',
];
const ALGORITHMS_OF: Partial<Record<IntoVerb, readonly string[]>> = {
  reduceInto: ALGORITHMS.reduceInto,
  allreduceInto: ALGORITHMS.allreduceInto,
  reduceScatterInto: ALGORITHMS.reduceScatterInto,
  reduceScatterBlockInto: ALGORITHMS.reduceScatterInto,
};

/** The same ends with one algorithm forced. */
function forcing(ends: CollectiveEnds, verb: IntoVerb, algorithm: string): CollectiveEnds {
  const name = verb === 'reduceScatterBlockInto' ? 'reduceScatterInto' : verb;
  const rows = [{ upToBytes: Infinity, algorithm }, ...ALGORITHM_TABLE[name as keyof typeof ALGORITHMS]];
  const algorithms = { ...ALGORITHM_TABLE, [name]: rows };
  const forced = (endpoint: CollectiveEndpoint): CollectiveEndpoint => ({ ...endpoint, algorithms });
  return { local: forced(ends.local), remote: ends.remote === null ? null : forced(ends.remote) };
}

/** Where the root of a step is, and what this process passes for it. */
function rootOf(
  random: SeededRandom,
  { comm, sizes, side }: Ground,
): { side: number; rank: number; passed: number } {
  const rootSide = random.below(sizes.length);
  const rank = random.below(sizes[rootSide]!);
  if (sizes.length === 1) return { side: 0, rank, passed: rank };
  const own = rootSide === side;
  return { side: rootSide, rank, passed: !own ? rank : comm.rank === rank ? ROOT : PROC_NULL };
}

/** Starts a random reduction of buffers; the promise checks its outcome. */
async function startInto(ground: Ground, random: SeededRandom, lengths: readonly number[]): Promise<void> {
  const { comm, sizes, side, memory } = ground;
  const { rank } = comm;
  const inter = sizes.length === 2;
  const verb = random.pick(inter ? INTO_VERBS.slice(0, 4) : INTO_VERBS);
  const operation = random.pick(ELEMENT_OPERATIONS);
  const elements = random.pick(CLASSES.filter((each) => suits(operation, each)));
  const width = operation.pairs ? 2 : 1;
  const algorithm = random.pick(ALGORITHMS_OF[verb] ?? ['']);
  const root = rootOf(random, ground);
  const inPlace = random.chance(0.3);
  const some = random.pick(lengths);
  const name = String(random.bits());
  const spread = new SeededRandom(Number(name));
  const everybody = sizes.reduce((a, b) => a * b, 1);
  const length = width * (verb === 'reduceScatterBlockInto' ? everybody * Math.ceil(some / everybody) : some);
  /** How a side shares out the elements. */
  const countsOf = (of: number): number[] => {
    const size = sizes[of]!;
    if (verb === 'reduceScatterBlockInto') return new Array<number>(size).fill(length / size);
    const bounds = Array.from({ length: size - 1 }, () => spread.between(0, length / width) * width).sort(
      (a, b) => a - b,
    );
    return [...bounds, length].map((end, index) => end - (bounds[index - 1] ?? 0));
  };
  const shares = sizes.map((_, of) => countsOf(of));
  const gives = memory.once(name, () =>
    sizes.map((size) => Array.from({ length: size }, () => operandOf(operation, elements, spread, length))),
  );
  const from = inter ? 1 - side : 0;
  const total = (): TypedArray =>
    memory.once(`${name} of ${from}`, () => combined(operation, elements, gives[from]!));
  const given = gives[side]![rank]!;
  const own = given.slice();
  const label = `${verb} ${algorithm} of ${length} ${elements.name} by ${operation.op.name} at rank ${rank} of side ${side} in ${sizes.join('+')}, root ${root.side}:${root.rank}${inPlace ? ', in place' : ''}`;
  const start = (steps: (ends: CollectiveEnds) => Steps<void>): PromiseLike<void> =>
    Inside.start(comm, (ends) => steps(algorithm === '' ? ends : forcing(ends, verb, algorithm)));

  let result: TypedArray | null;
  let expected: TypedArray | null;
  switch (verb) {
    case 'reduceInto': {
      const isRoot = root.side === side && root.rank === rank;
      result = isRoot ? (inPlace ? own : own.slice().reverse()) : null;
      await start((ends) =>
        reduceInto(ends, inter && isRoot ? null : own, result, operation.op, root.passed),
      );
      expected = isRoot ? total() : null;
      break;
    }
    case 'allreduceInto':
      result = inPlace ? own : own.slice().reverse();
      await start((ends) => allreduceInto(ends, own, result!, operation.op));
      expected = total();
      break;
    case 'reduceScatterInto':
    case 'reduceScatterBlockInto': {
      const counts = shares[side]!;
      const count = counts[rank]!;
      const first = counts.slice(0, rank).reduce((a, b) => a + b, 0);
      result = inPlace ? own.subarray(0, count) : own.slice(0, count);
      await start((ends) =>
        verb === 'reduceScatterInto'
          ? reduceScatterInto(ends, own, result!, counts, operation.op)
          : reduceScatterBlockInto(ends, own, result!, operation.op),
      );
      expected = total().subarray(first, first + count);
      break;
    }
    default: {
      result = inPlace ? own : own.slice().reverse();
      const untouched = result.slice();
      const run = verb === 'scanInto' ? scanInto : exscanInto;
      await start(({ local }) => run(local, own, result!, operation.op));
      const operands = gives[0]!.slice(0, verb === 'scanInto' ? rank + 1 : rank);
      expected = operands.length === 0 ? untouched : combined(operation, elements, operands);
    }
  }
  assert.deepStrictEqual(result, expected, label);
  if (!inPlace) assert.deepStrictEqual(own, given, `${label}: the send buffer`);
}

interface ValueCase {
  readonly op: Op;
  readonly give: (random: SeededRandom) => unknown;
  readonly join: (a: never, b: never) => unknown;
}

interface Found {
  readonly value: number;
  readonly index: number;
}

const VALUES: readonly ValueCase[] = [
  { op: SUM, give: (random) => random.bits(), join: (a: number, b: number) => a + b },
  { op: PROD, give: (random) => BigInt(random.bits()), join: (a: bigint, b: bigint) => a * b },
  { op: MAX, give: (random) => random.pick([1, -0, 0, NaN, 7]), join: Math.max },
  { op: LAND, give: (random) => random.chance(0.8), join: (a: boolean, b: boolean) => a && b },
  { op: LOR, give: (random) => random.chance(0.2), join: (a: boolean, b: boolean) => a || b },
  {
    op: BXOR,
    give: (random) => random.bits() * 2 ** 20,
    join: (a: number, b: number) => Number(BigInt(a) ^ BigInt(b)),
  },
  {
    op: MINLOC,
    give: (random): Found => ({ value: random.below(4), index: random.below(9) }),
    join: (a: Found, b: Found) => (b.value < a.value || (b.value === a.value && b.index < a.index) ? b : a),
  },
  {
    op: MAXLOC,
    give: (random): Found => ({ value: random.pick([NaN, 3, 3, 2]), index: random.below(9) }),
    join: (a: Found, b: Found) => {
      const rank = ({ value }: Found): number => (Number.isNaN(value) ? Infinity : value);
      return rank(b) > rank(a) || (rank(b) === rank(a) && b.index < a.index) ? b : a;
    },
  },
  {
    op: SUM,
    give: (random) => Int16Array.of(random.bits(), random.bits()),
    join: (a: Int16Array, b: Int16Array) => a.map((element, k) => element + b[k]!),
  },
  {
    op: createOp((a: string, b: string) => a + b),
    give: (random) => String.fromCharCode(97 + random.below(26)).repeat(random.pick([0, 1, 2, 700])),
    join: (a: string, b: string) => a + b,
  },
  {
    op: createOp((a: Set<number>, b: Set<number>) => new Set([...a, ...b]), { commutative: true }),
    give: (random) => new Set([random.below(20)]),
    join: (a: Set<number>, b: Set<number>) => new Set([...a, ...b]),
  },
];

/** Starts a random reduction of values; the promise checks its outcome. */
async function startValues(ground: Ground, random: SeededRandom): Promise<void> {
  const { comm, sizes, side } = ground;
  const { rank } = comm;
  const inter = sizes.length === 2;
  const verb = random.pick(
    inter ? (['reduce', 'allreduce'] as const) : (['reduce', 'allreduce', 'scan', 'exscan'] as const),
  );
  const { op, give, join } = random.pick(VALUES);
  const root = rootOf(random, ground);
  const gives = sizes.map((size) => Array.from({ length: size }, () => give(random)));
  const own = gives[side]![rank];
  const fold = (values: readonly unknown[]): unknown =>
    values.length === 0 ? undefined : values.reduce((a, b) => join(a as never, b as never));
  const others = gives[inter ? 1 - side : 0]!;
  let result: unknown;
  let expected: unknown;
  if (verb === 'reduce') {
    const isRoot = root.side === side && root.rank === rank;
    const given = inter && root.side === side ? undefined : own;
    result = await Inside.start(comm, (ends) => reduce(ends, given, op, root.passed));
    expected = isRoot ? fold(others) : undefined;
  } else if (verb === 'allreduce') {
    result = await Inside.start(comm, (ends) => allreduce(ends, own, op));
    expected = fold(others);
  } else {
    const run = verb === 'scan' ? scan : exscan;
    result = await Inside.start(comm, ({ local }) => run(local, own, op));
    expected = fold(others.slice(0, verb === 'scan' ? rank + 1 : rank));
  }
  assert.deepStrictEqual(
    result,
    expected,
    `${verb} by ${op.name} at rank ${rank} of side ${side} in ${sizes.join('+')}`,
  );
}

/** One of the three standard intercommunicators: halves, one against the rest, two against the rest. */
async function between(comm: Intracommunicator, left: number, memory: Memory): Promise<Ground> {
  const side = comm.rank < left ? 0 : 1;
  const half = (await comm.split(side, comm.rank))!;
  const leader = half.rank === 0 ? (side === 0 ? left : 0) : -1;
  return {
    comm: await half.createIntercomm(0, comm, leader, 12),
    sizes: [left, comm.size - left],
    side,
    memory,
  };
}

const SHORT = [0, 1, 2, 3, 7, 16, 33, 100, 700];

describe('Reductions in simulated worlds', () => {
  it('give what one process computes alone', async () => {
    await forSeeds(75, async (seed) => {
      const draw = new SeededRandom(seed);
      const size = draw.between(1, 9);
      // Parts that end in the middle of an element, too.
      const narrow = draw.chance(0.4) ? { fragmentBytes: draw.between(17, 900) } : {};
      const left = draw.pick([Math.floor(size / 2), 1, 2]);
      const isInter = left < size && left > 0 && draw.chance(0.4);
      const world = new SimulatedWorld({ size, seed, ...narrow });
      const memory = new Memory();
      await world.run(async (comm) => {
        const ground = isInter ? await between(comm, left, memory) : { comm, sizes: [size], side: 0, memory };
        const random = new SeededRandom(seed + 1);
        const underway: Promise<void>[] = [];
        for (let step = 0; step < 6; step++) {
          const call = new SeededRandom(random.bits());
          const started = call.chance(0.75) ? startInto(ground, call, SHORT) : startValues(ground, call);
          // Another one may fail first, and end the world.
          started.catch(() => undefined);
          underway.push(started);
          if (random.chance(0.4)) await underway.at(-1);
        }
        await Promise.all(underway);
        await comm.barrier();
        checkEmpty(comm);
      });
    });
  });

  it('of long buffers, too', async () => {
    await forSeeds(6, async (seed) => {
      const size = 2 + (seed % 4);
      const world = new SimulatedWorld({ size, seed, fragmentBytes: 2 ** 15 + 8 * (seed % 2), limits: {} });
      const memory = new Memory();
      await world.run(async (comm) => {
        const random = new SeededRandom(seed);
        const ground = random.chance(0.5)
          ? { comm, sizes: [size], side: 0, memory }
          : await between(comm, 1, memory);
        await startInto(ground, random, [100_000]);
      });
    });
  });

  it('end at every survivor when a rank is lost, also in the middle of a message', async () => {
    await forSeeds(40, async (seed) => {
      const draw = new SeededRandom(seed);
      const size = draw.between(2, 6);
      const dead = draw.below(size);
      const world = new SimulatedWorld({ size, seed });
      world.network.after(draw.fraction() * draw.pick([0.2, 2, 8]), () => world.kill(dead));
      const memory = new Memory();
      const endings = await world.runToEnd(async (comm) => {
        const random = new SeededRandom(seed + 1);
        const ground = { comm, sizes: [size], side: 0, memory };
        for (;;) await startInto(ground, new SeededRandom(random.bits()), [3, 700, 2000]);
      }, true);
      for (const ending of endings) {
        if ('lost' in ending) continue;
        const error = 'error' in ending ? ending.error : 'an end without an error';
        if (error instanceof ProcessFailedError) assert.deepEqual(error.failedRanks, [dead]);
        else throw world.failure(`rank ${ending.rank}, rank ${dead} was lost`, error);
      }
    });
  });
});
