/** The first collectives (MPI-4.1 §6) at any number of ranks, with every root, both ways of waiting. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';
import { VALUES } from './support/values.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const ranks = Array.from({ length: size }, (_, index) => index);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const LENGTHS: readonly number[] = [0, 1, 7, 9000, 40_000];

const BROADCAST = [
  'undefined',
  'bigints',
  'maps and sets',
  'cycles',
  'parts that occur twice',
  'typed arrays inside',
].map((name) => VALUES[name] ?? assert.fail(`there is no ${name}`));

const concatenate = MPI.createOp<string>((a, b) => a + b, { name: 'concatenate' });
/** Associative, and not commutative: 2×2 matrices, row by row. */
const multiply = MPI.createOp<number[]>(([a = 0, b = 0, c = 0, d = 0], [e = 0, f = 0, g = 0, h = 0]) => [
  (a * e + b * g) % 1009,
  (a * f + b * h) % 1009,
  (c * e + d * g) % 1009,
  (c * f + d * h) % 1009,
]);
const second = MPI.createOp<number>((_, b) => b, { name: 'second' });

await runCases({
  'nobody leaves a barrier before everybody has come': async (way) => {
    for (let late = 0; late < size; late++) {
      if (rank === late) {
        // Everybody else has said that it goes to the barrier.
        for (let others = 1; others < size; others++) await way.call(world, 'recv', MPI.ANY_SOURCE, 1);
        const barrier = world.barrier();
        await way.wait(barrier);
        continue;
      }
      await way.call(world, 'send', null, late, 1);
      const barrier = world.barrier();
      if (late === size - 1 && !way.blocks) assert.equal(typeof barrier.done, 'boolean');
      await way.wait(barrier);
    }
  },
  'bcast gives everybody any value, from the first and the last': async (way) => {
    for (const root of new Set([0, size - 1])) {
      for (const make of [...BROADCAST, () => new Float32Array(70_000).fill(root)]) {
        const value = await way.call(world, 'bcast', rank === root ? make() : 'ignored', root);
        assert.deepEqual(value, rank === root ? make() : structuredClone(make()));
      }
    }
  },
  'bcastInto fills buffers, short and long, from every root': async (way) => {
    for (const root of ranks) {
      for (const length of LENGTHS) {
        const buffer = new Float64Array(length).fill(rank === root ? root + 0.5 : -1);
        await way.call(world, 'bcastInto', buffer, root);
        assert.ok(buffer.every((element) => element === root + 0.5));
      }
    }
  },
  'gather collects in rank order, at every root': async (way) => {
    for (const root of ranks) {
      const all = await way.call(world, 'gather', { rank, text: 'x'.repeat(rank * 30_000) }, root);
      if (rank !== root) assert.equal(all, undefined);
      else
        assert.deepEqual(
          all,
          ranks.map((from) => ({ rank: from, text: 'x'.repeat(from * 30_000) })),
        );
    }
  },
  'gatherInto collects elements in rank order, at every root': async (way) => {
    for (const root of ranks) {
      for (const length of LENGTHS) {
        const all = rank === root ? new Int32Array(length * size) : null;
        await way.call(world, 'gatherInto', new Int32Array(length).fill(rank), all, root);
        if (all === null) continue;
        for (const from of ranks) {
          assert.ok(all.subarray(from * length, (from + 1) * length).every((element) => element === from));
        }
      }
    }
  },
  'reduce and allreduce add numbers, bigints and arrays': async (way) => {
    const total = sum(ranks);
    for (const root of ranks) {
      assert.equal(await way.call(world, 'reduce', rank, MPI.SUM, root), rank === root ? total : undefined);
      const array = await way.call(world, 'reduce', Float64Array.of(rank, 1), MPI.SUM, root);
      assert.deepEqual(array, rank === root ? Float64Array.of(total, size) : undefined);
    }
    assert.equal(await way.call(world, 'allreduce', rank), total);
    assert.equal(await way.call(world, 'allreduce', BigInt(rank)), BigInt(total));
    assert.deepEqual(await way.call(world, 'allreduce', Int32Array.of(rank, 1)), Int32Array.of(total, size));
  },
  'reduceInto and allreduceInto add elements, short and long': async (way) => {
    for (const length of LENGTHS) {
      const own = new Float64Array(length).map((_, index) => rank + index);
      const wanted = own.map((_, index) => sum(ranks) + index * size);
      for (const root of ranks) {
        const result = rank === root ? new Float64Array(length) : null;
        await way.call(world, 'reduceInto', own, result, MPI.SUM, root);
        if (result !== null) assert.deepEqual(result, wanted);
      }
      const result = new Float64Array(length);
      await way.call(world, 'allreduceInto', own, result, MPI.SUM);
      assert.deepEqual(result, wanted);
      assert.deepEqual(
        own,
        new Float64Array(length).map((_, index) => rank + index),
      );
    }
  },
  'every predefined operation, on numbers and elements': async (way) => {
    const operands = ranks.map((r) => (r * 5) % 7);
    const fold = (op: (a: number, b: number) => number): number => operands.reduce((a, b) => op(a, b));
    const truth = (value: boolean): number => (value ? 1 : 0);
    const table: readonly (readonly [MPI.Op, number])[] = [
      [MPI.SUM, fold((a, b) => a + b)],
      [MPI.PROD, fold((a, b) => a * b)],
      [MPI.MAX, fold(Math.max)],
      [MPI.MIN, fold(Math.min)],
      [MPI.BAND, fold((a, b) => a & b)],
      [MPI.BOR, fold((a, b) => a | b)],
      [MPI.BXOR, fold((a, b) => a ^ b)],
      [MPI.LAND, size === 1 ? fold(Math.max) : truth(ranks.every((r) => (r * 5) % 7 !== 0))],
      [MPI.LOR, size === 1 ? fold(Math.max) : truth(ranks.some((r) => (r * 5) % 7 !== 0))],
      [
        MPI.LXOR,
        size === 1 ? fold(Math.max) : truth(ranks.filter((r) => (r * 5) % 7 !== 0).length % 2 === 1),
      ],
    ];
    for (const [op, wanted] of table) {
      assert.equal(op.commutative, true);
      const own = (rank * 5) % 7;
      assert.equal(await way.call(world, 'allreduce', own, op), wanted, op.name);
      const result = new Int32Array(2);
      await way.call(world, 'allreduceInto', Int32Array.of(own, own), result, op);
      assert.deepEqual(result, Int32Array.of(wanted, wanted), op.name);
      const bigint = await way.call(world, 'allreduce', BigInt(own), op);
      assert.equal(bigint, BigInt(wanted), op.name);
    }
    // Beyond the 32 bits that JavaScript's own operators look at.
    assert.equal(await way.call(world, 'allreduce', 2 ** 40 + 1, MPI.BAND), 2 ** 40 + 1);
    assert.equal(
      await way.call(world, 'allreduce', 2 ** (31 + (rank % 2)), MPI.BOR),
      size > 1 ? 3 * 2 ** 31 : 2 ** 31,
    );
    assert.equal(await way.call(world, 'allreduce', rank === 0, MPI.LOR), true);
    assert.equal(await way.call(world, 'allreduce', rank === 0, MPI.LAND), size === 1);
  },
  'an operation that is not commutative keeps rank order, at every root': async (way) => {
    const letters = ranks.map((r) => String.fromCharCode(97 + r));
    const matrix = (r: number): number[] => [r + 1, 2, 3, r + 5];
    const product = ranks
      .map(matrix)
      .reduce((a, b) => [
        ((a[0] ?? 0) * (b[0] ?? 0) + (a[1] ?? 0) * (b[2] ?? 0)) % 1009,
        ((a[0] ?? 0) * (b[1] ?? 0) + (a[1] ?? 0) * (b[3] ?? 0)) % 1009,
        ((a[2] ?? 0) * (b[0] ?? 0) + (a[3] ?? 0) * (b[2] ?? 0)) % 1009,
        ((a[2] ?? 0) * (b[1] ?? 0) + (a[3] ?? 0) * (b[3] ?? 0)) % 1009,
      ]);
    for (const root of ranks) {
      const text = await way.call(world, 'reduce', letters[rank], concatenate, root);
      assert.equal(text, rank === root ? letters.join('') : undefined);
      const result = rank === root ? new Int32Array(3) : null;
      await way.call(world, 'reduceInto', new Int32Array(3).fill(rank), result, second, root);
      if (result !== null) assert.deepEqual(result, new Int32Array(3).fill(size - 1));
    }
    assert.equal(await way.call(world, 'allreduce', letters[rank], concatenate), letters.join(''));
    assert.deepEqual(await way.call(world, 'allreduce', matrix(rank), multiply), product);
    const result = new Float32Array(2);
    await way.call(world, 'allreduceInto', new Float32Array(2).fill(rank), result, second);
    assert.deepEqual(result, new Float32Array(2).fill(size - 1));
  },
  'several are under way at once, and finish in any order': async (way) => {
    const requests: MPI.Request<unknown>[] = [];
    for (let k = 0; k < 20; k++) {
      requests.push(world.allreduce(k), world.bcast(rank === k % size ? k : null, k % size), world.barrier());
    }
    const last = await way.call(world, 'allreduce', 1);
    assert.equal(last, size);
    const results = way.blocks ? MPI.waitAllSync(requests) : await Promise.all(requests.toReversed());
    if (!way.blocks) results.reverse();
    for (let k = 0; k < 20; k++) {
      assert.deepEqual(results.slice(3 * k, 3 * k + 3), [k * size, k, undefined]);
    }
  },
  'they have nothing in common with messages of the same tags': async (way) => {
    const next = (rank + 1) % size;
    const sends = ranks.map((tag) => world.send('message', next, tag));
    assert.equal(await way.call(world, 'allreduce', 1), size);
    for (const tag of ranks)
      assert.equal((await way.call(world, 'recv', MPI.ANY_SOURCE, tag)).data, 'message');
    for (const send of sends) await way.wait(send);
  },
  'what is wrong is refused by name': async (way) => {
    for (const root of [-1, size, 0.5, NaN]) {
      const error = await failure('MPI_ERR_ROOT', () => way.call(world, 'bcast', 1, root));
      assert.match(error.message, new RegExp(`root ${root} on "MPI_COMM_WORLD": it has ${size} process`));
      await failure('MPI_ERR_ROOT', () => way.call(world, 'gather', 1, root));
      await failure('MPI_ERR_ROOT', () => way.call(world, 'reduce', 1, MPI.SUM, root));
    }
    const notOp = { name: 'sum', commutative: true };
    await failure('MPI_ERR_OP', () => way.call(world, 'allreduce', 1, notOp));
    await failure('MPI_ERR_OP', () => MPI.createOp(null as never));
    const short = new Float64Array(1);
    await failure('MPI_ERR_BUFFER', () => way.call(world, 'allreduceInto', new Float64Array(2), short));
    await failure('MPI_ERR_BUFFER', () => way.call(world, 'bcastInto', [1, 2] as never));
    await failure('MPI_ERR_BUFFER', () => way.call(world, 'gatherInto', 'text' as never, short));
    await failure('MPI_ERR_BUFFER', () =>
      way.call(world, 'allreduceInto', new Float64Array(2), new Int32Array(4)),
    );
    await failure('MPI_ERR_BUFFER', () => way.call(world, 'reduceInto', short, null, MPI.SUM, rank));
    // What an operation cannot work on is refused everywhere, before anything is sent.
    const operands: readonly (readonly [value: unknown, op: MPI.Op])[] = [
      [[1, 2], MPI.SUM],
      ['text', MPI.MAX],
      [{ value: 1 }, MPI.PROD],
      [undefined, MPI.SUM],
      [true, MPI.SUM],
      [0.5, MPI.BAND],
      [2 ** 60, MPI.BOR],
      [Float32Array.of(1), MPI.BXOR],
    ];
    for (const [value, op] of operands) {
      const error = await failure('MPI_ERR_OP', () => way.call(world, 'allreduce', value, op));
      assert.match(error.message, /^Cannot apply (SUM|MAX|PROD|BAND|BOR|BXOR) to .*: .* are wanted/);
      await failure('MPI_ERR_OP', () => way.call(world, 'reduce', value, op, size - 1));
    }
    await failure('MPI_ERR_OP', () => way.call(world, 'allreduceInto', short, new Float64Array(1), MPI.BAND));
    assert.equal(await way.call(world, 'allreduce', 1), size);
  },
});
