/** Waiting for all where one has failed (MPI-4.1 §3.7.5): the statuses say which, and why. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import type { Way } from './support/way.ts';

const world = MPI.COMM_WORLD;
const GO = 100;

async function withRequests(
  way: Way,
  check: (requests: MPI.Request<MPI.Status>[]) => unknown,
): Promise<void> {
  if (!isFirst) {
    await way.call(world, 'ssend', new Int32Array(0), partner, GO);
    await way.call(world, 'send', new Int32Array(10).fill(1), partner, 0);
    await way.call(world, 'send', new Int32Array(11).fill(2), partner, 10);
    return;
  }
  const buffers = [new Int32Array(10), new Int32Array(10)];
  const requests = buffers.map((buffer, index) => world.recvInto(buffer, partner, index * 10));
  await way.call(world, 'recvInto', new Int32Array(0), partner, GO);
  await check(requests);
  assert.deepEqual(buffers, [new Int32Array(10).fill(1), new Int32Array(10).fill(2)]);
}

/** The statuses of an MPI_ERR_IN_STATUS. */
function checkStatuses(error: unknown): true {
  assert.ok(error instanceof MPI.StatusesError);
  assert.equal(error.code, 'MPI_ERR_IN_STATUS');
  assert.equal(error.errorClass, MPI.errorClass('MPI_ERR_IN_STATUS'));
  const [good, bad, ...more] = error.statuses as MPI.Status[];
  assert.equal(more.length, 0);
  assert.deepEqual(good, { source: partner, tag: 0, count: 10, bytes: 40, cancelled: false });
  assert.deepEqual([bad?.source, bad?.tag, bad?.error?.code], [partner, 10, 'MPI_ERR_TRUNCATE']);
  return true;
}

await runCases({
  'waiting for all': async (way) => {
    await withRequests(way, (requests) => assert.throws(() => MPI.waitAllSync(requests), checkStatuses));
  },
  'asking for all': async (way) => {
    await withRequests(way, async (requests) => {
      for (;;) {
        try {
          assert.equal(MPI.testAll(requests), undefined);
        } catch (error) {
          checkStatuses(error);
          return;
        }
        if (!way.blocks) await new Promise((resolve) => setImmediate(resolve));
      }
    });
  },
  'waiting for some': async (way) => {
    await withRequests(way, (requests) => {
      const seen: number[] = [];
      let failed = 0;
      while (seen.length + failed < 2) {
        try {
          for (const { index, value } of MPI.waitSomeSync(requests)) {
            seen.push(index);
            assert.equal(value.count, 10);
          }
        } catch (error) {
          assert.ok(error instanceof MPI.StatusesError);
          assert.equal(error.statuses.length, 2);
          for (const status of error.statuses as MPI.Status[]) if (status.error !== undefined) failed++;
        }
      }
      assert.deepEqual([seen, failed], [[0], 1]);
    });
  },
  'waiting for any': async (way) => {
    await withRequests(way, (requests) => {
      const { index } = MPI.waitAnySync(requests);
      assert.equal(index, 0);
      assert.throws(() => MPI.waitAnySync(requests), { code: 'MPI_ERR_TRUNCATE' });
      assert.equal(MPI.waitAnySync(requests).index, MPI.UNDEFINED);
    });
  },
  'awaiting all': async (way) => {
    await withRequests(way, async (requests) => {
      await assert.rejects(Promise.all(requests), { code: 'MPI_ERR_TRUNCATE' });
      const [good, bad] = await Promise.allSettled(requests);
      assert.equal(good?.status, 'fulfilled');
      assert.equal(bad?.status, 'rejected');
      assert.deepEqual(
        requests.map((request) => request.done),
        [true, true],
      );
    });
  },
});
