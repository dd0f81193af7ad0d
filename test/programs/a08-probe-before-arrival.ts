/** A probe that waits is woken by the message that comes later, whatever its length (MPI-4.1 §3.8.1). */
import assert from 'node:assert/strict';
import { ANY_SOURCE, ANY_TAG, COMM_WORLD, type Intracommunicator } from 'parley';
import { runCases } from './support/cases.ts';
import type { Way } from './support/way.ts';

const EMPTY = new Uint8Array(0);
const LARGEST = new Uint8Array(2 ** 22).map((_, index) => index * 31);

async function probeAll(comm: Intracommunicator, way: Way): Promise<void> {
  const into = new Uint8Array(LARGEST.length);
  for (let exponent = 0; exponent <= 22; exponent++) {
    for (let turn = 0; turn < 5; turn++) {
      const tag = 5 * exponent + turn;
      const length = 2 ** exponent;
      if (comm.rank === 0) {
        for (let others = 1; others < comm.size; others++) {
          const { source, count } = await way.call(comm, 'recvInto', new Uint8Array(0), ANY_SOURCE, tag);
          assert.equal(count, 0);
          await way.call(comm, 'send', LARGEST.subarray(0, length), source, tag);
        }
        continue;
      }
      await way.call(comm, 'send', EMPTY, 0, tag);
      const probed = await way.call(comm, 'probe', ANY_SOURCE, ANY_TAG);
      assert.deepEqual([probed.source, probed.tag, probed.count], [0, tag, length]);
      const received = await way.call(comm, 'recvInto', into, ANY_SOURCE, ANY_TAG);
      assert.deepEqual([received.source, received.tag, received.count], [0, tag, length]);
      assert.equal(Buffer.compare(into.subarray(0, length), LARGEST.subarray(0, length)), 0);
    }
  }
}

const duplicate = await COMM_WORLD.dup();
await runCases({
  'on the world': (way) => probeAll(COMM_WORLD, way),
  'on a duplicate': (way) => probeAll(duplicate, way),
});
