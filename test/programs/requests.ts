/** What can be done with an operation under way (MPI-4.1 §3.7): each question, each way of waiting, and dropping it. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

const world = MPI.COMM_WORLD;
const { rank } = world;

await runCases({
  'done, test and status say the same': async (way) => {
    if (isFirst) {
      await way.call(world, 'recv', partner, 9);
      await way.call(world, 'ssend', [1], partner, 1);
      await way.call(world, 'send', 0, partner, 2);
      return;
    }
    const request = world.recv(partner, 1);
    assert.equal(request.done, false);
    assert.equal(request.test(), undefined);
    assert.equal(request.status(), undefined);
    await way.call(world, 'send', 'ready', partner, 9);
    await way.call(world, 'recv', partner, 2);
    const message = { data: [1], source: partner, tag: 1 };
    assert.equal(request.done, true);
    assert.deepEqual(request.test(), { value: message });
    assert.deepEqual(request.test(), { value: message });
    assert.equal(request.status()?.source, partner);
    assert.deepEqual(request.waitSync(), message);
    assert.deepEqual(await request, message);
    assert.equal(request.cancel(), false);
  },
  'it can be awaited like any promise, as often as one likes': async (way) => {
    if (isFirst) {
      for (let tag = 0; tag < 4; tag++) await way.call(world, 'send', tag, partner, tag);
      return;
    }
    const request = world.recv<number>(partner, 0);
    const [a, b] = await Promise.all([request, request]);
    assert.equal(a.data, b.data);
    assert.equal(await world.recv<number>(partner, 1).then(({ data }) => data + 1), 2);
    let cleaned = 0;
    assert.equal((await world.recv(partner, 2).finally(() => cleaned++)).data, 2);
    assert.equal(cleaned, 1);
    assert.equal((await world.recv<number>(partner, 3).catch(() => ({ data: -1 }))).data, 3);
    assert.equal((await Promise.race([request, new Promise<never>(() => undefined)])).data, 0);
  },
  'its failure is a rejection like any other': async (way) => {
    if (isFirst) {
      for (let tag = 0; tag < 4; tag++) await way.call(world, 'send', new Int32Array(2), partner, tag);
      return;
    }
    const room = new Int32Array(1);
    const request = world.recvInto(room, partner, 0);
    await failure('MPI_ERR_TRUNCATE', () => request);
    await failure('MPI_ERR_TRUNCATE', () => request.waitSync());
    await failure('MPI_ERR_TRUNCATE', () => request.test());
    assert.equal(request.done, true);
    const caught = await world.recvInto(room, partner, 1).catch((error: unknown) => error);
    assert.ok(caught instanceof MPI.MPIError);
    let cleaned = 0;
    await failure('MPI_ERR_TRUNCATE', () => world.recvInto(room, partner, 2).finally(() => cleaned++));
    assert.equal(cleaned, 1);
    const told = await world.recvInto(room, partner, 3).then(
      () => 'fulfilled',
      (error: unknown) => (error as MPI.MPIError).code,
    );
    assert.equal(told, 'MPI_ERR_TRUNCATE');
  },
  'a receive that was cancelled takes nothing': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      await way.call(world, 'send', 'for the next', partner, 1);
      return;
    }
    const [value, elements] = [world.recv(partner, 1), world.recvInto(new Int32Array(1), MPI.ANY_SOURCE, 1)];
    for (const request of [value, elements]) {
      assert.equal(request.cancel(), true);
      assert.equal(request.cancel(), false);
      assert.equal(request.done, true);
      assert.equal(request.status()?.cancelled, true);
      await way.wait<unknown>(request);
    }
    await way.call(world, 'barrier');
    assert.equal((await way.call(world, 'recv')).data, 'for the next');
  },
  'a cancelled probe finds nothing': async (way) => {
    const requests = [world.probe(partner, 1), world.mprobe(partner, 1)];
    for (const request of requests) {
      assert.equal(request.cancel(), true);
      assert.equal(request.status()?.cancelled, true);
    }
    await way.call(world, 'barrier');
    if (isFirst) await way.call(world, 'send', 1, partner, 1);
    else await way.call(world, 'recv', partner, 1);
  },
  'a send cannot be cancelled': async (way) => {
    if (!isFirst) {
      await way.call(world, 'barrier');
      assert.equal((await way.call(world, 'recv')).data, 'it comes');
      return;
    }
    const request = world.ssend('it comes', partner);
    assert.equal(request.cancel(), false);
    await way.call(world, 'barrier');
    await way.wait(request);
  },
  'a dropped receive takes its message, and keeps it for whoever asks later': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      for (const data of ['first', 'second']) await way.call(world, 'send', data, partner, 1);
      return;
    }
    const dropped = world.recv(partner, 1);
    assert.equal(await Promise.race([dropped, Promise.resolve('quicker')]), 'quicker');
    await way.call(world, 'barrier');
    assert.equal((await way.call(world, 'recv', partner, 1)).data, 'second');
    assert.equal((await way.wait(dropped)).data, 'first');
  },
  'a dropped request that fails harms nobody': async (way) => {
    if (isFirst) {
      await way.call(world, 'barrier');
      await way.call(world, 'send', new Int32Array(2), partner, 1);
      await way.call(world, 'send', 'after', partner, 2);
      return;
    }
    void world.recvInto(new Int32Array(1), partner, 1);
    await way.call(world, 'barrier');
    assert.equal((await way.call(world, 'recv', partner, 2)).data, 'after');
    await new Promise((resolve) => setImmediate(resolve));
  },
  'sends that nobody waits for are delivered in order': async (way) => {
    if (isFirst) {
      for (let k = 0; k < 300; k++) void world.send(new Uint32Array(k * 50).fill(k), partner, 3);
      await way.call(world, 'recv', partner, 4);
      return;
    }
    for (let k = 0; k < 300; k++) {
      const { data } = await way.call(world, 'recv', partner, 3);
      assert.deepEqual(data, new Uint32Array(k * 50).fill(k));
    }
    await way.call(world, 'send', 'all', partner, 4);
  },
  'many of all kinds are waited for together': async (way) => {
    const buffer = new Float64Array(1000);
    const requests: MPI.Request<unknown>[] = [
      world.recvInto(buffer, partner, 1),
      world.send(new Float64Array(1000).fill(world.rank), partner, 1),
      world.ssend({ from: world.rank }, partner, 2),
      world.recv(partner, 2),
      world.sendrecv('there', partner, 3, partner, 3),
      world.recv(MPI.PROC_NULL),
      world.barrier(),
      world.allreduce(1),
    ];
    const results = way.blocks ? MPI.waitAllSync(requests) : await Promise.all(requests);
    assert.deepEqual(results, [
      { source: partner, tag: 1, count: 1000, bytes: 8000, cancelled: false },
      undefined,
      undefined,
      { data: { from: partner }, source: partner, tag: 2 },
      { data: 'there', source: partner, tag: 3 },
      { data: undefined, source: MPI.PROC_NULL, tag: MPI.ANY_TAG },
      undefined,
      world.size,
    ]);
    assert.ok(buffer.every((element) => element === partner));
    assert.deepEqual(MPI.testAll(requests), results);
  },
  'thousands are under way at once': async (way) => {
    const count = 5000;
    const receives = Array.from({ length: count }, (_, tag) =>
      world.recv<number>(tag % 3 === 0 ? MPI.ANY_SOURCE : partner, tag),
    );
    await way.call(world, 'barrier');
    const sends = Array.from({ length: count }, (_, tag) => world.send(tag, partner, count - 1 - tag));
    const messages = way.blocks ? MPI.waitAllSync(receives) : await Promise.all(receives);
    assert.ok(messages.every(({ data, tag }, index) => tag === index && data === count - 1 - index));
    if (way.blocks) MPI.waitAllSync(sends);
    else await Promise.all(sends);
  },
  'testAll gives nothing before all are complete': async (way) => {
    if (isFirst) {
      await way.call(world, 'send', 1, partner, 1);
      await way.call(world, 'recv', partner, 9);
      await way.call(world, 'send', 2, partner, 2);
      await way.call(world, 'send', 3, partner, 3);
      return;
    }
    const requests = [world.recv(partner, 1), world.recv(partner, 2)];
    await way.wait(requests[0]!);
    assert.equal(MPI.testAll(requests), undefined);
    assert.equal(MPI.testAny(requests)?.index, 0);
    assert.equal(MPI.testAny(requests), undefined);
    await way.call(world, 'send', 'go on', partner, 9);
    await way.call(world, 'recv', partner, 3);
    assert.deepEqual(
      MPI.testAll(requests)?.map(({ data }) => data),
      [1, 2],
    );
    assert.equal(MPI.waitAnySync(requests).index, 1);
    assert.deepEqual(MPI.waitSomeSync(requests), []);
  },
  'of an empty list all are complete, and none is any': () => {
    assert.deepEqual(MPI.waitAllSync([]), []);
    assert.deepEqual(MPI.waitSomeSync([]), []);
    assert.deepEqual(MPI.testAll([]), []);
    assert.equal(MPI.waitAnySync([]).index, MPI.UNDEFINED);
    assert.equal(MPI.testAny([])?.index, MPI.UNDEFINED);
  },
  'of some that are waited for, the one that fails is told by its place, and the others are still to be had':
    async (way) => {
      // To itself: what is complete when the first call asks is the same at every rank.
      const sent = [world.send(Int32Array.of(1, 2), rank, 1), world.send(Int32Array.of(3), rank, 2)];
      const [pending, short, good] = [
        world.recvInto(new Int32Array(1), rank, 3),
        world.recvInto(new Int32Array(1), rank, 1),
        world.recvInto(new Int32Array(1), rank, 2),
      ];
      for (const one of sent) await way.wait(one);
      await way.wait(good);
      const requests = [pending, short, good];
      assert.throws(
        () => MPI.waitSomeSync(requests),
        ({ code, statuses }: MPI.StatusesError<MPI.Status>) => {
          assert.equal(code, 'MPI_ERR_IN_STATUS');
          const [first, second, third, ...more] = statuses;
          assert.deepEqual([first?.source, first?.count, first?.error], [MPI.ANY_SOURCE, 0, undefined]);
          assert.deepEqual([second?.tag, second?.error?.code], [1, 'MPI_ERR_TRUNCATE']);
          assert.deepEqual([third?.tag, third?.count, third?.error, more], [2, 1, undefined, []]);
          return true;
        },
      );
      assert.deepEqual(
        MPI.waitSomeSync(requests).map(({ index, value }) => [index, value.tag]),
        [[2, 2]],
      );
      await way.call(world, 'send', Int32Array.of(4), rank, 3);
      assert.deepEqual(
        MPI.waitSomeSync(requests).map(({ index, value }) => [index, value.tag]),
        [[0, 3]],
      );
      assert.deepEqual(MPI.waitSomeSync(requests), []);
    },
  'what is no request is refused by its place in the list': async () => {
    for (const wait of [MPI.waitAllSync, MPI.waitAnySync, MPI.waitSomeSync, MPI.testAll, MPI.testAny]) {
      const list = [world.recv(MPI.PROC_NULL), Promise.resolve(1)] as unknown as MPI.Request[];
      const error = await failure('MPI_ERR_REQUEST', () => wait(list));
      assert.match(error.message, /element 1/);
    }
  },
  'the event loop lives on while requests are awaited without end': async (way) => {
    if (way.name !== 'awaiting') return;
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    let immediates = 0;
    const again = (): void => {
      immediates++;
      if (immediates < 3) setImmediate(again);
    };
    setImmediate(again);
    // Until the timer has fired three times at both; neither rank knows beforehand how many turns that takes.
    for (let both = false; !both;) {
      const enough = ticks >= 3 && immediates === 3;
      const { data } = await world.sendrecv(enough, partner, 5, partner, 5);
      both = enough && data === true;
    }
    clearInterval(timer);
  },
});
