/** How a process waits: when it looks, when it sleeps, what holds it, and how protocols of several steps go on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Request } from '#engine/request.js';
import { outcome, type Steps } from '#engine/task.js';
import { MPIError } from '#errors/mpi-error.js';
import { receivePayload } from '#p2p/payload.js';
import type { Endpoint } from '#p2p/endpoint.js';
import { Communicator } from '#api/communicator.js';
import { isSettled, turns } from './manual-world.ts';
import { makePair, sample } from './pair.ts';

abstract class Inside extends Communicator {
  static endOf(comm: Communicator): Endpoint {
    return Communicator.coreOf(comm).messages;
  }
}

/** A clock that only the test moves. */
class TestClock {
  time = 1000;
  readonly now = (): number => this.time;
}

const policy = { spins: 3, yields: 2, patience: Infinity, awaitSpins: 4, awaitYields: 0, awaitTurns: 2 };

describe('A blocked thread', () => {
  it('polls, then gives the processor away, then sleeps until a frame comes', () => {
    const stages: string[] = [];
    const { world, sender, receiver } = makePair({
      policy,
      yieldProcessor: () => void stages.push('yield'),
      idle: (timeoutMs) => {
        stages.push(`sleep ${timeoutMs}`);
        if (stages.length >= 9) world.move(0, 1);
      },
    });
    void sender.send('x', 1);
    assert.equal(receiver.recvSync().data, 'x');
    const round = ['yield', 'yield', 'sleep Infinity'];
    assert.deepEqual(stages, [...round, ...round, ...round]);
  });

  it('gives up in time, on the clock that it was given', () => {
    const clock = new TestClock();
    const timeouts: number[] = [];
    const { receiver } = makePair({
      policy,
      clock,
      idle: (timeoutMs) => {
        timeouts.push(timeoutMs);
        clock.time += 40;
      },
    });
    const request = receiver.recv(0, 0, { timeout: 100 });
    assert.throws(() => request.waitSync(), {
      code: 'MPI_ERR_TIMEOUT',
      message: /Cannot receive from rank 0 with tag 0 on "world": nothing came of it within 100 ms/,
    });
    assert.deepEqual(timeouts, [100, 60, 20]);
  });

  it('keeps the time of operations that it does not wait for', () => {
    const clock = new TestClock();
    const { world, sender, receiver } = makePair({
      policy,
      clock,
      idle: () => {
        clock.time += 40;
        if (clock.time > 1200) world.move(0, 1);
      },
    });
    const early = receiver.recv(0, 5, { timeout: 50 });
    const late = receiver.recv(0, 6, { timeout: 5000 });
    void sender.send('x', 1, 1);
    assert.equal(receiver.recvSync(0, 1).data, 'x');
    assert.throws(() => early.test(), { code: 'MPI_ERR_TIMEOUT' });
    assert.equal(late.done, false);
    assert.ok(late.cancel());
  });

  it('does not burn the processor over an operation that cannot be given up any more', () => {
    const clock = new TestClock();
    let sleeps = 0;
    let yields = 0;
    const { world, sender, receiver } = makePair({
      policy,
      clock,
      fragmentBytes: 100,
      limits: { eagerBytesMax: 0 },
      yieldProcessor: () => {
        yields++;
      },
      idle: () => {
        clock.time += 40;
        if (++sleeps > 20) world.settle();
      },
    });
    const receive = receiver.recv();
    void sender.ssend('first', 1);
    world.settle();
    assert.ok(receive.done);
    const second = receiver.recv();
    const send = sender.send(sample(1000), 1, 0, { timeout: 50 });
    world.channel(0, 1).room = 1;
    world.move(0, 1);
    world.step(1);
    world.move(1, 0);
    send.waitSync();
    assert.ok(sleeps > 20 && yields < 200, `${yields} yields`);
    world.settle();
    assert.deepEqual(second.test()?.value.data, sample(1000));
  });

  it('that nobody could ever wake says so', () => {
    const { receiver } = makePair();
    assert.throws(() => receiver.recvSync(), { code: 'MPI_ERR_PENDING', message: /await the operation/ });
  });
});

describe('An awaiting process', () => {
  it('sleeps when it has looked for a while, and is held only as long as somebody waits', async () => {
    const { world, sender, receiver } = makePair({ policy });
    const { calls } = world.transports[1]!;
    const received = receiver.recv().then(({ data }) => data);
    await turns(8);
    assert.deepEqual(calls, ['arm', 'hold']);
    assert.ok(world.transports[1]!.armed);
    void sender.send('x', 1);
    world.move(0, 1);
    assert.equal(await received, 'x');
    await turns(8);
    assert.equal(calls.filter((call) => call === 'hold' || call === 'let go').at(-1), 'let go');
    assert.equal(world.transports[1]!.armed, false);
  });

  it('is not held by a receive that nobody awaits, though it answers', async () => {
    const { world, sender, receiver } = makePair({ policy, limits: { eagerBytesMax: 0 } });
    const { calls } = world.transports[1]!;
    const receive = receiver.recv();
    await turns(8);
    assert.ok(world.transports[1]!.armed);
    assert.deepEqual(calls, ['arm', 'let go']);
    void sender.send(sample(100), 1);
    world.move(0, 1);
    await turns(4);
    assert.deepEqual(world.wire(1, 0), ['CLEAR']);
    world.move(1, 0);
    await turns(4);
    world.move(0, 1);
    await turns(4);
    assert.ok(receive.done);
  });

  it('is held from the moment on in which somebody awaits what was left alone before', async () => {
    const { world, sender, receiver } = makePair({ policy: { ...policy, awaitSpins: 0 } });
    const { calls } = world.transports[1]!;
    const receive = receiver.recv();
    await turns(8);
    assert.equal(calls.at(-1), 'let go');
    const awaited = receive.then(({ data }) => data);
    await turns(8);
    assert.equal(calls.at(-1), 'hold');
    void sender.send('x', 1);
    world.move(0, 1);
    assert.equal(await awaited, 'x');
  });

  it('sleeps, too, while a send waits for its answer or for room', async () => {
    const { world, sender, receiver } = makePair({ policy, limits: { requestsMax: 1 } });
    const { calls } = world.transports[0]!;
    const sends = [sender.ssend(1, 1), sender.ssend(2, 1)];
    const all = Promise.all(sends);
    await turns(10);
    assert.ok(world.transports[0]!.armed);
    const armed = calls.filter((call) => call === 'arm').length;
    assert.ok(armed <= 2, `it went to sleep ${armed} times`);
    assert.equal(calls.at(-1), 'hold');
    void receiver.recv();
    void receiver.recv();
    for (let round = 0; round < 6; round++) {
      world.settle();
      await turns(3);
    }
    await all;
  });

  it('delivers what nobody waits for before it lets the process go', async () => {
    const { world, sender, receiver } = makePair({ policy });
    void sender.ssend('x', 1);
    let flushed = false;
    const flush = world.engines[0]!.flush().then(() => {
      flushed = true;
    });
    await turns(8);
    assert.equal(flushed, false);
    assert.equal(world.transports[0]!.calls.at(-1), 'hold');
    const receive = receiver.recv();
    world.settle();
    await flush;
    assert.ok(receive.done);
    // A receive does not keep anybody.
    void sender.recv();
    await world.engines[0]!.flush();
  });

  it('gives up in time, whatever it waits for', async () => {
    const { world, sender, receiver } = makePair({ policy });
    const timeout = { timeout: 1 };
    for (const [operation, message] of [
      [
        receiver.recv(0, 0, timeout),
        /Cannot receive from rank 0 with tag 0 on "world": nothing came of it within 1 ms/,
      ],
      [receiver.recvInto(new Uint8Array(1), 0, 0, timeout), /Cannot receive from rank 0/],
      [receiver.probe(0, 3, timeout), /Cannot probe from rank 0/],
      [receiver.mprobe(0, 3, timeout), /Cannot probe from rank 0/],
      [sender.ssend('y', 1, 0, timeout), /Cannot send synchronously to rank 1/],
    ] as const) {
      await assert.rejects(Promise.resolve<unknown>(operation), { code: 'MPI_ERR_TIMEOUT', message });
    }
    // Nothing is lost by it, and what came in time is not touched.
    const early = receiver.recv(0, 0, timeout);
    void sender.send('x', 1);
    world.settle();
    await turns(3);
    assert.equal(early.test()?.value.data, 'x');
    void sender.send('z', 1);
    world.settle();
    assert.equal(receiver.recv().test()?.value.data, 'z');
  });

  it('refuses a time that is none', () => {
    const { receiver } = makePair();
    for (const timeout of [-1, NaN, 2 ** 31, '5' as never]) {
      assert.throws(() => receiver.recv(0, 0, { timeout }), { code: 'MPI_ERR_ARG', message: /timeout is/ });
    }
    assert.equal(receiver.recv(0, 0, { timeout: Infinity }).done, false);
  });

  it('gives up when the signal fires, with its reason, and listens no longer than it waits', async () => {
    const { world, sender, receiver } = makePair({ policy });
    const controller = new AbortController();
    const { signal } = controller;
    const reason = { any: 'reason' };
    const [first, second] = [receiver.recv(0, 1, { signal }), receiver.recv(0, 2, { signal })];
    void sender.send('x', 1, 1);
    world.settle();
    assert.equal((await first).data, 'x');
    controller.abort(reason);
    await assert.rejects(Promise.resolve(second), (error) => error === reason);
    assert.equal((await first).data, 'x');
    await assert.rejects(Promise.resolve(receiver.recv(0, 3, { signal })), (error) => error === reason);
  });
});

describe('A process that leaves', () => {
  const LEFT = new MPIError('MPI_ERR_OTHER', 'Cannot communicate any more');
  /** More than the answers that come without a turn of the event loop. */
  const MANY = 1200;
  const sendMany = (comm: Communicator): Request[] => Array.from({ length: MANY }, () => comm.send('x', 1));

  it('has had its answers, those included that were held back for a turn of the event loop', async () => {
    const { world, sender } = makePair({ policy });
    const all = Promise.all(sendMany(sender));
    world.engines[0]!.close(LEFT);
    assert.ok(await isSettled(all));
  });

  it('gets the answers that it asks for afterwards, however many', async () => {
    const { world, sender } = makePair({ policy });
    const sends = sendMany(sender);
    world.engines[0]!.close(LEFT);
    assert.ok(await isSettled(Promise.all(sends)));
    const late = Array.from({ length: MANY }, () => sender.recv());
    assert.ok(await isSettled(Promise.allSettled(late)));
  });

  it('hears of the end of protocols that were under way', async () => {
    const { world, sender } = makePair({ policy });
    const barrier = sender.barrier().then(
      () => assert.fail(),
      (error: unknown) => error,
    );
    const dropped = sender.barrier();
    world.engines[0]!.close(LEFT);
    assert.ok(await isSettled(barrier));
    assert.equal(await barrier, LEFT);
    assert.ok(dropped.done);
    assert.ok(await isSettled(sender.barrier()));
  });
});

describe('A protocol of several steps', () => {
  /** Receives twice; the tags tell which. */
  function* twice(end: Endpoint, log: string[]): Steps<string> {
    const first = yield* outcome(receivePayload(end, 0, 1));
    log.push(`first: ${first.bytes.length}`);
    const second = yield* outcome(receivePayload(end, 0, 2));
    log.push(`second: ${second.bytes.length}`);
    return log.join(', ');
  }

  it('goes on by itself, awaited or dropped, and is finished before the process leaves', async () => {
    for (const awaited of [true, false]) {
      const { world, sender, receiver } = makePair({ policy });
      const log: string[] = [];
      const engine = world.engines[1]!;
      const task = engine.start(twice(Inside.endOf(receiver), log));
      const flush = engine.flush();
      const result = awaited ? task.then((value) => value) : null;
      void sender.send(sample(3), 1, 1);
      world.move(0, 1);
      await turns(5);
      assert.deepEqual(log, ['first: 3']);
      assert.equal(await isSettled(flush), false);
      void sender.send(sample(4), 1, 2);
      world.move(0, 1);
      await flush;
      assert.equal(task.test()?.value, 'first: 3, second: 4');
      if (result !== null) assert.equal(await result, 'first: 3, second: 4');
    }
  });

  it('goes on while the thread is blocked over something else', () => {
    const { world, sender, receiver } = makePair({ policy, idle: () => world.move(0, 1) });
    const log: string[] = [];
    const task = world.engines[1]!.start(twice(Inside.endOf(receiver), log));
    for (const tag of [1, 2, 3]) void sender.send(sample(tag), 1, tag);
    receiver.recvSync(0, 3);
    assert.deepEqual(log, ['first: 1', 'second: 2']);
    assert.ok(task.done);
  });

  it('may throw in the middle: the task fails, and counts as finished', async () => {
    const { world, sender, receiver } = makePair({ policy });
    const engine = world.engines[1]!;
    const task = engine.start(
      (function* (): Steps<void> {
        yield* outcome(receivePayload(Inside.endOf(receiver), 0, 1));
        throw new Error('in the middle');
      })(),
    );
    void sender.send(1, 1, 1);
    world.settle();
    await assert.rejects(Promise.resolve(task), /in the middle/);
    await engine.flush();
  });

  it('that is given up takes its step back, and never goes on', async () => {
    const { world, sender, receiver } = makePair({ policy });
    const engine = world.engines[1]!;
    const log: string[] = [];
    const task = engine.start(twice(Inside.endOf(receiver), log));
    assert.ok(task.withdraw(new Error('given up')));
    assert.equal(task.withdraw(new Error('again')), false);
    await assert.rejects(Promise.resolve(task), /given up/);
    await turns(3);
    void sender.send(sample(3), 1, 1);
    world.settle();
    assert.deepEqual(log, []);
    assert.equal(receiver.iprobe(0, 1)?.bytes, 3);
    await engine.flush();
    assert.equal(engine.busy, false);
    // What is started afterwards still counts.
    const next = engine.start(twice(Inside.endOf(receiver), log));
    assert.equal(engine.busy, true);
    void sender.send(sample(4), 1, 2);
    world.settle();
    await next;
    assert.equal(engine.busy, false);
  });
});
