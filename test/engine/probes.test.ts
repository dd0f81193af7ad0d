/** Looking before receiving: probes, and matched probes, which keep a message for their handle. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ANY_SOURCE, ANY_TAG, PROC_NULL, UNDEFINED } from '#model/constants.js';
import { ContextIds } from '#model/context-id.js';
import { FrameKind } from '#wire/frame.js';
import { isSettled, JOB, ManualWorld, turns } from './manual-world.ts';
import { contextOf, makePair, sample } from './pair.ts';

const LIMITS = { eagerBytesMax: 4000, eagerBudget: 10_000, requestsMax: 5 };

describe('A probe', () => {
  it('waits for a message that fits, tells of it, and leaves it where it is', async () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const [any, exact, other] = [receiver.probe(), receiver.probe(0, 7), receiver.probe(0, 8)];
    void sender.send(new Float64Array(5), 1, 7);
    world.settle();
    for (const probe of [any, exact]) {
      const { source, tag, count, bytes, cancelled } = await probe;
      assert.deepEqual(
        { source, tag, count, bytes, cancelled },
        { source: 0, tag: 7, count: 5, bytes: 40, cancelled: false },
      );
    }
    assert.equal(other.done, false);
    assert.equal(receiver.iprobe(0, 8), undefined);
    assert.equal(receiver.iprobe(ANY_SOURCE, 7)?.bytes, 40);
    assert.deepEqual(receiver.recv().test()?.value.data, new Float64Array(5));
    assert.equal(receiver.iprobe(ANY_SOURCE, ANY_TAG), undefined);
  });

  it('counts 1 for a value, and says how many bytes it takes', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    void sender.send({ any: 'value' }, 1);
    world.settle();
    const status = receiver.iprobe();
    assert.equal(status?.count, 1);
    assert.ok(status.bytes > 5);
  });

  it('sees messages that are announced, or on their way', () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    void sender.send(sample(500), 1, 1);
    void sender.send(sample(5000), 1, 2);
    world.move(0, 1, 1);
    world.step(1);
    assert.equal(receiver.iprobe(0, 1)?.bytes, 500);
    world.move(0, 1);
    assert.equal(receiver.iprobe(0, 2)?.bytes, 5000);
  });

  it('stands back behind a receive that waits for the same message', () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const [probe, matched, receive] = [receiver.probe(), receiver.mprobe(), receiver.recv()];
    void sender.send('for the receive', 1);
    world.settle();
    assert.equal(receive.test()?.value.data, 'for the receive');
    assert.deepEqual([probe.done, matched.done], [false, false]);
  });

  it('of a type that this process does not know counts nothing', () => {
    const { world, receiver } = makePair({ limits: LIMITS });
    const { high, low } = ContextIds.ofJob(JOB, 0);
    const data = new Uint8Array(3);
    const fields = { kind: FrameKind.EAGER, contextHigh: high, contextLow: low, length: 3, size: 3, data };
    for (const elementType of [63, 9]) world.inject(0, 1, { ...fields, elementType });
    world.step(1);
    assert.equal(receiver.iprobe()?.count, UNDEFINED);
    for (let k = 0; k < 2; k++) {
      const receive = receiver.recv();
      assert.throws(() => receive.test(), {
        code: 'MPI_ERR_OTHER',
        message: /rank 0 .*malformed|rank 0 .*no such class/,
      });
      assert.equal(receive.status()?.count, UNDEFINED);
    }
  });

  it('of nobody is complete at once, and its handle receives nothing', () => {
    const { receiver } = makePair();
    assert.equal(receiver.probe(PROC_NULL).test()?.value.source, PROC_NULL);
    assert.equal(receiver.iprobe(PROC_NULL)?.count, 0);
    const matched = receiver.improbe(PROC_NULL);
    assert.ok(matched !== undefined);
    assert.equal(matched.recv().test()?.value.data, undefined);
    assert.equal(matched.recvInto(new Uint8Array(3)).test()?.value.count, 0);
  });
});

describe('A matched probe', () => {
  it('keeps its message from receives and other probes', async () => {
    const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
    const [first, second] = [receiver.mprobe(), receiver.mprobe()];
    for (const text of ['first', 'second', 'third']) void sender.send(text, 1);
    world.settle();
    assert.equal(receiver.recv().test()?.value.data, 'third');
    assert.equal(receiver.iprobe(), undefined);
    // In any order.
    assert.equal((await (await second).recv()).data, 'second');
    assert.equal((await (await first).recv()).data, 'first');
  });

  it('receives a message of which parts are still coming, or that waits with its sender', () => {
    for (const length of [500, 6000]) {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      void sender.send(sample(length), 1);
      world.move(0, 1, 1);
      world.step(1);
      const matched = receiver.improbe();
      assert.ok(matched !== undefined);
      const buffer = new Uint8Array(length);
      const receive = matched.recvInto(buffer);
      void sender.send('other', 1);
      world.settle();
      assert.equal(receive.test()?.value.bytes, length);
      assert.deepEqual(buffer, sample(length));
      assert.equal(receiver.recv().test()?.value.data, 'other');
    }
  });

  it('goes on receiving by itself, whether anybody awaits it or not', async () => {
    for (const length of [500, 6000]) {
      const { world, sender, receiver } = makePair({ fragmentBytes: 100, limits: LIMITS });
      void sender.send(sample(length), 1);
      world.move(0, 1, 1);
      world.step(1);
      const receive = receiver.improbe()?.recvInto(new Uint8Array(length));
      // Sixty fragments at most, and as many turns: nobody asks for progress but the engine.
      for (let turn = 0; turn < 100 && receive?.done === false; turn++) {
        await turns(1);
        if (world.wire(1, 0).length > 0) world.move(1, 0);
        world.step(0);
        world.move(0, 1);
      }
      assert.equal(receive?.done, true, `${length} bytes`);
    }
  });

  it('whose sender dies keeps what has come whole, and fails for what has not', async () => {
    const world = new ManualWorld(2, { fragmentBytes: 100, limits: LIMITS });
    const [sender, receiver] = world.comms;
    assert.ok(sender !== undefined && receiver !== undefined);
    void sender.send('whole', 1, 1);
    void sender.send(sample(6000), 1, 2);
    void sender.send(sample(500), 1, 3);
    world.move(0, 1, 3);
    world.step(1);
    const matched = [1, 2, 3].map((tag) => receiver.improbe(0, tag));
    world.end(0, 1, false);
    world.step(1);
    assert.equal((await matched[0]!.recv()).data, 'whole');
    for (const handle of matched.slice(1)) {
      await assert.rejects(Promise.resolve(handle!.recv()), { code: 'MPI_ERR_PROC_FAILED' });
    }
  });

  it('is given up without taking a message along', async () => {
    const { world, sender, receiver } = makePair({ limits: LIMITS });
    const controller = new AbortController();
    const probe = receiver.mprobe(0, ANY_TAG, { signal: controller.signal });
    assert.equal(await isSettled(probe), false);
    controller.abort(new Error('enough'));
    await assert.rejects(Promise.resolve(probe), /enough/);
    void sender.send('x', 1);
    world.settle();
    assert.equal(receiver.recv().test()?.value.data, 'x');
    assert.equal(contextOf(receiver).probes.length, 0);
  });
});
