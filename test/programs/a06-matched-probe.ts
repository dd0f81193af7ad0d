/** Probes that take the message out of the queue (MPI-4.1 §3.8.2). */
import assert from 'node:assert/strict';
import { ANY_SOURCE, ANY_TAG, COMM_WORLD as world, PROC_NULL, type MatchedMessage } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import type { Way } from './support/way.ts';

const PAIR = Int32Array.of(0xdeadbeef | 0, 0xfeedface | 0);

const blockingProbe = (way: Way, tag: number): Promise<MatchedMessage> =>
  way.call(world, 'mprobe', partner, tag);

/** improbe until there is something, with a turn of the event loop in between where this rank awaits. */
async function pollingProbe(way: Way, tag: number): Promise<MatchedMessage> {
  for (;;) {
    const message = world.improbe(partner, tag);
    if (message !== undefined) return message;
    if (!way.blocks) await new Promise((resolve) => setImmediate(resolve));
  }
}

const blockingReceive = async (way: Way, message: MatchedMessage, into: Int32Array): Promise<unknown> =>
  way.blocks ? message.recvIntoSync(into) : await message.recvInto(into);

const immediateReceive = async (way: Way, message: MatchedMessage, into: Int32Array): Promise<unknown> =>
  await way.wait(message.recvInto(into));

await runCases({
  'each probe with each receive': async (way) => {
    for (const probe of [blockingProbe, pollingProbe]) {
      for (const receive of [blockingReceive, immediateReceive]) {
        if (isFirst) {
          await way.call(world, 'send', PAIR, partner, 5);
          continue;
        }
        const message = await probe(way, 5);
        assert.deepEqual([message.source, message.tag, message.count], [partner, 5, 2]);
        const into = new Int32Array(2);
        await receive(way, message, into);
        assert.deepEqual(into, PAIR);
        // The handle is used up.
        await failure('MPI_ERR_REQUEST', () => message.recvInto(into));
        await failure('MPI_ERR_REQUEST', () => message.recvSync());
      }
    }
  },
  'nothing there': async (way) => {
    assert.equal(world.improbe(), undefined);
    assert.equal(world.improbe(partner, 5), undefined);
    await way.call(world, 'barrier');
  },
  'no process': async (way) => {
    const found = [await way.call(world, 'mprobe', PROC_NULL, 5), world.improbe(PROC_NULL)];
    for (const message of found) {
      assert.ok(message !== undefined);
      assert.deepEqual([message.source, message.tag, message.count], [PROC_NULL, ANY_TAG, 0]);
      const buffer = Int32Array.of(1, 2);
      const { value } = message.recvInto(buffer).test() ?? {};
      assert.deepEqual([value?.source, value?.tag, value?.count], [PROC_NULL, ANY_TAG, 0]);
      assert.deepEqual(buffer, Int32Array.of(1, 2));
    }
  },
  'what a probe has taken is out of the order': async (way) => {
    if (isFirst) {
      const four = world.send(Int32Array.of(1, 2, 3, 4), partner, 6);
      const two = world.send(Int32Array.of(5, 6), partner, 6);
      await way.wait(four);
      await way.wait(two);
      return;
    }
    const message = await blockingProbe(way, 6);
    assert.equal(message.count, 4);
    const second = new Int32Array(2);
    const status = await way.call(world, 'recvInto', second, partner, 6);
    assert.deepEqual([status.source, status.tag, status.count], [partner, 6, 2]);
    assert.deepEqual(second, Int32Array.of(5, 6));
    const first = new Int32Array(4);
    await blockingReceive(way, message, first);
    assert.deepEqual(first, Int32Array.of(1, 2, 3, 4));
  },
  'messages of all lengths and modes': async (way) => {
    for (const count of [0, 1, 1000, 16_384, 16_385, 262_144]) {
      for (const verb of ['send', 'ssend'] as const) {
        const data = new Int32Array(count).map((_, index) => index * 7 + count);
        if (isFirst) {
          await way.call(world, verb, data, partner, count);
          continue;
        }
        const message = await way.call(world, 'mprobe', ANY_SOURCE, ANY_TAG);
        assert.deepEqual([message.source, message.tag, message.count], [partner, count, count]);
        const into = new Int32Array(count);
        const status = await way.wait(message.recvInto(into));
        assert.deepEqual([status.source, status.tag, status.count], [partner, count, count]);
        assert.deepEqual(into, data);
      }
    }
  },
  'values of any kind': async (way) => {
    if (isFirst) {
      await way.call(world, 'send', { a: [1, 2n] }, partner, 1);
      return;
    }
    const message = await way.call(world, 'mprobe', ANY_SOURCE, 1);
    const { data, source, tag } = way.blocks ? message.recvSync() : await message.recv();
    assert.deepEqual({ data, source, tag }, { data: { a: [1, 2n] }, source: partner, tag: 1 });
  },
  'a message is given to one probe only': async (way) => {
    if (isFirst) {
      for (let k = 0; k < 10; k++) await way.call(world, 'send', Int32Array.of(k), partner, 8);
      return;
    }
    const messages: MatchedMessage[] = [];
    for (let k = 0; k < 10; k++) messages.push(await blockingProbe(way, 8));
    for (const [k, message] of [...messages.entries()].reverse()) {
      const into = new Int32Array(1);
      await immediateReceive(way, message, into);
      assert.equal(into[0], k);
    }
  },
});
