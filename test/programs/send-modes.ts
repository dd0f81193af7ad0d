/** The four modes of sending (MPI-4.1 §3.4): when each is complete, and what it leaves of the data. */
import assert from 'node:assert/strict';
import { COMM_WORLD as world, PROC_NULL, waitAllSync, type Request } from 'parley';
import { runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';
import type { Way } from './support/way.ts';

const MODES = ['send', 'ssend', 'rsend', 'bsend'] as const;
type Mode = (typeof MODES)[number];
const SIZES: readonly number[] = [0, 8, 1024, 65_536, 65_537, 2 ** 20];
/** Bytes that are different everywhere, and of each number for themselves. */
const pattern = Uint8Array.from({ length: 2 ** 21 }, (_, index) => index * 3);
const filled = Array.from({ length: 256 }, (_, value) => Buffer.alloc(200_000, value));

async function sendBy(way: Way, mode: Mode, data: unknown, tag: number): Promise<void> {
  if (mode === 'bsend') world.bsend(data, partner, tag);
  else if (mode === 'rsend') await way.wait(world.rsend(data, partner, tag));
  else await way.call(world, mode, data, partner, tag);
}

/** Exchanges so many messages that everything on its way had the time to come. */
async function talk(way: Way): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    const { data } = await way.call(world, 'sendrecv', turn, partner, 98, partner, 98);
    assert.equal(data, turn);
  }
}

await runCases({
  'each mode carries values and raw elements': async (way) => {
    for (const [tag, mode] of MODES.entries()) {
      for (const data of [{ mode, list: [1, undefined, 3n] }, Float64Array.of(1.5, -0, NaN), 'text', null]) {
        if (isFirst) {
          await sendBy(way, mode, data, tag);
          continue;
        }
        const message = await way.call(world, 'recv', partner, tag);
        assert.deepEqual(message, { data, source: partner, tag });
      }
    }
  },
  'a synchronous send is complete once the receiver has matched it': async (way) => {
    for (const data of [1, new Uint8Array(0), new Uint8Array(2 ** 18)]) {
      if (!isFirst) {
        await talk(way);
        await way.call(world, 'recv', partner, 2);
        assert.deepEqual((await way.call(world, 'recv', partner, 1)).data, data);
        continue;
      }
      const request = world.ssend(data, partner, 1);
      await talk(way);
      assert.equal(request.test(), undefined);
      assert.equal(request.done, false);
      await way.call(world, 'send', 'go', partner, 2);
      await way.wait(request);
      assert.equal(request.done, true);
    }
  },
  'a synchronous send that finds its receive is complete though nobody waits for that': async (way) => {
    if (!isFirst) {
      const request = world.recv(partner, 1);
      await way.call(world, 'barrier');
      await talk(way);
      assert.equal((await way.wait(request)).data, 'x');
      return;
    }
    await way.call(world, 'barrier');
    const request = world.ssend('x', partner, 1);
    await talk(way);
    assert.equal(request.done, true);
  },
  'a long send waits for the receiver, which is not made to hold it': async (way) => {
    const data = new Uint8Array(2 ** 22).fill(7);
    if (!isFirst) {
      await talk(way);
      await way.call(world, 'recv', partner, 2);
      assert.equal((await way.call(world, 'recvInto', data.fill(0), partner, 1)).count, 2 ** 22);
      assert.equal(Buffer.compare(data, Buffer.alloc(2 ** 22, 7)), 0);
      return;
    }
    const request = world.send(data, partner, 1);
    await talk(way);
    assert.equal(request.done, false);
    await way.call(world, 'send', 'go', partner, 2);
    await way.wait(request);
  },
  'data may be changed as soon as its send is complete': async (way) => {
    for (const mode of MODES) {
      for (const size of SIZES) {
        const wanted = pattern.subarray(size, 2 * size);
        if (isFirst) {
          const data = wanted.slice();
          const sending = sendBy(way, mode, data, size);
          if (mode === 'bsend') data.fill(0);
          await sending;
          data.fill(0);
          continue;
        }
        const { data } = await way.call(world, 'recv', partner, size);
        assert.equal(Buffer.compare(data as Uint8Array, wanted), 0, `${mode} of ${size} bytes`);
      }
    }
  },
  'a value is taken at the call': async (way) => {
    const value = { list: Array.from({ length: 100_000 }, (_, index) => index) };
    if (!isFirst) {
      assert.deepEqual((await way.call(world, 'recv', partner)).data, value);
      return;
    }
    const request = world.send(value, partner);
    value.list.length = 0;
    await way.wait(request);
  },
  'no message overtakes another, whatever their modes and lengths': async (way) => {
    const lengths = Array.from(
      { length: 400 },
      (_, index) => [1, 40, 3000, 70_000, 0, 200_000][index % 6] ?? 0,
    );
    if (isFirst) {
      const requests: Request[] = [];
      for (const [index, length] of lengths.entries()) {
        const data = new Uint8Array(length).fill(index);
        const mode = MODES[(index * 7) % 5] ?? 'send';
        if (mode === 'bsend') world.bsend(data, partner, 5);
        else requests.push(world[mode](data, partner, 5));
      }
      if (way.blocks) waitAllSync(requests);
      else await Promise.all(requests);
      return;
    }
    for (const [index, length] of lengths.entries()) {
      const { data } = await way.call(world, 'recv', partner, 5);
      assert.ok(data instanceof Uint8Array);
      assert.equal(data.length, length, `message ${index}`);
      assert.equal(Buffer.compare(data, filled[index & 0xff]!.subarray(0, length)), 0);
    }
  },
  'more may wait for their receiver than it is told of at once': async (way) => {
    const count = 1500;
    if (isFirst) {
      const requests = Array.from({ length: count }, (_, index) => world.ssend(index, partner, 6));
      await talk(way);
      if (way.blocks) waitAllSync(requests);
      else await Promise.all(requests);
      return;
    }
    await talk(way);
    for (let index = 0; index < count; index++) {
      assert.equal((await way.call(world, 'recv', partner, 6)).data, index);
    }
  },
  'more may be sent than the receiver holds': async (way) => {
    // Short messages, many times what may be on its way unasked for.
    const [count, data] = [400, new Uint8Array(30_000)];
    if (isFirst) {
      const requests = Array.from({ length: count }, (_, index) =>
        world.send(data.slice().fill(index), partner, 6),
      );
      await talk(way);
      for (const request of requests) await way.wait(request);
      return;
    }
    await talk(way);
    for (let index = 0; index < count; index++) {
      const { count: length } = await way.call(world, 'recvInto', data, partner, 6);
      assert.equal(length, data.length);
      assert.ok(data[0] === (index & 0xff) && data[length - 1] === (index & 0xff));
    }
  },
  'both may send long messages first, if neither waits for that alone': async (way) => {
    const sending = world.send(new Float64Array(2 ** 18).fill(world.rank), partner);
    const { data } = await way.call(world, 'recv', partner);
    assert.deepEqual(data, new Float64Array(2 ** 18).fill(partner));
    await way.wait(sending);
  },
  'nothing is sent where there is no process': async (way) => {
    const long = new Uint8Array(2 ** 22);
    for (const data of [{ a: 1 }, long]) {
      await way.call(world, 'send', data, PROC_NULL);
      await way.call(world, 'ssend', data, PROC_NULL, 3);
      world.bsend(data, PROC_NULL, 3);
      const request = world.rsend(data, PROC_NULL, 3);
      assert.equal(request.done, true);
      assert.deepEqual(request.test(), { value: undefined });
    }
  },
});
