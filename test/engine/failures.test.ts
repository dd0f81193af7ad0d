/** The end of a peer, in order or not, and what becomes of everything that depended on it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { MPIError } from '#errors/mpi-error.js';
import { ProcessFailedError } from '#errors/process-failed-error.js';
import { FrameKind } from '#wire/frame.js';
import { isSettled, ManualWorld } from './manual-world.ts';
import { contextOf, sample } from './pair.ts';

const LIMITS = { eagerBytesMax: 4000, eagerBudget: 10_000, requestsMax: 5 };

interface Three {
  readonly world: ManualWorld;
  readonly own: Intracommunicator;
  readonly dying: Intracommunicator;
  readonly other: Intracommunicator;
}

function makeThree(): Three {
  const world = new ManualWorld(3, { fragmentBytes: 100, limits: LIMITS });
  const [own, dying, other] = world.comms;
  return { world, own: own!, dying: dying!, other: other! };
}

/** Rank 1 ends; rank 0 learns of it. */
function end(world: ManualWorld, orderly: boolean = false): void {
  world.end(1, 0, orderly, orderly ? 'ended with exit code 0' : 'was ended by signal 9');
  world.step(0);
}

const namesTheDead = (error: unknown): boolean => {
  assert.ok(error instanceof ProcessFailedError);
  assert.equal(error.code, 'MPI_ERR_PROC_FAILED');
  assert.deepEqual(error.failedRanks, [1]);
  assert.match(error.message, /rank 1 of "world"/);
  return true;
};

const fails = (operation: PromiseLike<unknown>): Promise<void> =>
  assert.rejects(Promise.resolve(operation), namesTheDead);

describe('When a peer has failed', () => {
  it('receives and probes that name it fail, those before and those after', async () => {
    const { world, own } = makeThree();
    const before = [own.recv(1), own.recvInto(new Uint8Array(9), 1, 5), own.probe(1), own.mprobe(1)];
    end(world);
    for (const operation of before) await fails(operation);
    for (const operation of [own.recv(1), own.recvInto(new Uint8Array(9), 1), own.probe(1), own.mprobe(1)]) {
      await fails(operation);
    }
    assert.throws(() => own.iprobe(1), namesTheDead);
    assert.throws(() => own.improbe(1), namesTheDead);
    await assert.rejects(Promise.resolve(own.recv(1)), /has failed: its process was ended by signal 9/);
  });

  it('sends to it fail, wherever they are, and so do later ones', async () => {
    const { world, own, dying } = makeThree();
    void own.send('first', 1);
    const receive = dying.recv();
    const requested = own.ssend('asked', 1);
    const transferring = own.send(sample(6000), 1);
    world.settle();
    assert.ok(receive.done);
    void dying.recv(0, 0);
    void dying.recv(0, 0);
    world.move(1, 0);
    world.channel(0, 1).room = 2;
    world.step(0);
    const streaming = own.send(sample(1000), 1);
    const queued = own.send('queued', 1);
    own.bsend('buffered', 1);
    end(world);
    assert.ok(requested.done && !requested.status()?.cancelled);
    for (const send of [transferring, streaming, queued]) await fails(send);
    assert.ok(world.channel(0, 1).closed);
    await fails(own.send('later', 1));
    await fails(own.ssend('later', 1));
    assert.throws(() => own.bsend('later', 1), namesTheDead);
    await fails(own.sendrecv('both', 1, 0, 1, 0));
    // Nothing is left to be delivered.
    await world.engines[0]!.flush();
  });

  it('what had come whole can still be received, and what had not is gone', async () => {
    const { world, own, dying } = makeThree();
    for (const tag of [1, 2]) void dying.send(`whole ${tag}`, 0, tag);
    void dying.send(sample(6000), 0, 3);
    void dying.send(sample(500), 0, 4);
    world.move(1, 0, 4);
    world.step(0);
    const matched = own.recv(1, 4);
    end(world);
    await fails(matched);
    assert.deepEqual([(await own.recv(1, 1)).data, (await own.recv(1)).data], ['whole 1', 'whole 2']);
    await fails(own.recv(1));
    assert.equal(contextOf(own).unexpected.size, 0);
  });

  it('what was on its way into a buffer is an error, not a hang', async () => {
    const { world, own, dying } = makeThree();
    const receive = own.recvInto(new Uint8Array(6000), 1);
    void dying.send(sample(6000), 0);
    world.settle = () => undefined;
    world.move(1, 0);
    world.step(0);
    world.move(0, 1);
    world.step(1);
    world.move(1, 0, 20);
    world.step(0);
    end(world);
    await fails(receive);
  });

  it('a receive from any source is told once, and may be posted again', async () => {
    const { world, own, other } = makeThree();
    const [receive, second, probe] = [own.recv(), own.recv(), own.probe()];
    end(world);
    for (const operation of [receive, second, probe]) await fails(operation);
    const again = own.recv();
    assert.equal(await isSettled(again), false);
    void other.send('alive', 0);
    world.settle();
    assert.equal((await again).data, 'alive');
  });

  it('a later receive from any source is told where none was before', async () => {
    const { world, own, other } = makeThree();
    end(world);
    void other.send('alive', 0);
    world.settle();
    // A message that is there comes first.
    assert.equal((await own.recv()).data, 'alive');
    await fails(own.recv());
    assert.equal(await isSettled(own.recv()), false);
    assert.equal(own.iprobe(), undefined);
  });

  it('several failures are told together', async () => {
    const { world, own } = makeThree();
    end(world);
    world.end(2, 0, false);
    world.step(0);
    await assert.rejects(Promise.resolve(own.recv()), (error) => {
      assert.ok(error instanceof ProcessFailedError);
      assert.deepEqual(error.failedRanks, [1, 2]);
      return true;
    });
  });

  it('every communicator is told by itself, also one that is made afterwards', async () => {
    const { world, own } = makeThree();
    const copy = world.communicator(0, 7, 'copy');
    end(world);
    await fails(own.recv());
    await assert.rejects(Promise.resolve(copy.recv()), /rank 1 of "copy"/);
    const later = world.communicator(0, 9, 'later');
    await assert.rejects(Promise.resolve(later.recv()), /rank 1 of "later"/);
    assert.equal(await isSettled(later.recv()), false);
    await assert.rejects(Promise.resolve(later.barrier()), { code: 'MPI_ERR_PROC_FAILED' });
  });

  it('collectives fail at once, those under way and those to come, while messages go on', async () => {
    const { world, own, other } = makeThree();
    const underway = [own.barrier(), own.allreduce(1), own.gather('x', 0), own.bcast(null, 2)];
    world.settle();
    end(world);
    for (const collective of underway) await fails(collective);
    await fails(own.bcast('x', 0));
    await fails(own.dup());
    assert.throws(() => own.barrierSync(), namesTheDead);
    const receive = other.recv(0);
    void own.send('still here', 2);
    world.settle();
    assert.equal((await receive).data, 'still here');
    await world.engines[0]!.flush();
  });

  it('collectives fail though their data is on its way, and the others get it whole', async () => {
    for (const length of [1500, 6000]) {
      const { world, own, other } = makeThree();
      const theirs = other.recvInto(new Uint8Array(1), 0, 99);
      void own.send(new Uint8Array(1), 2, 99);
      world.settle();
      assert.ok(theirs.done);
      world.channel(0, 2).room = 3;
      const [buffer, received] = [sample(length), new Uint8Array(length)];
      const [root, leaf] = [own.bcastInto(buffer, 0), other.bcastInto(received, 0)];
      if (length === 6000) {
        world.move(0, 2);
        world.step(2);
        world.move(2, 0);
        world.step(0);
      }
      assert.deepEqual([root.done, leaf.done], [false, false]);
      end(world);
      await fails(root);
      // The buffer is the program's again, and what the others get is what it held.
      buffer.fill(0xee);
      await isSettled(leaf);
      world.settle();
      await leaf;
      assert.deepEqual(received, sample(length));
      await world.engines[0]!.flush();
    }
  });

  it('collectives fail in the middle of what they receive, and let their buffers alone', async () => {
    for (const length of [1500, 6000]) {
      const { world, own, other } = makeThree();
      const buffer = new Uint8Array(length);
      const leaf = own.bcastInto(buffer, 2);
      void other.bcastInto(sample(length), 2);
      if (length === 6000) {
        world.move(2, 0);
        world.step(0);
        world.move(0, 2);
        world.step(2);
      }
      world.move(2, 0, 8);
      world.step(0);
      assert.equal(leaf.done, false);
      end(world);
      await fails(leaf);
      buffer.fill(0xee);
      void own.send('so that it is settled', 0);
      world.settle();
      assert.ok(buffer.every((byte) => byte === 0xee));
      // Its sender may send as much unasked as before.
      for (let k = 0; k < 20; k++) {
        const receive = own.recv(2);
        void other.send(sample(1500), 0);
        world.settle();
        assert.deepEqual((await receive).data, sample(1500));
      }
    }
  });

  it('it is told once, whatever it is said to have done afterwards', async () => {
    const { world, own } = makeThree();
    end(world);
    end(world, true);
    world.inject(1, 0, { kind: FrameKind.EAGER, source: 1 });
    world.inject(1, 0, { kind: 14 });
    world.step(0);
    await fails(own.recv());
    assert.equal(await isSettled(own.recv()), false);
  });
});

describe('When a peer has left in good order', () => {
  it('what names it fails, and everything else goes on', async () => {
    const { world, own, dying, other } = makeThree();
    void dying.send('last words', 0);
    world.move(1, 0);
    const [any, probe] = [own.recv(2), own.probe()];
    const waiting = own.recv(1, 5);
    end(world, true);
    await assert.rejects(
      Promise.resolve(waiting),
      /rank 1 of "world": it has left: its process ended with exit code 0/,
    );
    assert.equal((await own.recv(1)).data, 'last words');
    await assert.rejects(Promise.resolve(own.recv(1)), { code: 'MPI_ERR_PROC_FAILED' });
    await assert.rejects(Promise.resolve(own.send('x', 1)), { code: 'MPI_ERR_PROC_FAILED' });
    // Receives from any source are not disturbed by that, and collectives with it only when they come to it.
    assert.equal((await probe).source, 1);
    const wild = own.recv();
    assert.equal(await isSettled(wild), false);
    void other.send(1, 0);
    void other.send(2, 0);
    world.settle();
    assert.deepEqual([(await any).data, (await wild).data], [1, 2]);
  });
});

describe('When a way to a peer cannot be made', () => {
  const noRoom = new MPIError('MPI_ERR_NO_MEM', 'Cannot make shared memory: no room');

  it('the send fails with the reason, and may be tried again', async () => {
    const { world, own, dying } = makeThree();
    world.transports[0]!.openFails = noRoom;
    const send = own.send('x', 1);
    await assert.rejects(Promise.resolve(send), noRoom);
    assert.throws(() => own.bsend('x', 1), noRoom);
    await world.engines[0]!.flush();
    world.transports[0]!.openFails = null;
    const receive = dying.recv();
    void own.send('again', 1);
    world.settle();
    assert.equal((await receive).data, 'again');
  });

  it('a peer that waits for an answer counts as failed', async () => {
    const { world, own, dying, other } = makeThree();
    world.transports[0]!.openFails = noRoom;
    void dying.ssend('x', 0);
    void other.send('y', 0);
    const [receive, fine] = [own.recv(1), own.recv(2)];
    world.settle();
    await assert.rejects(Promise.resolve(receive), /cannot be answered \(Cannot make shared memory: no room/);
    assert.equal((await fine).data, 'y');
  });
});

describe('After leaving', () => {
  it('whatever is pending fails, and so does what is started', async () => {
    const { world, own } = makeThree();
    const pending = [own.recv(), own.ssend('x', 1), own.probe(2)];
    const reason = new MPIError('MPI_ERR_OTHER', 'Cannot communicate any more');
    world.engines[0]!.close(reason);
    for (const operation of pending) await assert.rejects(Promise.resolve(operation), reason);
    await assert.rejects(Promise.resolve(own.recv()), reason);
    assert.throws(() => own.send('x', 1), reason);
    assert.throws(() => own.iprobe(), reason);
    assert.ok(world.transports[0]!.calls.includes('close'));
  });
});
