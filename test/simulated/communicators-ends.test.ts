/** The end of communicators: freed, disconnected, left alone by those who have gone; and that nothing of them stays. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeyval } from '#api/attributes.js';
import { Communicator } from '#api/communicator.js';
import type { Intercommunicator, Intracommunicator } from '#api/intracommunicator.js';
import type { CommunicatorCore } from '#communicators/communicator-core.js';
import { MPIError } from '#errors/mpi-error.js';
import { ProcessFailedError } from '#errors/process-failed-error.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld, type SimulatedWorldOptions } from './simulated-world.ts';

abstract class Inside extends Communicator {
  static override coreOf(comm: Communicator): CommunicatorCore {
    return super.coreOf(comm);
  }
}

const contextsOf = (comm: Communicator): number => Inside.coreOf(comm).maker.engine.contexts.count;

const isClass =
  (code: string, text: RegExp = /./) =>
  (error: unknown): true => {
    assert.ok(error instanceof MPIError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, text);
    return true;
  };

const isGone = isClass('MPI_ERR_COMM', /Cannot use "mine": it has been (freed|disconnected) in this process/);

/** A world whose options do not matter, at each of some sizes. */
async function inWorlds<T>(
  sizes: readonly number[],
  program: (comm: Intracommunicator, world: SimulatedWorld) => Promise<T>,
  options: Partial<SimulatedWorldOptions> = {},
): Promise<void> {
  await forSeeds(10, async (seed) => {
    const size = new SeededRandom(seed).pick(sizes);
    const world = new SimulatedWorld({ ...options, size, seed });
    await world.run((comm) => program(comm, world));
  });
}

/** What the others do in the background has its turns. */
async function settled(comm: Intracommunicator, contexts: number): Promise<void> {
  for (let round = 0; round < 60; round++) {
    const counts = await comm.gather(contextsOf(comm), 0);
    if (
      await comm.bcast(
        counts?.every((count) => count === contexts),
        0,
      )
    )
      return;
  }
  assert.fail(`${contextsOf(comm)} contexts are left at rank ${comm.rank}, ${contexts} are wanted`);
}

/** The two halves of a world as an intercommunicator. */
async function halves(comm: Intracommunicator): Promise<Intercommunicator> {
  const cut = Math.floor(comm.size / 2);
  const isLeft = comm.rank < cut;
  const half = await comm.split(isLeft ? 0 : 1);
  // The leaders open it in any case; so everybody has as many contexts.
  assert.ok(Inside.coreOf(comm).construction.context.holders > 0);
  const joined = await half!.createIntercomm(0, comm, isLeft ? cut : 0);
  half!.free();
  return joined;
}

describe('A communicator that is freed', () => {
  it('is of no use at once, and says so', async () => {
    await inWorlds([1, 2, 5], async (comm) => {
      const mine = await comm.dup();
      mine.name = 'mine';
      mine.free();
      const calls: (() => unknown)[] = [
        () => mine.send(1, 0),
        () => mine.recvSync(),
        () => mine.iprobe(),
        () => mine.messages(),
        () => mine.barrier(),
        () => mine.allreduceSync(1),
        () => mine.dup(),
        () => mine.splitSync(0),
        () => mine.createGroup(comm.group()),
        () => mine.createIntercomm(0, comm, 0),
        () => mine.compare(comm),
        () => comm.compare(mine),
        () => mine.getAttr(createKeyval()),
        () => mine.getErrhandler(),
        () => mine.free(),
        () => mine.disconnect(),
        () => mine.disconnectSync(),
      ];
      for (const call of calls) assert.throws(call, isGone, String(call));
      // What it says of itself stays.
      assert.deepEqual(
        [mine.rank, mine.size, mine.name, mine.group().size],
        [comm.rank, comm.size, 'mine', comm.size],
      );
      await mine[Symbol.asyncDispose]();
      await settled(comm, 2);
    });
  });

  it('loses its attributes, the latest first', async () => {
    await inWorlds([2], async (comm) => {
      const deleted: string[] = [];
      const key = (name: string) =>
        createKeyval<string>(name, { delete: (value) => void deleted.push(value) });
      const [first, second] = [key('first'), key('second')];
      const mine = await comm.dup();
      mine.setAttr(first, 'a');
      mine.setAttr(second, 'b');
      mine.free();
      assert.deepEqual(deleted, ['b', 'a']);
    });
  });

  it('stays whole where a delete callback throws', async () => {
    await inWorlds([3], async (comm) => {
      const mine = await comm.dup();
      const key = createKeyval<number>('bad', {
        delete: () => {
          throw new Error('not yet');
        },
      });
      mine.setAttr(key, 1);
      assert.throws(() => mine.free(), isClass('MPI_ERR_OTHER', /not yet/));
      await mine.barrier();
      mine.free();
    });
  });

  it('cannot be the world', async () => {
    await inWorlds([1, 3], async (comm) => {
      const refused = isClass(
        'MPI_ERR_COMM',
        /Cannot (free|disconnect) "world": it lasts as long as MPI does/,
      );
      assert.throws(() => comm.free(), refused);
      assert.throws(() => comm.disconnect(), refused);
      assert.throws(() => comm.disconnectSync(), refused);
      await assert.rejects(comm[Symbol.asyncDispose](), refused);
      await comm.barrier();
    });
  });

  it('holds nobody up who leaves while others never free it', async () => {
    await forSeeds(20, async (seed) => {
      const world = new SimulatedWorld({ size: 4, seed });
      await world.runToEnd(async (comm) => {
        const mine = await comm.dup();
        if (comm.rank % 2 === 0) mine.free();
        else await comm.sendrecv(1, (comm.rank + 2) % 4, 0, (comm.rank + 2) % 4, 0);
      });
    });
  });

  it('is let go where a member has died or left, and what still comes for it with it', async () => {
    await forSeeds(40, async (seed) => {
      const world = new SimulatedWorld({ size: 3, seed });
      let ready = 0;
      const endings = await world.runToEnd(async (comm) => {
        const mine = await comm.dup();
        await comm.barrier();
        if (++ready === 3) {
          world.network.after(0.01, () => {
            if (seed % 2 === 0) world.kill(2);
            else void world.leave(2);
          });
        }
        if (comm.rank === 2) return;
        // Rank 0 has it no more; rank 1 still sends, and is not held up by that.
        if (comm.rank === 0) mine.free();
        else for (let k = 0; k < 50; k++) await mine.send('x'.repeat(100), 0).catch(isFailure);
        await comm.sendrecv(1, 1 - comm.rank, 0, 1 - comm.rank, 0);
        if (comm.rank === 1) mine.free();
        let most = Infinity;
        for (let round = 0; round < 100 && most > 2; round++) {
          const own = contextsOf(comm);
          const { data } = await comm.sendrecv(own, 1 - comm.rank, 1, 1 - comm.rank, 1);
          most = Math.max(own, data as number);
        }
        return most;
      }, true);
      for (const ending of endings) {
        if ('error' in ending) throw world.failure(`rank ${ending.rank}`, ending.error);
        if ('value' in ending && ending.value !== undefined) assert.equal(ending.value, 2, `seed ${seed}`);
      }
    });
  });

  it('ends an iteration over its messages', async () => {
    await inWorlds([2], async (comm) => {
      const mine = await comm.dup();
      mine.name = 'mine';
      if (comm.rank === 0) {
        await mine.send('only', 1);
        mine.free();
        return;
      }
      const got: unknown[] = [];
      await assert.rejects(async () => {
        for await (const { data } of mine.messages()) {
          got.push(data);
          mine.free();
        }
      }, isGone);
      assert.deepEqual(got, ['only']);
    });
  });

  it('leaves nothing, however often', async () => {
    for (const [size, rounds] of [
      [1, 10_000],
      [2, 500],
      [5, 100],
    ] as const) {
      // prettier-ignore
      const world = new SimulatedWorld({ size, seed: 7, refusals: 0, delayMsMax: 0.01 });
      await world.run(async (comm) => {
        let most = 0;
        for (let round = 0; round < rounds; round++) {
          const made = await comm.dup();
          const part = await made.split(made.rank % 2);
          part?.free();
          made.free();
          most = Math.max(most, contextsOf(comm));
        }
        // Whoever is ahead waits for the others at the next dup; the goodbyes of some rounds may be under way.
        assert.ok(most <= 2 + 6 * 4, `${most} contexts at once`);
        await settled(comm, 2);
      });
    }
  });
});

const isFailure = (error: unknown): void => {
  assert.ok(error instanceof ProcessFailedError, String(error));
};

describe('A duplicate', () => {
  const errhandler = (): undefined => undefined;
  const later = (): undefined => undefined;

  it('has the attributes and the error handler of the call, whatever becomes of the communicator', async () => {
    await inWorlds([4], async (comm) => {
      for (const mine of [await comm.dup(), await halves(comm)]) {
        const log: string[] = [];
        const key = createKeyval<number>('key', {
          copy: (value) => (log.push(`copy ${value}`), value),
          delete: (value) => void log.push(`delete ${value}`),
        });
        mine.setAttr(key, 1);
        mine.setErrhandler(errhandler);
        const request = mine.dup();
        assert.deepEqual(log, ['copy 1']);
        mine.setAttr(key, 2);
        mine.setErrhandler(later);
        mine.free();
        const duplicate = await request;
        assert.equal(duplicate.getAttr(key), 1);
        assert.equal(duplicate.getErrhandler(), errhandler);
        await duplicate.disconnect();
        assert.deepEqual(log, ['copy 1', 'delete 1', 'delete 2', 'delete 1']);
      }
    });
  });

  it('fails when everybody has it where a copy callback throws, and nobody is held up', async () => {
    await inWorlds([3], async (comm) => {
      const mine = await comm.dup();
      const key = createKeyval<number>('bad', {
        copy: () => {
          throw new Error('no copy');
        },
      });
      if (comm.rank === 1) mine.setAttr(key, 1);
      const request = mine.dup();
      if (comm.rank === 1)
        await assert.rejects(Promise.resolve(request), isClass('MPI_ERR_OTHER', /no copy/));
      else await (await request).disconnect();
      await mine.barrier();
      mine.free();
      await settled(comm, 2);
    });
  });

  it('leaves no copies where it comes to nothing', async () => {
    await forSeeds(10, async (seed) => {
      const world = new SimulatedWorld({ size: 3, seed });
      const endings = await world.runToEnd(async (comm) => {
        const mine = await comm.dup();
        let copies = 0;
        const key = createKeyval<number>('counted', {
          copy: (value) => (copies++, value + 1),
          delete: (value) => void (copies -= value),
        });
        mine.setAttr(key, 0);
        if (comm.rank === 0) {
          for (const rank of [1, 2]) await comm.recv(rank);
          world.kill(0);
          return await new Promise<never>(() => undefined);
        }
        const request = mine.dup();
        assert.equal(copies, 1);
        comm.bsend('waits', 0);
        await assert.rejects(Promise.resolve(request), isClass('MPI_ERR_PROC_FAILED'));
        return copies;
      }, true);
      for (const ending of endings)
        if (ending.rank !== 0) assert.deepEqual(ending, { rank: ending.rank, value: 0 });
    });
  });

  it('and all else that is made has the error handler of the call', async () => {
    await inWorlds([4], async (comm) => {
      const mine = await comm.dup();
      const two = await halves(comm);
      for (const old of [mine, two]) old.setErrhandler(errhandler);
      const under = [
        mine.split(0, 0),
        mine.splitType('shared'),
        mine.create(comm.group()),
        mine.createGroup(comm.group()),
        two.split(0),
        two.create(two.group()),
        two.merge(),
      ];
      for (const old of [mine, two]) old.setErrhandler(later);
      for (const each of under) {
        const made = await each;
        assert.ok(made !== null);
        assert.equal(made.getErrhandler(), errhandler);
      }
    });
  });
});

describe('A communicator that is disconnected', () => {
  it('waits for the traffic of everybody, on both sides', async () => {
    await inWorlds([2, 4, 7], async (comm) => {
      const mine = await halves(comm);
      const got = Promise.all(
        Array.from({ length: mine.remoteSize }, (_, source) => mine.recv<string>(source, 1)),
      );
      const sends = Array.from({ length: mine.remoteSize }, (_, dest) =>
        mine.ssend('y'.repeat(5000), dest, 1),
      );
      const over = mine.disconnect();
      assert.throws(() => mine.send(1, 0), isClass('MPI_ERR_COMM', /disconnected/));
      await over;
      assert.ok(sends.every(({ done }) => done));
      assert.ok((await got).every(({ data }) => data.length === 5000));
      await settled(comm, 3);
    });
  });

  it('is complete nowhere before everybody has come', async () => {
    await inWorlds([2, 3, 6], async (comm, { network }) => {
      const mine = await comm.dup();
      let late = false;
      if (comm.rank === 1) {
        await new Promise<void>((resolve) => network.after(50, resolve));
        late = true;
      }
      const arrival = network.clock.now();
      await mine.disconnect();
      const latest = Math.max(...(await comm.allgather(comm.rank === 1 ? arrival : 0)));
      assert.ok(late === (comm.rank === 1) && network.clock.now() >= latest);
    });
  });

  it('only ends the waiting where the time is over or the signal fires', async () => {
    await inWorlds([2, 3], async (comm) => {
      const mine = await comm.dup();
      mine.name = 'mine';
      const other = await comm.dup();
      other.name = 'mine';
      if (comm.rank === 0) {
        for (const options of [{ timeout: -1 }, { timeout: -1, signal: AbortSignal.abort() }])
          assert.throws(() => mine.disconnect(options), isClass('MPI_ERR_ARG'));
        assert.equal(mine.iprobe(), undefined, 'it was not even begun');
        const fired = AbortSignal.abort(new Error('before'));
        await assert.rejects(Promise.resolve(other.disconnect({ signal: fired })), /before/);
        assert.throws(() => other.iprobe(), isGone);
        assert.throws(() => other.disconnect({ signal: fired }), isGone);
        const controller = new AbortController();
        const over = mine.disconnect({ signal: controller.signal });
        controller.abort(new Error('enough'));
        await assert.rejects(Promise.resolve(over), /enough/);
        assert.throws(() => mine.iprobe(), isGone);
        await comm.barrier();
      } else {
        await comm.barrier();
        // The one that waits no longer has not forgotten what the others need.
        await mine.disconnect();
        await other.disconnect();
      }
      await settled(comm, 2);
    });
  });

  it('says where somebody has died, and is gone all the same', async () => {
    await forSeeds(40, async (seed) => {
      const size = new SeededRandom(seed).between(2, 6);
      const world = new SimulatedWorld({ size, seed });
      const random = new SeededRandom(seed + 1);
      const dead = random.below(size);
      let ready = 0;
      const endings = await world.runToEnd(async (comm) => {
        const mine = seed % 2 === 0 ? await comm.dup() : await halves(comm);
        await comm.barrier();
        if (++ready === size) world.network.after(random.fraction() * 0.2, () => world.kill(dead));
        if (comm.rank === dead) return await new Promise<never>(() => undefined);
        await assert.rejects(Promise.resolve(mine.disconnect()), isClass('MPI_ERR_PROC_FAILED'));
        assert.throws(() => mine.iprobe(), isClass('MPI_ERR_COMM'));
        return contextsOf(comm);
      }, true);
      for (const ending of endings) {
        if ('error' in ending)
          throw world.failure(`rank ${ending.rank}, rank ${dead} was lost`, ending.error);
        // The construction context of the world may be open.
        if ('value' in ending) assert.ok(ending.value <= 5, `seed ${seed}: ${ending.value} contexts`);
      }
    });
  });

  it('takes whoever has left in good order for disconnected', async () => {
    await forSeeds(20, async (seed) => {
      const world = new SimulatedWorld({ size: 3, seed });
      const endings = await world.runToEnd(async (comm) => {
        const mine = await comm.dup();
        if (comm.rank === 0) return;
        await mine.disconnect();
      });
      for (const ending of endings)
        if ('error' in ending) throw world.failure(`rank ${ending.rank}`, ending.error);
    });
  });

  it('does so by itself at the end of a block', async () => {
    await inWorlds([2, 3], async (comm) => {
      const mine = await comm.dup();
      mine.name = 'mine';
      {
        await using used = mine;
        await used.barrier();
      }
      assert.throws(() => mine.barrier(), isGone);
      await settled(comm, 2);
    });
  });
});

describe('Several constructions at once', () => {
  it('on one communicator and on several come to their own ends', async () => {
    await inWorlds([1, 3, 6], async (comm) => {
      const { rank, size } = comm;
      const [first, second] = await Promise.all([comm.dup(), comm.dup()]);
      const others = comm.group().rangeInclude([[size - 1, 0, -1]]);
      const made = await Promise.all([
        first.split(0, -rank),
        second.dup(),
        first.create(others),
        second.splitType('shared', -rank),
        first.createGroup(others, 3),
        second.createGroup(others, 3),
        first.dup(),
      ]);
      assert.deepEqual(
        made.map((one) => one?.rank),
        [-1, rank, -1, -1, -1, -1, rank].map((one) => (one < 0 ? size - 1 - rank : one)),
      );
      const tags = await Promise.all(made.map((one, index) => one!.bcast(index, 0)));
      assert.deepEqual(tags, [0, 1, 2, 3, 4, 5, 6]);
      const all = made.map((one) => one!.disconnect());
      await Promise.all([...all, first.disconnect(), second.disconnect()]);
    });
  });

  it('of intercommunicators fail for everybody where a leader errs', async () => {
    await inWorlds([4, 5], async (comm) => {
      const { rank, size } = comm;
      const isLeft = rank < 2;
      const half = await comm.split(isLeft ? 0 : 1);
      const wants = async (call: () => PromiseLike<unknown>, code: string, text: RegExp): Promise<void> => {
        await assert.rejects(async () => await call(), isClass(code, text));
      };
      await wants(
        () => half!.createIntercomm(0, null, 0),
        'MPI_ERR_COMM',
        /local leader \(rank 0\) gives no peer communicator/,
      );
      await wants(
        () => half!.createIntercomm(0, comm, size),
        'MPI_ERR_RANK',
        new RegExp(`rank ${size} of "world"`),
      );
      await wants(() => half!.createIntercomm(0, comm, 0, -1), 'MPI_ERR_TAG', /tag -1/);
      await wants(() => half!.createIntercomm(9, comm, 0), 'MPI_ERR_ROOT', /root 9/);
      const gone = await half!.dup();
      gone.free();
      await wants(() => half!.createIntercomm(0, gone, 0), 'MPI_ERR_COMM', /has been freed/);
      // Both groups are everybody.
      const twin = await comm.dup();
      const both = [comm.createIntercomm(0, comm, 1, 5), twin.createIntercomm(1, comm, 0, 5)];
      for (const one of both) await wants(() => one, 'MPI_ERR_COMM', /is in the local group, too/);
      const joined = await half!.createIntercomm(0, comm, isLeft ? 2 : 0);
      await joined.barrier();
    });
  });
});
