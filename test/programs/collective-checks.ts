/** PARLEY_CHECK=collective with both ways of waiting: who disagrees hears of it, and the program goes on. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, SUM, MAX } from 'parley';
import { failure, runCases } from './support/cases.ts';

const isOdd = world.rank === 1;

await runCases({
  'what fits runs, and what differs does not': async (way) => {
    const wrong = await failure('MPI_ERR_ROOT', () => way.call(world, 'bcast', 'text', isOdd ? 1 : 0));
    assert.match(
      wrong.message,
      /^Cannot broadcast on "MPI_COMM_WORLD": .*ranks 0, 2 say root 0, rank 1 says root 1 \(MPI_ERR_ROOT\)$/,
    );
    await failure('MPI_ERR_OP', () => way.call(world, 'allreduce', 1, isOdd ? SUM : MAX));
    await failure('MPI_ERR_NOT_SAME', () =>
      isOdd ? way.call(world, 'gather', 1) : way.call(world, 'barrier'),
    );
    const buffer = new Float64Array(isOdd ? 2 : 3);
    await failure('MPI_ERR_COUNT', () => way.call(world, 'bcastInto', buffer));
    assert.equal(await way.call(world, 'allreduce', world.rank), (world.size * (world.size - 1)) / 2);
  },
  'requests under way and blocked verbs take their turns': async (way) => {
    const first = world.barrier();
    const second = world.bcast(world.rank, isOdd ? 0 : 1);
    const third = world.allreduce(1);
    assert.equal(await way.call(world, 'bcast', world.rank, 2), 2);
    await failure('MPI_ERR_ROOT', () => way.wait(second));
    await way.wait(first);
    assert.equal(await way.wait(third), world.size);
  },
  'communicators that are made of others are checked too, until they are freed': async (way) => {
    const duplicate = await way.call(world, 'dup');
    await failure('MPI_ERR_ROOT', () => way.call(duplicate, 'bcast', 1, isOdd ? 0 : 1));
    const under = duplicate.barrier();
    duplicate.free();
    await way.wait(under);
    await failure('MPI_ERR_COMM', () => way.call(duplicate, 'barrier'));
  },
});
