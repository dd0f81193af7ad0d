/** A message that is longer than the buffer (MPI-4.1 §3.2.4): an error at the receiver, and nothing else suffers. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, type Status } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import type { Way } from './support/way.ts';

const LENGTHS: readonly (readonly [sent: number, room: number])[] = [
  [2, 1],
  [64, 63],
  [100_000, 99_999],
  [100_000, 2],
  [1, 0],
  [16_385, 16_384],
];
const GUARD = -77;

/** A buffer with something behind it that must stay. */
function guarded(room: number): { buffer: Int32Array; check: (sent: Int32Array) => void } {
  const memory = new Int32Array(room + 8).fill(GUARD);
  return {
    buffer: memory.subarray(0, room),
    check: (sent) => {
      assert.deepEqual(memory.subarray(0, room), sent.subarray(0, room), 'the beginning is there');
      assert.deepEqual(memory.subarray(room), new Int32Array(8).fill(GUARD), 'nothing is written behind it');
    },
  };
}

const dataOf = (length: number): Int32Array => new Int32Array(length).map((_, index) => index + length);

async function truncated(way: Way, verb: 'send' | 'ssend', posted: boolean): Promise<void> {
  for (const [length, room] of LENGTHS) {
    const data = dataOf(length);
    if (isFirst) {
      if (posted) await way.call(world, 'barrier');
      await way.call(world, verb, data, partner, length);
      if (!posted) await way.call(world, 'barrier');
      continue;
    }
    const { buffer, check } = guarded(room);
    let receive: () => Promise<Status>;
    if (posted) {
      const request = world.recvInto(buffer, partner, length);
      await way.call(world, 'barrier');
      receive = () => way.wait(request);
    } else {
      // Long or synchronous ones wait for the receiver: it looks before it comes to the barrier.
      await way.call(world, 'probe', partner, length);
      receive = () => way.call(world, 'recvInto', buffer, partner, length);
    }
    const error = await failure('MPI_ERR_TRUNCATE', receive);
    assert.match(
      error.message,
      new RegExp(
        `all ${length * 4} bytes of the message of rank ${partner} with tag ${length} .*"MPI_COMM_WORLD"`,
      ),
    );
    check(data);
    if (!posted) await way.call(world, 'barrier');
  }
}

await runCases({
  'not expected': (way) => truncated(way, 'send', false),
  'expected already': (way) => truncated(way, 'send', true),
  'not expected, in synchronous mode': (way) => truncated(way, 'ssend', false),
  'expected already, in synchronous mode': (way) => truncated(way, 'ssend', true),
  'taken by a matched probe': async (way) => {
    for (const [length, room] of LENGTHS) {
      const data = dataOf(length);
      if (isFirst) {
        await way.call(world, 'send', data, partner, length);
        continue;
      }
      const message = await way.call(world, 'mprobe', partner, length);
      const { buffer, check } = guarded(room);
      await failure('MPI_ERR_TRUNCATE', () => way.wait(message.recvInto(buffer)));
      check(data);
    }
  },
  'a buffer that is long enough is no error': async (way) => {
    if (isFirst) {
      for (const [length] of LENGTHS) await way.call(world, 'send', dataOf(length), partner, length);
      return;
    }
    for (const [length] of LENGTHS) {
      const { buffer } = guarded(length + 4);
      const status = await way.call(world, 'recvInto', buffer, partner, length);
      assert.deepEqual([status.count, status.bytes], [length, length * 4]);
      assert.deepEqual(buffer.subarray(0, length), dataOf(length));
      assert.deepEqual(buffer.subarray(length), new Int32Array(4).fill(GUARD));
    }
  },
  'the communicator is usable afterwards': async (way) => {
    await way.call(world, 'barrier');
    assert.equal(await way.call(world, 'allreduce', 1), world.size);
  },
});
