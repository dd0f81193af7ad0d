/** Reductions: every verb over the real transport, in place, by pairs and by operations that do not commute. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const ranks = Array.from({ length: size }, (_, index) => index);
/** From one to many frames; the longest goes through every algorithm for long data. */
const LENGTHS = [0, 1, 5, 1000, 40_000];

/** The sum of what these ranks give: rank r has 1000(r + 1) + k mod 97 at place k. */
const sumOf = (length: number, of: readonly number[]): Float64Array => {
  const sum = new Float64Array(length);
  const thousands = of.reduce((total, each) => total + 1000 * (each + 1), 0);
  for (let k = 0; k < length; k++) sum[k] = thousands + of.length * (k % 97);
  return sum;
};
const own = (length: number): Float64Array => sumOf(length, [rank]);
/** x → ax + b modulo 5, as 5a + b: its composition depends on the order. */
const composed = (f: number, g: number): number =>
  5 * ((Math.floor(f / 5) * Math.floor(g / 5)) % 5) + ((Math.floor(g / 5) * (f % 5) + (g % 5)) % 5);
const compose = MPI.createOp(composed);
const functionOf = (of: number): number => (of * 7 + 8) % 25;

await runCases({
  'every verb adds elements, in place too': async (way) => {
    for (const length of LENGTHS) {
      const all = sumOf(length, ranks);
      const root = length % size;
      const [buffer, apart] = [own(length), new Float64Array(length).fill(-1)];
      await way.call(world, 'allreduceInto', own(length), apart);
      assert.deepEqual(apart, all, `allreduceInto of ${length}`);
      await way.call(world, 'allreduceInto', buffer, buffer);
      assert.deepEqual(buffer, all, `allreduceInto of ${length} in place`);

      const rooted = own(length);
      await way.call(world, 'reduceInto', rooted, rank === root ? rooted : null, MPI.SUM, root);
      assert.deepEqual(rooted, rank === root ? all : own(length), `reduceInto of ${length}`);

      const prefix = own(length);
      await way.call(world, 'scanInto', prefix, prefix);
      assert.deepEqual(prefix, sumOf(length, ranks.slice(0, rank + 1)), `scanInto of ${length}`);

      const whole = own(length * size);
      const block = whole.subarray(0, length);
      await way.call(world, 'reduceScatterBlockInto', whole, block);
      const share = sumOf(length * size, ranks).subarray(rank * length, (rank + 1) * length);
      assert.deepEqual(block, share, `reduceScatterBlockInto of ${length}`);

      // All to the last rank.
      const counts = ranks.map((of) => (of === size - 1 ? length : 0));
      const last = new Float64Array(counts[rank]!);
      await way.call(world, 'reduceScatterInto', own(length), last, counts);
      assert.deepEqual(last, rank === size - 1 ? all : new Float64Array(0), `reduceScatterInto of ${length}`);
    }
  },
  'MINLOC and MAXLOC find where the extreme is': async (way) => {
    const mine = { value: (rank * 5) % 3, index: rank };
    const highest = ranks.reduce((a, b) => ((b * 5) % 3 > (a * 5) % 3 ? b : a));
    assert.deepEqual(await way.call(world, 'allreduce', mine, MPI.MINLOC), { value: 0, index: 0 });
    assert.deepEqual(await way.call(world, 'allreduce', mine, MPI.MAXLOC), {
      value: (highest * 5) % 3,
      index: highest,
    });
    const pairs = BigInt64Array.of(BigInt(mine.value), BigInt(rank), -BigInt(rank), 7n);
    const result = new BigInt64Array(4);
    await way.call(world, 'allreduceInto', pairs, result, MPI.MAXLOC);
    assert.deepEqual(result, BigInt64Array.of(BigInt((highest * 5) % 3), BigInt(highest), 0n, 7n));
    const [array, odd] = [Float64Array.of(1, 2, 3), new Float64Array(3)];
    await failure('MPI_ERR_COUNT', () => way.call(world, 'allreduceInto', array, odd, MPI.MINLOC));
    await failure('MPI_ERR_OP', () => way.call(world, 'allreduce', 5, MPI.MINLOC));
  },
  'what does not commute is combined in rank order': async (way) => {
    const all = ranks.map(functionOf).reduce(composed);
    const upTo = ranks
      .slice(0, rank + 1)
      .map(functionOf)
      .reduce(composed);
    for (const length of [1, 30_000]) {
      const send = new Uint16Array(length).fill(functionOf(rank));
      const recv = new Uint16Array(length);
      await way.call(world, 'allreduceInto', send, recv, compose);
      assert.deepEqual(recv, new Uint16Array(length).fill(all));
      await way.call(world, 'scanInto', send, recv, compose);
      assert.deepEqual(recv, new Uint16Array(length).fill(upTo));
    }
    assert.equal(await way.call(world, 'scan', functionOf(rank), compose), upTo);
    const letters = await way.call(
      world,
      'exscan',
      String(rank),
      MPI.createOp((a: string, b: string) => a + b),
    );
    assert.equal(letters, rank === 0 ? undefined : ranks.slice(0, rank).join(''));
  },
  'an operation of the program that throws at one rank leaves nobody waiting': async (way) => {
    const broken = MPI.createOp<number>((a, b) => {
      if (rank === 0) throw new RangeError('not today');
      return a + b;
    });
    // Whoever has got all that it needs without rank 0's combination has no error.
    const isTold = (error: unknown): void => assert.match(String(error), /not today/);
    await way.call(world, 'allreduce', 1, broken).then(() => assert.ok(rank > 0 || size === 1), isTold);
    for (const root of ranks) await way.call(world, 'reduce', 1, broken, root).catch(isTold);
    assert.equal(await way.call(world, 'allreduce', 1), size);
  },
  'an operation of the program that throws ends the reduction with its error': async (way) => {
    // With more ranks somebody would wait for one that has given up.
    if (size !== 2) return;
    const broken = MPI.createOp<number>(() => {
      throw new RangeError('not today');
    });
    for (const length of [1, 40_000]) {
      const [send, recv] = [new Float64Array(length), new Float64Array(length)];
      const comm = await way.call(world, 'dup');
      await assert.rejects(way.call(comm, 'allreduceInto', send, recv, broken), /not today/);
    }
  },
  'the several that are under way do not disturb each other': async (way) => {
    const requests = ranks.flatMap((of) => {
      const sum = new Int32Array(3000);
      const prefix = new Int32Array(10);
      const give = (length: number): Int32Array => new Int32Array(length).fill(of + rank);
      return [
        world.allreduceInto(give(3000), sum).then(() => sum[2999]),
        world.scanInto(give(10), prefix).then(() => prefix[9]),
        world.allreduce(of + rank),
      ];
    });
    const total = (size * (size - 1)) / 2;
    const upTo = (rank * (rank + 1)) / 2;
    assert.deepEqual(
      await Promise.all(requests),
      ranks.flatMap((of) => [size * of + total, (rank + 1) * of + upTo, size * of + total]),
    );
    assert.equal(await way.call(world, 'allreduce', 1), size);
  },
  'what is wrong is refused by name': async (way) => {
    const memory = new Float64Array(6);
    const overlap = await failure('MPI_ERR_BUFFER', () =>
      way.call(world, 'allreduceInto', memory.subarray(0, 4), memory.subarray(2)),
    );
    assert.match(
      overlap.message,
      /the receive buffer \(bytes 16\.\.47\) and the send buffer \(bytes 0\.\.31 of the same memory\) overlap/,
    );
    for (const op of [MPI.REPLACE, MPI.NO_OP]) {
      const error = await failure('MPI_ERR_OP', () => way.call(world, 'allreduce', 1, op));
      assert.match(error.message, /one-sided accumulation alone/);
      await failure('MPI_ERR_OP', () => way.call(world, 'scanInto', memory, new Float64Array(6), op));
    }
    const hint = await failure('MPI_ERR_OP', () => way.call(world, 'reduce', [1, 2] as never));
    assert.match(hint.message, /make a typed array, such as Float64Array\.from/);
    await failure('MPI_ERR_OP', () => way.call(world, 'allreduceInto', memory, new Float64Array(6), MPI.LOR));
    const share = new Float64Array(6);
    await failure('MPI_ERR_COUNT', () =>
      way.call(world, 'reduceScatterInto', memory, share, [6, 6, 6, 6, 6, 6, 6, 6]),
    );
    await failure('MPI_ERR_COUNT', () =>
      way.call(
        world,
        'reduceScatterInto',
        memory,
        share,
        ranks.map(() => 7),
      ),
    );
    if (size > 1) {
      const uneven = new Float64Array(size + 1);
      await failure('MPI_ERR_BUFFER', () =>
        way.call(world, 'reduceScatterBlockInto', uneven, new Float64Array(1)),
      );
    }
    assert.equal(await way.call(world, 'allreduce', 1), size);
  },
  'lengths and kinds that do not fit name both ranks': async (way) => {
    if (size !== 2) return;
    const comm = await way.call(world, 'dup');
    const long = await failure(rank === 0 ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT', () =>
      way.call(comm, 'allreduceInto', new Int32Array(4 + rank), new Int32Array(4 + rank)),
    );
    const [theirs, mine] = [16 + 4 * (1 - rank), 16 + 4 * rank];
    assert.match(
      long.message,
      new RegExp(
        `rank ${1 - rank} sent ${theirs} bytes and this process \\(rank ${rank}\\) expects ${mine}; every process must give as many`,
      ),
    );
    const other = await way.call(world, 'dup');
    const array = rank === 0 ? new Float64Array(2) : new BigInt64Array(2);
    const kinds = await failure('MPI_ERR_TYPE', () => way.call(other, 'allreduceInto', array, array.slice()));
    assert.match(
      kinds.message,
      new RegExp(
        `rank ${1 - rank} sent elements of a ${rank === 0 ? 'BigInt64Array' : 'Float64Array'} .*\\(rank ${rank}\\)`,
      ),
    );
  },
});
