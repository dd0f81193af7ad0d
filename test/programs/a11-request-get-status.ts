/** The status of a request that is complete, asked for without an effect on it (MPI-4.1 §3.7.6). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, PROC_NULL, ANY_TAG, type Request, type Status } from 'parley';
import { runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

/** Asks again and again; the barrier before it says only that the message is on its way. */
async function statusOf(request: Request<unknown>, blocks: boolean): Promise<Status> {
  for (;;) {
    const status = request.status();
    if (status !== undefined) return status;
    if (!blocks) await new Promise((resolve) => setImmediate(resolve));
  }
}

await runCases({
  'it stays as it is': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      await way.call(world, 'ssend', Int32Array.of(1, 2), partner, 10);
      await way.call(world, 'barrier');
      return;
    }
    const buffer = new Int32Array(2);
    const request = world.recvInto(buffer, partner, 10);
    assert.equal(request.status(), undefined);
    assert.equal(request.done, false);
    await way.call(world, 'barrier');
    await way.call(world, 'barrier');
    // The synchronous send is complete, so its message has been matched.
    const status = await statusOf(request, way.blocks);
    assert.deepEqual([status.source, status.tag, status.count], [partner, 10, 2]);
    assert.deepEqual(request.status(), status);
    assert.deepEqual(await way.wait(request), status);
    assert.deepEqual(request.test(), { value: status });
    assert.deepEqual(await request, status);
    assert.deepEqual(buffer, Int32Array.of(1, 2));
  },
  'of a received value': async (way) => {
    if (isFirst) {
      await way.call(world, 'ssend', ['text'], partner, 4);
      return;
    }
    const request = world.recv(partner, 4);
    const status = await statusOf(request, way.blocks);
    assert.deepEqual([status.source, status.tag, status.count], [partner, 4, 1]);
    assert.deepEqual(await way.wait(request), { data: ['text'], source: partner, tag: 4 });
    assert.deepEqual(request.status(), status);
  },
  'of a send, which says nothing': async (way) => {
    const received = world.recv(partner, 2);
    const request = world.send(1, partner, 2);
    const status = await statusOf(request, way.blocks);
    assert.deepEqual([status.count, status.cancelled, status.error], [0, false, undefined]);
    await way.wait(request);
    await way.wait(received);
  },
  'where there is no process': async (way) => {
    const request = world.recvInto(new Int32Array(1), PROC_NULL, 3);
    const status = request.status();
    assert.deepEqual([status?.source, status?.tag, status?.count], [PROC_NULL, ANY_TAG, 0]);
    assert.deepEqual(await way.wait(request), status);
  },
});
