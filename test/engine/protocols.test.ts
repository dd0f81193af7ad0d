/** How a message travels: in one frame, in several, or after asking; and what bounds what a receiver holds. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { MESSAGE_OVERHEAD } from '#engine/limits.js';
import { MPIError } from '#errors/mpi-error.js';
import { FrameKind, MESSAGE_BYTES_MAX } from '#wire/frame.js';
import { contextOf, makePair, sample, unexpectedBytes } from './pair.ts';
import { isSettled, JOB } from './manual-world.ts';
import { ContextIds } from '#model/context-id.js';

const LIMITS = { eagerBytesMax: 4000, eagerBudget: 10_000, requestsMax: 5 };

describe('A message', () => {
  it('goes in one frame where it fits into one, and is complete at once', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    void sender.send(sample(50), 1);
    const send = sender.send(sample(100), 1);
    assert.ok(send.done);
    assert.deepEqual(world.wire(0, 1), ['EAGER', 'EAGER']);
    world.settle();
    assert.deepEqual(receiver.recv().test()?.value.data, sample(50));
    assert.deepEqual(receiver.recv().test()?.value.data, sample(100));
  });

  it('goes in several frames up to the eager limit', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    assert.ok(sender.send(sample(250), 1).done);
    assert.deepEqual(world.wire(0, 1), ['EAGER_FIRST', 'EAGER_MORE', 'EAGER_MORE']);
    world.settle();
    assert.deepEqual(receiver.recv().test()?.value.data, sample(250));
  });

  it('asks first beyond the eager limit, and sends nothing before it is wanted', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 1000, limits: LIMITS });
    const send = sender.send(sample(4001), 1);
    assert.deepEqual(world.wire(0, 1), ['REQUEST']);
    world.settle();
    assert.equal(send.done, false);
    assert.equal(unexpectedBytes(receiver), 0);
    const receive = receiver.recv();
    assert.deepEqual(world.wire(1, 0), ['CLEAR']);
    world.move(1, 0);
    world.step(0);
    assert.deepEqual(world.wire(0, 1), ['DATA', 'DATA', 'DATA', 'DATA', 'DATA']);
    assert.ok(send.done);
    world.settle();
    assert.deepEqual(receive.test()?.value.data, sample(4001));
  });

  it('in synchronous mode asks, however short, and is complete only when it is received', () => {
    for (const data of [new Uint8Array(0), sample(1), 'a value', sample(5000)]) {
      const { world, sender, receiver } = makePair({ limits: LIMITS });
      const send = sender.ssend(data, 1);
      assert.deepEqual(world.wire(0, 1), ['REQUEST']);
      world.settle();
      assert.equal(send.done, false);
      const receive = receiver.recv();
      world.settle();
      assert.ok(send.done);
      assert.deepEqual(receive.test()?.value.data, data);
    }
  });

  it('is received in the order of sending, whatever the way it takes', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 64, limits: LIMITS });
    const lengths = [10, 5000, 0, 300, 4001, 1, 64, 65, 9000, 2];
    for (const length of lengths)
      void (length % 2 === 0 ? sender.send(sample(length), 1) : sender.ssend(sample(length), 1));
    world.settle();
    const receives = lengths.map(() => receiver.recv());
    world.settle();
    assert.deepEqual(
      receives.map((receive) => (receive.test()?.value.data as Uint8Array).length),
      lengths,
    );
  });

  it('waits for room in the channel, a frame at a time if need be', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 64, limits: LIMITS });
    void sender.send('first', 1);
    world.channel(0, 1).room = 1;
    const sends = [
      sender.send(sample(500), 1),
      sender.send(sample(6000), 1),
      sender.ssend('x', 1),
      sender.send('y', 1),
    ];
    assert.ok(sends.every(({ done }) => !done));
    assert.equal(world.wire(0, 1).length, 1);
    const receives = Array.from({ length: 5 }, () => receiver.recv());
    world.settle();
    assert.ok(sends.every(({ done }) => done));
    const data = receives.map((receive) => receive.test()?.value.data);
    assert.deepEqual(data, ['first', sample(500), sample(6000), 'x', 'y']);
  });

  it('that is a value waits in memory of its own', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 64, limits: LIMITS });
    const texts = ['a', 'b', 'c'].map((letter) => letter.repeat(5000));
    const sends = texts.map((text) => sender.send({ text }, 1));
    sender.bsend({ text: 'd'.repeat(5000) }, 1);
    world.settle();
    const receives = [...texts, ''].map(() => receiver.recv<{ text: string }>());
    world.settle();
    assert.ok(sends.every(({ done }) => done));
    const received = receives.map((receive) => receive.test()?.value.data.text.slice(0, 3));
    assert.deepEqual(received, ['aaa', 'bbb', 'ccc', 'ddd']);
  });

  it('in buffered mode is copied, also where it is a Buffer', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 64, limits: LIMITS });
    const data = Buffer.from(sample(5000));
    sender.bsend(data, 1);
    data.fill(0);
    const receive = receiver.recv();
    world.settle();
    assert.deepEqual(receive.test()?.value.data, Buffer.from(sample(5000)));
  });

  it('in buffered mode is refused beyond the bound of what may wait, and not before', () => {
    const { world, sender, receiver } = makePair({ limits: { ...LIMITS, bufferedBytesMax: 10_000 } });
    sender.bsend(sample(5000), 1);
    sender.bsend(sample(5000), 1);
    assert.throws(() => sender.bsend(sample(5000), 1), { code: 'MPI_ERR_BUFFER' });
    const receive = receiver.recv();
    world.settle();
    assert.ok(receive.done);
    sender.bsend(sample(5000), 1);
    world.settle();
  });
});

describe('What a receiver holds for a sender', () => {
  it('never exceeds the budget, and the sender is told when it may send more', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const count = 1000;
    for (let k = 0; k < count; k++) void sender.send(sample(100, k), 1, k);
    world.settle();
    const fitting = Math.floor(LIMITS.eagerBudget / (100 + MESSAGE_OVERHEAD));
    assert.equal(unexpectedBytes(receiver), fitting * 100);
    assert.equal(contextOf(receiver).unexpected.size, fitting + LIMITS.requestsMax);
    for (let k = 0; k < count; k++) {
      const receive = receiver.recv(0, k);
      world.settle();
      assert.deepEqual(receive.test()?.value.data, sample(100, k));
      assert.ok(unexpectedBytes(receiver) <= LIMITS.eagerBudget);
      assert.ok(contextOf(receiver).unexpected.size <= fitting + LIMITS.requestsMax);
    }
    // All that was granted is there again.
    const before = world.wire(0, 1).length;
    void sender.send(sample(100), 1);
    assert.deepEqual(world.wire(0, 1).slice(before), ['EAGER']);
  });

  it('is granted again once for each message, also where that came in several frames', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    for (let round = 0; round < 10; round++) {
      const posted = receiver.recv();
      for (let k = 0; k < 9; k++) void sender.send(sample(900), 1);
      world.settle();
      assert.ok(unexpectedBytes(receiver) <= LIMITS.eagerBudget);
      assert.ok(posted.done);
      for (let k = 0; k < 8; k++) assert.deepEqual(receiver.recv().test()?.value.data, sample(900));
      world.settle();
    }
    void sender.send(sample(900), 1);
    assert.equal(world.wire(0, 1)[0], 'EAGER_FIRST');
  });

  it('counts for each sender by itself', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    for (let k = 0; k < 500; k++) {
      void sender.send(sample(100), 1);
      void receiver.send(sample(100), 1);
    }
    world.settle();
    assert.ok(unexpectedBytes(receiver) <= 2 * LIMITS.eagerBudget);
    assert.ok(unexpectedBytes(receiver) > LIMITS.eagerBudget);
  });

  it('has at most so many requests, however many sends wait', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const sends = Array.from({ length: 50 }, (_, k) => sender.ssend(k, 1));
    world.settle();
    assert.equal(contextOf(receiver).unexpected.size, LIMITS.requestsMax);
    for (let k = 0; k < 50; k++) {
      const receive = receiver.recv();
      world.settle();
      assert.equal(receive.test()?.value.data, k);
      assert.ok(sends[k]!.done);
    }
  });

  it('takes no memory for a message of 2 GiB that nobody has asked for', (context) => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const allocate = context.mock.method(Buffer, 'allocUnsafeSlow');
    const { high, low } = ContextIds.ofJob(JOB, 0);
    const envelope = {
      kind: FrameKind.REQUEST,
      contextHigh: high,
      contextLow: low,
      id: 1,
      length: MESSAGE_BYTES_MAX,
    };
    world.inject(0, 1, envelope);
    world.settle();
    assert.equal(receiver.iprobe()?.bytes, MESSAGE_BYTES_MAX);
    assert.equal(allocate.mock.callCount(), 0);
    assert.equal(sender.iprobe(), undefined);
  });

  it('is an error of the receive where there is no memory, and the sender gets rid of it', async (context) => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const [value, raw] = [sender.send({ text: 'x'.repeat(5000) }, 1), sender.send(sample(7000), 1)];
    context.mock.method(Buffer, 'allocUnsafeSlow', () => {
      throw new RangeError('Array buffer allocation failed');
    });
    const receives = [receiver.recv(), receiver.recv()];
    world.settle();
    assert.ok(value.done && raw.done);
    for (const receive of receives) {
      await assert.rejects(
        Promise.resolve(receive),
        (error) =>
          error instanceof MPIError && error.code === 'MPI_ERR_NO_MEM' && error.message.includes('rank 0'),
      );
    }
    // A buffer of the program's own needs none.
    const buffer = new Uint8Array(7000);
    void sender.send(sample(7000), 1);
    const into = receiver.recvInto(buffer);
    world.settle();
    assert.equal(into.test()?.value.bytes, 7000);
    assert.deepEqual(buffer, sample(7000));
  });
});

describe('A receive into a buffer', () => {
  it('gets what fits of a message that is too long, whatever the way it takes', () => {
    for (const length of [80, 300, 5000]) {
      for (const early of [true, false]) {
        const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
        const memory = new Uint8Array(120).fill(0xaa);
        const buffer = memory.subarray(20, 80);
        const post = (): ReturnType<typeof receiver.recvInto> => receiver.recvInto(buffer);
        const posted = early ? post() : null;
        const send = sender.send(sample(length), 1, 3);
        world.settle();
        const receive = posted ?? post();
        world.settle();
        assert.ok(send.done && receive.done);
        assert.throws(() => receive.test(), { code: 'MPI_ERR_TRUNCATE' });
        assert.deepEqual(
          { ...receive.status() },
          { source: 0, tag: 3, count: 60, bytes: 60, cancelled: false },
        );
        assert.deepEqual(buffer, sample(length).slice(0, 60));
        assert.ok(
          memory.every((byte, k) => (k >= 20 && k < 80) || byte === 0xaa),
          'bytes around the buffer changed',
        );
        // The next message is not disturbed.
        void sender.send('next', 1);
        const next = receiver.recv();
        world.settle();
        assert.equal(next.test()?.value.data, 'next');
      }
    }
  });

  it('refuses data of another type and leaves it to the next, whether it was there first or came later', () => {
    for (const early of [true, false]) {
      const { world, sender, receiver } = makePair({ limits: LIMITS });
      const post = (): readonly ReturnType<typeof receiver.recvInto>[] => [
        receiver.recvInto(new Float64Array(10)),
        receiver.recvInto(new Int32Array(10), 0),
      ];
      const posted = early ? post() : null;
      void sender.send('a value', 1, 1);
      world.settle();
      for (const receive of posted ?? post()) {
        assert.throws(
          () => receive.test(),
          (error) =>
            error instanceof MPIError &&
            error.code === 'MPI_ERR_TYPE' &&
            error.message.includes('it holds a value'),
        );
      }
      assert.equal(receiver.iprobe()?.tag, 1);
      assert.equal(receiver.recv().test()?.value.data, 'a value');
      void sender.send(new Float32Array(5), 1);
      world.settle();
      assert.throws(() => receiver.recvInto(new Float64Array(5)).test(), { code: 'MPI_ERR_TYPE' });
      const bytes = new Uint8Array(20);
      assert.equal(receiver.recvInto(bytes).test()?.value.count, 20);
    }
  });

  it('gets a message of 0 bytes', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    void sender.send(new Float64Array(0), 1);
    const receives = [receiver.recvInto(new Float64Array(0)), receiver.recvInto(new Float64Array(4))];
    void sender.ssend(new Float64Array(0), 1);
    world.settle();
    for (const receive of receives)
      assert.deepEqual([receive.test()?.value.count, receive.status()?.bytes], [0, 0]);
  });
});

describe('A message to a communicator that is not made yet here', () => {
  it('waits until it is', async () => {
    const { world, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    const early = world.communicator(0, 5, 'early');
    const sends = [early.send('hello', 1), early.send(sample(300), 1), early.send(sample(9000), 1)];
    world.settle();
    assert.equal(receiver.iprobe(), undefined);
    const late = world.communicator(1, 5, 'late');
    assert.equal(late.iprobe()?.source, 0);
    const receives = [late.recv(), late.recv(), late.recv()];
    world.settle();
    const data = await Promise.all(receives);
    assert.deepEqual(
      data.map((message) => message.data),
      ['hello', sample(300), sample(9000)],
    );
    assert.ok(await isSettled(Promise.all(sends)));
  });

  it('is believed only then: forged ones are dropped, their sender is taken for broken, others stay', async () => {
    const { world, sender } = makePair({ limits: LIMITS });
    const early = world.communicator(1, 5, 'early');
    const { high, low } = ContextIds.ofJob(JOB, 5);
    // Rank 1 claims to be rank 0, again and again, between true messages of rank 0 to itself.
    const forged = { kind: FrameKind.REQUEST, contextHigh: high, contextLow: low, source: 0, length: 9 };
    void early.send('true', 0);
    world.settle();
    for (const id of [71, 72, 73]) world.inject(1, 0, { ...forged, id });
    world.inject(0, 0, {
      kind: FrameKind.EAGER,
      contextHigh: high,
      contextLow: low,
      source: 0,
      length: 2,
      size: 2,
      data: Uint8Array.of(0, 7),
    });
    world.step(0);
    const late = world.communicator(0, 5, 'late');
    assert.equal(late.iprobe(1)?.source, 1, 'the true one is there');
    assert.equal((await late.recv(1)).data, 'true');
    assert.equal(contextOf(late).unexpected.size, 1, 'so is the one to itself, and no forged one');
    await assert.rejects(Promise.resolve(sender.recv(1)), { code: 'MPI_ERR_PROC_FAILED' });
    // Any-source receives are told of it once, on each communicator.
    assert.equal((await late.recv(0)).source, 0);
    await assert.rejects(Promise.resolve(late.recv()), { code: 'MPI_ERR_PROC_FAILED' });
    assert.equal(await isSettled(late.recv()), false);
  });
});
