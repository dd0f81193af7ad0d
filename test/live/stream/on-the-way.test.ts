/** How updates travel: short ones together, long arrays from where they lie, whatever the master does meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Communicator } from '#index.js';
import { connectStream, openStream } from '#live/index.js';
import { SimulatedWorld } from '../../simulated/simulated-world.js';

/** The same communicator, which counts what is sent on it. */
function counting(comm: Communicator): { readonly comm: Communicator; readonly sent: () => number } {
  let sent = 0;
  const counted = new Proxy(comm, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'send') sent += 1;
      return value.bind(target) as unknown;
    },
  });
  return { comm: counted, sent: () => sent };
}

test('short updates go at once while the master keeps up, and together where it has some to read', async () => {
  const count = 2000;
  const [, messages = Infinity] = await new SimulatedWorld({ size: 2, seed: 4 }).run(async (comm) => {
    if (comm.rank === 0) {
      let expected = 0;
      for await (const update of openStream(comm, { checked: true }).updates())
        assert.deepEqual(update.small, { n: expected++, text: 'the same' });
      assert.equal(expected, count + 1);
      return 0;
    }
    const counted = counting(comm);
    const stream = connectStream(counted.comm);
    const md = stream.update();
    const send = (n: number): Promise<void> => {
      md.small['n'] = n;
      md.small['text'] = 'the same';
      return md.send();
    };
    const before = counted.sent();
    await send(0);
    assert.equal(counted.sent(), before + 1);
    for (let n = 1; n <= count; n++) await send(n);
    await stream.close();
    return counted.sent();
  });
  assert.ok(messages < count / 4, `${messages} messages`);
});

test('frames of any length and with any arrays arrive whole', async () => {
  const lengths = [
    [20_000],
    [16_384, 20_001, 50_000],
    [3],
    [70_000, 0],
    [0, 70_001],
    [8000],
    [],
    [40_000, 40_000],
    [100_000],
  ];
  for (const onFull of ['block', 'discardOldest'] as const) {
    const world = new SimulatedWorld({ size: 3, seed: 11 });
    await world.run(async (comm) => {
      if (comm.rank === 0) {
        const stream = openStream(comm, { checked: true });
        const next = [0, 0, 0];
        for await (const update of stream.updates()) {
          const { rank } = update.frame;
          const index = next[rank]!++;
          assert.deepEqual(
            update.names,
            lengths[index]!.map((_, array) => `a${array}`),
          );
          for (const [array, length] of lengths[index]!.entries()) {
            const wanted = new Float32Array(length).fill(100 * rank + 10 * index + array);
            assert.deepEqual(update.array(`a${array}`, Float32Array), wanted);
          }
        }
        assert.deepEqual(next, [0, lengths.length, lengths.length]);
        assert.equal(stream.pool.held, 0);
        await stream.close();
        return;
      }
      const stream = connectStream(comm, { onFull });
      const md = stream.update();
      const memory = new Float32Array(100_000);
      for (const [index, each] of lengths.entries()) {
        const arrays = each.map((length, array) =>
          each.length === 1
            ? memory.subarray(0, length)
            : new Float32Array(length).fill(100 * comm.rank + 10 * index + array),
        );
        memory.fill(100 * comm.rank + 10 * index);
        for (const [array, data] of arrays.entries()) md.addArray(`a${array}`, data);
        await md.send();
        // They are the program's again.
        memory.fill(-1);
        for (const data of arrays) data.fill(-1);
      }
      await stream.close();
    });
  }
});

test('long updates beyond the window wait for the master, in the order of all others, and go from where they lie', async () => {
  const count = 60;
  const length = 20_000;
  await new SimulatedWorld({ size: 3, seed: 21 }).run(async (comm) => {
    if (comm.rank === 0) {
      const stream = openStream(comm, { checked: true });
      const next = [0, 0, 0];
      for await (const update of stream.updates()) {
        const n = next[update.frame.rank]!++;
        assert.equal(update.small['n'], n);
        if (n % 3 !== 2)
          assert.deepEqual(update.array('image', Float64Array), new Float64Array(length).fill(n));
      }
      assert.deepEqual(next, [0, count, count]);
      assert.equal(stream.pool.held, 0);
      await stream.close();
      return;
    }
    // One and a half frames may be under way.
    const stream = connectStream(comm, { creditBytes: 12 * length });
    const md = stream.update();
    let sending: Promise<void>[] = [];
    for (let n = 0; n < count; n++) {
      md.small['n'] = n;
      if (n % 3 !== 2) md.addArray('image', new Float64Array(length).fill(n));
      sending.push(md.send());
      if (n % 5 < 4) continue;
      await Promise.all(sending);
      sending = [];
    }
    await stream.close();
  });
});

test('a master that closes in the middle of long updates ends them with its reason, and waits for nobody', async () => {
  await new SimulatedWorld({ size: 2, seed: 5 }).run(async (comm) => {
    if (comm.rank === 0) {
      const stream = openStream(comm, { checked: true });
      for await (const event of stream) if (event.type === 'update' && event.sequence === 3) break;
      await stream.close();
      assert.equal(stream.pool.held, 0);
      return;
    }
    const stream = connectStream(comm);
    const md = stream.update();
    await assert.rejects(async () => {
      for (;;) {
        md.addArray('image', new Float64Array(50_000));
        await md.send();
      }
    }, /its master has closed it/);
    await stream.close();
  });
});
