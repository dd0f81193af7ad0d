/** Giving up: receives and sends that are taken back at every point of their way, and what becomes of the messages. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import type { Request } from '#engine/request.js';
import { MPIError } from '#errors/mpi-error.js';
import { isSettled, type ManualWorld } from './manual-world.ts';
import { contextOf, makePair, sample } from './pair.ts';

const LIMITS = { eagerBytesMax: 4000, eagerBudget: 10_000, requestsMax: 5 };
const REASON = new Error('had enough');

/** A receive that can be given up. */
function givable<T>(start: (options: { signal: AbortSignal }) => Request<T>): {
  request: Request<T>;
  giveUp: () => void;
} {
  const controller = new AbortController();
  return { request: start({ signal: controller.signal }), giveUp: () => controller.abort(REASON) };
}

function assertGivenUp(request: Request<unknown>): void {
  assert.ok(request.done);
  assert.throws(() => request.test(), REASON);
}

/** The data of a receive that must be complete. */
const dataOf = (request: Request<{ data: unknown }>): unknown => request.test()?.value.data;

/** How messages of the sample kind travel, and how many frames have come when half of it has. */
const WAYS = [
  { way: 'in several frames', length: 1000, half: 5 },
  { way: 'after asking', length: 6000, half: 30 },
] as const;

/** Starts a message towards a receive that has matched it, and lets half of it come. */
function halfWay(
  world: ManualWorld,
  sender: Intracommunicator,
  length: number,
  half: number,
  first = 1,
): void {
  void sender.send(sample(length, first), 1);
  if (world.wire(0, 1).at(-1) === 'REQUEST') {
    world.move(0, 1);
    world.step(1);
    world.move(1, 0);
    world.step(0);
  }
  world.move(0, 1, half);
  world.step(1);
}

describe('A receive that is given up', () => {
  it('before anything matched leaves every message to others', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const { request, giveUp } = givable((options) => receiver.recv(0, 1, options));
    const other = receiver.recv();
    giveUp();
    assertGivenUp(request);
    void sender.send('x', 1, 1);
    world.settle();
    assert.equal(dataOf(other), 'x');
  });

  for (const { way, length, half } of WAYS) {
    it(`in the middle of a message ${way} leaves all of it to the next receive, and its buffer alone`, () => {
      for (const posted of [true, false]) {
        for (const into of [true, false]) {
          const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
          const buffer = new Uint8Array(length);
          const { request, giveUp } = givable<unknown>((options) =>
            into ? receiver.recvInto(buffer, 0, 0, options) : receiver.recv(0, 0, options),
          );
          const early = posted ? receiver.recv() : null;
          halfWay(world, sender, length, half);
          giveUp();
          assertGivenUp(request);
          buffer.fill(0x55);
          const next = early ?? receiver.recv();
          world.settle();
          assert.deepEqual(dataOf(next), sample(length));
          assert.ok(
            buffer.every((byte) => byte === 0x55),
            'a buffer was written after it had been given back',
          );
        }
      }
    });

    it(`in the middle of a message ${way} lets probes see it, and a receive of another kind pass it by`, () => {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const { request, giveUp } = givable((options) => receiver.recv(0, 0, options));
      const probe = receiver.probe();
      const wrong = receiver.recvInto(new Float64Array(2));
      void sender.send('a value', 1, 9);
      halfWay(world, sender, length, half);
      giveUp();
      assertGivenUp(request);
      assert.throws(() => wrong.test(), { code: 'MPI_ERR_TYPE' });
      assert.equal(probe.test()?.value.tag, 9);
      assert.equal(receiver.iprobe(0, 0)?.bytes, length);
      const matched = receiver.improbe(0, 0);
      assert.ok(matched !== undefined);
      assert.equal(receiver.iprobe(0, 0), undefined);
      const received = matched.recv();
      world.settle();
      assert.deepEqual(dataOf(received), sample(length));
    });

    it(`in the middle of a message ${way}, again and again, loses nothing`, () => {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const { request, giveUp } = givable((options) => receiver.recv(0, 0, options));
      halfWay(world, sender, length, 1);
      giveUp();
      assertGivenUp(request);
      for (let round = 0; round < half - 1; round++) {
        const buffer = new Uint8Array(length + round);
        const again = givable<unknown>((options) =>
          round % 2 === 0 ? receiver.recvInto(buffer, 0, 0, options) : receiver.recv(0, 0, options),
        );
        world.move(0, 1, 1);
        world.step(1);
        again.giveUp();
        assertGivenUp(again.request);
      }
      const last = receiver.recv();
      world.settle();
      assert.deepEqual(dataOf(last), sample(length));
    });

    it(`when its buffer was too short for what has come ${way} takes the message along`, () => {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const buffer = new Uint8Array(150);
      const { request, giveUp } = givable((options) => receiver.recvInto(buffer, 0, 0, options));
      halfWay(world, sender, length, half);
      giveUp();
      assertGivenUp(request);
      buffer.fill(0x55);
      void sender.send('next', 1);
      const next = receiver.recv();
      world.settle();
      assert.equal(dataOf(next), 'next');
      assert.ok(buffer.every((byte) => byte === 0x55));
    });

    it(`in the middle of a message ${way} goes on where there is no memory to keep it`, (context) => {
      const { world, sender, receiver } = makePair({
        fragmentBytes: 100,
        limits: { ...LIMITS, eagerBytesMax: 9000 },
      });
      const long = length * 2;
      const buffer = new Uint8Array(long);
      const { request, giveUp } = givable((options) => receiver.recvInto(buffer, 0, 0, options));
      halfWay(world, sender, long, half);
      const allocation = context.mock.method(Buffer, 'allocUnsafeSlow', () => {
        throw new RangeError('Array buffer allocation failed');
      });
      giveUp();
      allocation.mock.restore();
      assert.equal(request.done, false);
      world.settle();
      assert.equal(request.test()?.value.bytes, long);
      assert.deepEqual(buffer, sample(long));
    });
  }

  it('in the middle of a message does not let later ones overtake, that have come in the meantime', () => {
    for (const posted of [true, false]) {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const { request, giveUp } = givable((options) => receiver.recv(0, 0, options));
      void sender.send(sample(6000), 1);
      for (const text of ['second', 'third']) void sender.send(text, 1);
      world.move(0, 1);
      world.step(1);
      assert.equal(contextOf(receiver).unexpected.size, 2);
      world.move(1, 0);
      world.step(0);
      world.move(0, 1, 20);
      world.step(1);
      // A receive that takes the second one while the first is on its way to another.
      const between = posted ? receiver.recv() : null;
      giveUp();
      assertGivenUp(request);
      const receives = Array.from({ length: posted ? 2 : 3 }, () => receiver.recv());
      world.settle();
      if (between !== null) assert.equal(dataOf(between), 'second');
      assert.deepEqual(receives.map(dataOf), [sample(6000), ...(posted ? [] : ['second']), 'third']);
    }
  });

  it('in the middle of a message lets its sender send as much unasked as before', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    for (let round = 0; round < 30; round++) {
      const { request, giveUp } = givable((options) => receiver.recv(0, 0, options));
      halfWay(world, sender, 1000, 5);
      giveUp();
      assertGivenUp(request);
      if (round % 2 === 0) world.settle();
      const next = receiver.recv();
      world.settle();
      assert.deepEqual(dataOf(next), sample(1000));
    }
    void sender.send(sample(1000), 1);
    assert.equal(world.wire(0, 1)[0], 'EAGER_FIRST');
  });

  it('for want of memory stays given up, though the sender gives up, too', (context) => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const controller = new AbortController();
    const send = sender.ssend(sample(6000), 1, 0, { signal: controller.signal });
    context.mock.method(Buffer, 'allocUnsafeSlow', () => {
      throw new RangeError('Array buffer allocation failed');
    });
    const receive = receiver.recv();
    world.move(0, 1);
    world.step(1);
    assert.throws(() => receive.test(), { code: 'MPI_ERR_NO_MEM' });
    controller.abort(REASON);
    assertGivenUp(send);
    world.settle();
    assert.equal(contextOf(receiver).posted.size, 0);
    context.mock.restoreAll();
    void sender.send('next', 1);
    world.settle();
    assert.equal(dataOf(receiver.recv()), 'next');
  });

  it('by cancel gets an empty status; one that has matched cannot be cancelled', async () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    const [first, second] = [receiver.recvInto(new Uint8Array(1000)), receiver.recv()];
    assert.ok(second.cancel());
    assert.equal(second.cancel(), false);
    assert.equal(second.status()?.cancelled, true);
    assert.equal((await second).data, undefined);
    halfWay(world, sender, 1000, 5);
    assert.equal(first.cancel(), false);
    world.settle();
    assert.equal(first.test()?.value.bytes, 1000);
    assert.equal(first.cancel(), false);
    assert.equal(first.status()?.cancelled, false);
  });
});

describe('A send that is given up', () => {
  const givableSend = (
    sender: Intracommunicator,
    data: unknown,
    mode: 'send' | 'ssend' = 'ssend',
  ): { request: Request; giveUp: () => void } => givable((options) => sender[mode](data, 1, 0, options));

  it('while it waits for room never leaves', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    void sender.send('first', 1);
    world.channel(0, 1).room = 1;
    const { request, giveUp } = givableSend(sender, 'second', 'send');
    void sender.send('third', 1);
    assert.equal(request.done, false);
    giveUp();
    assertGivenUp(request);
    const receives = [receiver.recv(), receiver.recv()];
    world.settle();
    assert.deepEqual(receives.map(dataOf), ['first', 'third']);
  });

  it('before it is matched leaves the queue of the receiver', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const { request, giveUp } = givableSend(sender, 'x');
    world.settle();
    assert.equal(receiver.iprobe()?.source, 0);
    giveUp();
    assertGivenUp(request);
    world.settle();
    assert.equal(receiver.iprobe(), undefined);
    assert.equal(contextOf(receiver).unexpected.size, 0);
  });

  for (const data of ['x', new Uint8Array(0), sample(6000)]) {
    const what = typeof data === 'string' ? 'a value' : `${data.length} bytes`;
    it(`just as it is matched, of ${what}, leaves the receive to the next message, at its old place`, () => {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const { request, giveUp } = givableSend(sender, data);
      world.settle();
      const [first, second] = [receiver.recv(), receiver.recv()];
      assert.deepEqual(world.wire(1, 0), ['CLEAR']);
      giveUp();
      assertGivenUp(request);
      world.settle();
      assert.equal(first.done, false);
      void sender.send('next', 1);
      void sender.send('after', 1);
      world.settle();
      assert.deepEqual([dataOf(first), dataOf(second)], ['next', 'after']);
      assert.equal(contextOf(receiver).posted.size, 0);
    });
  }

  it('just as it is matched by a receive that is cancelled then leaves an empty status', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const { giveUp } = givableSend(sender, sample(600));
    const receive = receiver.recvInto(new Uint8Array(600));
    world.move(0, 1);
    world.step(1);
    giveUp();
    world.settle();
    assert.ok(receive.cancel());
    const { source, count, bytes, cancelled } = receive.status()!;
    assert.deepEqual(
      { source, count, bytes, cancelled },
      { source: -2, count: 0, bytes: 0, cancelled: true },
    );
  });

  it('after the receive was given up, too, leaves nothing behind', () => {
    for (const later of ['nobody', 'a receive', 'a matched probe'] as const) {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      const send = givableSend(sender, sample(6000));
      const receive = givable((options) => receiver.recv(0, 0, options));
      world.move(0, 1);
      world.step(1);
      receive.giveUp();
      send.giveUp();
      const next = later === 'a receive' ? receiver.recv() : null;
      const matched = later === 'a matched probe' ? receiver.improbe()?.recv() : null;
      world.settle();
      assert.equal(contextOf(receiver).unexpected.size, 0, later);
      if (matched !== null) assert.throws(() => matched?.test(), /its sender has taken it back/);
      void sender.send('next', 1);
      world.settle();
      assert.equal(dataOf(next ?? receiver.recv()), 'next', later);
    }
  });

  it('that a matched probe has reserved is an error of its receive, which takes no other message', () => {
    for (const early of [true, false]) {
      const { world, sender, receiver } = makePair({ limits: LIMITS });
      const { giveUp } = givableSend(sender, sample(600));
      world.settle();
      const matched = receiver.improbe();
      assert.ok(matched !== undefined);
      const receive = early ? matched.recv() : null;
      giveUp();
      world.settle();
      void sender.send('next', 1);
      world.settle();
      assert.throws(() => (receive ?? matched.recv()).test(), /its sender has taken it back; probe again/);
      assert.equal(dataOf(receiver.recv()), 'next');
      assert.equal(contextOf(receiver).posted.size, 0);
    }
  });

  it('while its data is on the way arrives all the same', () => {
    for (const length of [1000, 6000]) {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      void sender.send('first', 1);
      const receives = [receiver.recv(), receiver.recv()];
      world.settle();
      world.channel(0, 1).room = 3;
      const { request, giveUp } = givableSend(sender, sample(length), 'send');
      for (let round = 0; round < 2; round++) {
        world.move(0, 1);
        for (const rank of [1, 0]) world.step(rank);
        if (world.wire(1, 0).length > 0) world.move(1, 0);
        world.step(0);
      }
      assert.equal(request.done, false);
      giveUp();
      assert.equal(request.done, false);
      world.settle();
      assert.ok(request.done);
      assert.deepEqual(receives.map(dataOf), ['first', sample(length)]);
    }
  });

  it('counts as long as the receiver has not answered: others wait, and so does leaving', async () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    for (let k = 0; k < 3 * LIMITS.requestsMax; k++) {
      const { request, giveUp } = givableSend(sender, k);
      giveUp();
      assertGivenUp(request);
    }
    assert.equal(world.wire(0, 1).filter((kind) => kind === 'REQUEST').length, LIMITS.requestsMax);
    const last = sender.ssend('last', 1);
    const flushed = world.engines[0]!.flush();
    assert.equal(await isSettled(flushed), false);
    const receive = receiver.recv();
    world.settle();
    assert.ok(last.done);
    assert.equal(dataOf(receive), 'last');
    await flushed;
  });

  it('keeps its process until the receiver has heard of it', async () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const { giveUp } = givableSend(sender, 'x');
    const receive = receiver.recv();
    world.move(0, 1);
    world.step(1);
    giveUp();
    const flushed = world.engines[0]!.flush();
    assert.equal(await isSettled(flushed), false);
    world.settle();
    await flushed;
    // Had it left at once, this receive would have failed with it.
    world.end(0, 1, true, 'ended with exit code 0');
    void receiver.send('from myself', 1);
    assert.equal(receive.done, false);
    world.settle();
    assert.equal(dataOf(receive), 'from myself');
  });

  it('with a signal that has fired already is not sent', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const request = sender.ssend('x', 1, 0, { signal: AbortSignal.abort(REASON) });
    assertGivenUp(request);
    world.settle();
    assert.equal(receiver.iprobe(), undefined);
  });
});

describe('A message that its handle has received', () => {
  it('is not received again', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    void sender.send('x', 1);
    world.settle();
    const matched = receiver.improbe();
    assert.ok(matched !== undefined);
    assert.throws(() => matched.recvInto(new Uint8Array(1)), { code: 'MPI_ERR_TYPE' });
    assert.equal(dataOf(matched.recv()), 'x');
    assert.throws(
      () => matched.recv(),
      (error) => error instanceof MPIError && error.code === 'MPI_ERR_REQUEST',
    );
  });
});
