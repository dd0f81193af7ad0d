/** Error handlers that are functions: what they hear of, when, and what they do not (MPI-4.1 §9.3). */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import * as MPI from '#index.js';
import { VERBS } from '#api/verbs.js';
import { SimulatedWorld } from '../simulated/simulated-world.ts';

const comm = MPI.COMM_WORLD;
/** What has happened, in order. */
let log: string[] = [];
const listen = (): void => {
  comm.setErrhandler((where, error) => {
    assert.equal(where, comm);
    log.push(`handler ${error.code}`);
  });
};

/** A receive that fails when its message comes, and that message. */
function truncated(): MPI.Request<MPI.Status> {
  const request = comm.recvInto(new Uint8Array(1), 0, 3);
  comm.sendSync(new Uint8Array(5), 0, 3);
  return request;
}

/** Methods that programs cannot call. */
const INNER = [
  'intercommunicatorOf',
  'start',
  'run',
  'runRest',
  'startOfSome',
  'runOfSome',
  'duplicate',
  'unheard',
];

const caught = (error: unknown): void => void log.push(`caught ${(error as MPI.MPIError).code}`);
const BOTH = ['handler MPI_ERR_TRUNCATE', 'caught MPI_ERR_TRUNCATE'];

afterEach(() => {
  comm.setErrhandler(MPI.ERRORS_RETURN);
  log = [];
});

describe('an error handler hears, once and before the program,', () => {
  it('of what a verb throws', () => {
    listen();
    assert.throws(
      () => comm.sendSync(1, 5),
      (error: unknown) => (caught(error), true),
    );
    assert.deepEqual(log, ['handler MPI_ERR_RANK', 'caught MPI_ERR_RANK']);
    assert.throws(() => comm.bcastSync(1, 3), { code: 'MPI_ERR_ROOT' });
    assert.throws(() => comm.setAttr(MPI.TAG_UB, 3), { code: 'MPI_ERR_KEYVAL' });
    assert.deepEqual(log.slice(2), ['handler MPI_ERR_ROOT', 'handler MPI_ERR_KEYVAL']);
  });

  it('of an awaited request, however often that is awaited', async () => {
    listen();
    const request = truncated();
    await request.then(() => assert.fail(), caught);
    await request.catch(() => undefined);
    assert.deepEqual(log, BOTH);
  });

  it('of a request that was awaited before it failed', async () => {
    listen();
    const request = comm.recvInto(new Uint8Array(1), 0, 3);
    const awaited = request.then(() => assert.fail(), caught);
    await comm.send(new Uint8Array(5), 0, 3);
    await awaited;
    assert.deepEqual(log, BOTH);
  });

  it('of a request that a blocked thread waits for, or asks', () => {
    for (const ask of [
      (request: MPI.Request<MPI.Status>) => void request.waitSync(),
      (request: MPI.Request<MPI.Status>) => {
        while (request.test() === undefined);
      },
      (request: MPI.Request<MPI.Status>) => void MPI.waitAnySync([request]),
    ]) {
      listen();
      try {
        ask(truncated());
      } catch (error) {
        caught(error);
      }
      assert.deepEqual(log.splice(0), BOTH);
    }
  });

  it('of each of several requests that fail together', () => {
    listen();
    const requests = [truncated(), truncated()];
    assert.throws(() => MPI.waitAllSync(requests), { code: 'MPI_ERR_IN_STATUS' });
    assert.deepEqual(log, ['handler MPI_ERR_TRUNCATE', 'handler MPI_ERR_TRUNCATE']);
  });

  it('of a request that nobody asks for, which leaves no rejection unhandled', async () => {
    const heard = new Promise<MPI.MPIError>((resolve) => comm.setErrhandler((_, error) => resolve(error)));
    truncated();
    assert.equal((await heard).code, 'MPI_ERR_TRUNCATE');
  });

  it('of a request that has failed already', async () => {
    listen();
    comm.sendSync('text', 0, 3);
    comm.probeSync(0, 3);
    const request = comm.recvInto(new Float64Array(1), 0, 3);
    assert.deepEqual(log, ['handler MPI_ERR_TYPE']);
    await assert.rejects(async () => await request, { code: 'MPI_ERR_TYPE' });
    comm.recvSync(0, 3);
    assert.equal(log.length, 1);
  });

  it('of the handle of a matched message', async () => {
    listen();
    for (const take of [() => comm.mprobe(0, 3), () => comm.mprobeSync(0, 3), () => comm.improbe(0, 3)]) {
      comm.sendSync('text', 0, 3);
      comm.probeSync(0, 3);
      const message = await take();
      assert.ok(message !== undefined);
      assert.throws(() => message.recvIntoSync(new Float64Array(1)), { code: 'MPI_ERR_TYPE' });
      assert.equal(message.recvSync().data, 'text');
      assert.throws(() => message.recv(), { code: 'MPI_ERR_REQUEST' });
      assert.deepEqual(log.splice(0), ['handler MPI_ERR_TYPE', 'handler MPI_ERR_REQUEST']);
    }
  });

  it('of a step of an iterator', async () => {
    listen();
    await assert.rejects(comm.messages({ tag: -5 }).next(), { code: 'MPI_ERR_TAG' });
    assert.deepEqual(log, ['handler MPI_ERR_TAG']);
    comm.sendSync('text', 0, 3);
    for await (const { data } of comm.messages({ tag: 3 })) {
      assert.equal(data, 'text');
      break;
    }
  });
});

describe('an error handler hears nothing', () => {
  it('of the timeouts and signals that the program has set', async () => {
    listen();
    await assert.rejects(async () => await comm.recv(0, 9, { timeout: 1 }), { code: 'MPI_ERR_TIMEOUT' });
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(async () => await comm.recv(0, 9, { signal }), { message: 'enough' });
    await assert.rejects(comm.messages({ tag: 9, signal }).next(), { message: 'enough' });
    assert.deepEqual(log, []);
  });

  it('of what a function of the program throws', () => {
    listen();
    const clumsy = MPI.createOp(() => {
      throw new RangeError('clumsy');
    });
    const key = MPI.createKeyval<number>('clumsy');
    comm.setAttr(key, 1);
    assert.equal(comm.allreduceSync(1, clumsy), 1, 'one process combines nothing');
    assert.deepEqual(log, []);
    comm.deleteAttr(key);
  });

  it('of what it does itself on its communicator', () => {
    let calls = 0;
    comm.setErrhandler((where) => {
      calls++;
      assert.throws(() => where.sendSync(1, 77), { code: 'MPI_ERR_RANK' });
    });
    assert.throws(() => comm.sendSync(1, 5), { code: 'MPI_ERR_RANK' });
    assert.equal(calls, 1);
    // The same where the program has called it.
    comm.callErrhandler(MPI.errorClass('MPI_ERR_OTHER'));
    assert.equal(calls, 2);
    assert.throws(() => comm.sendSync(1, 5), { code: 'MPI_ERR_RANK' });
    assert.equal(calls, 3);
  });

  it('of what it does before it throws, and of the next error as ever', () => {
    let calls = 0;
    comm.setErrhandler((where) => {
      calls++;
      assert.throws(() => where.sendSync(1, 77), { code: 'MPI_ERR_RANK' });
      throw new Error('clumsy');
    });
    assert.throws(() => comm.callErrhandler(MPI.errorClass('MPI_ERR_OTHER')), /clumsy/);
    assert.equal(calls, 1);
    comm.setErrhandler(() => {
      calls++;
    });
    assert.throws(() => comm.sendSync(1, 5), { code: 'MPI_ERR_RANK' });
    assert.equal(calls, 2);
  });

  it('of other communicators, nor after another one was set', () => {
    listen();
    assert.throws(() => MPI.COMM_SELF.sendSync(1, 5), { code: 'MPI_ERR_RANK' });
    comm.setErrhandler((_, error) => void log.push(`other ${error.code}`));
    assert.throws(() => comm.sendSync(1, 5), { code: 'MPI_ERR_RANK' });
    assert.deepEqual(log.splice(0), ['other MPI_ERR_RANK']);
    comm.setErrhandler(MPI.ERRORS_RETURN);
    assert.throws(() => comm.sendSync(1, 5), { code: 'MPI_ERR_RANK' });
    assert.deepEqual(log, []);
  });
});

describe('error handlers', () => {
  it('are one of three, or a function', () => {
    for (const wrong of [undefined, null, 'fatal', {}, Symbol('ERRORS_RETURN')]) {
      assert.throws(() => comm.setErrhandler(wrong as never), { code: 'MPI_ERR_ERRHANDLER' });
    }
    assert.equal(comm.getErrhandler(), MPI.ERRORS_RETURN);
  });

  it('go with their communicator, and hear of what was under way on it', async () => {
    const gone = MPI.COMM_SELF.dupSync();
    const heard: string[] = [];
    gone.setErrhandler((_, error) => void heard.push(error.code));
    const request = gone.recvInto(new Uint8Array(1), 0);
    gone.sendSync(new Uint8Array(5), 0);
    gone.free();
    await assert.rejects(async () => await request, { code: 'MPI_ERR_TRUNCATE' });
    for (const use of [
      () => gone.setErrhandler(MPI.ERRORS_RETURN),
      () => gone.callErrhandler(16),
      () => gone.iprobe(),
    ]) {
      assert.throws(use, { code: 'MPI_ERR_COMM' });
    }
    assert.deepEqual(heard, ['MPI_ERR_TRUNCATE']);
  });

  it('are called with known classes and codes only', () => {
    listen();
    assert.throws(() => comm.callErrhandler(12_345), { code: 'MPI_ERR_ARG' });
    assert.deepEqual(log, []);
  });

  it('leave nothing behind on the communicator when the default is set again', () => {
    const before = Object.getOwnPropertyNames(comm);
    listen();
    assert.ok(Object.hasOwn(comm, 'sendSync'));
    comm.setErrhandler(MPI.ERRORS_RETURN);
    assert.deepEqual(Object.getOwnPropertyNames(comm), before);
  });

  it('watch every method that can fail', () => {
    // What communicators tell of themselves, and the handlers' own.
    const others = [
      'constructor',
      'group',
      'remoteGroup',
      'abort',
      'setErrhandler',
      'getErrhandler',
      'callErrhandler',
    ];
    const known = new Set<string>([...VERBS, ...others]);
    for (const of of [MPI.Intracommunicator, MPI.Intercommunicator]) {
      for (
        let level = of.prototype as object;
        level !== Object.prototype;
        level = Object.getPrototypeOf(level) as object
      ) {
        for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
          if (typeof value !== 'function' || INNER.includes(name)) continue;
          assert.ok(known.has(name), `${name} is no known verb`);
        }
      }
    }
  });

  it('hear nothing of a death that the end of a scope passes over', async () => {
    const world = new SimulatedWorld({ size: 3, seed: 62 });
    const endings = await world.runToEnd(async (each) => {
      const heard: string[] = [];
      const [scoped, told] = [await each.dup(), await each.dup()];
      if (each.rank === 2) {
        world.kill(2);
        return heard;
      }
      for (const comm of [scoped, told]) comm.setErrhandler((_, error) => void heard.push(error.code));
      await scoped[Symbol.asyncDispose]();
      assert.deepEqual(heard, []);
      await assert.rejects(async () => await told.disconnect(), { code: 'MPI_ERR_PROC_FAILED' });
      return heard;
    });
    const value = ['MPI_ERR_PROC_FAILED'];
    assert.deepEqual(endings.slice(0, 2), [
      { rank: 0, value },
      { rank: 1, value },
    ]);
  });

  it('hear once of what goes wrong at the end of a scope', async () => {
    const key = MPI.createKeyval<number>('clumsy', {
      delete: () => {
        throw new RangeError('clumsy');
      },
    });
    const scoped = MPI.COMM_SELF.dupSync();
    scoped.setAttr(key, 1);
    const heard: string[] = [];
    scoped.setErrhandler((_, error) => void heard.push(error.code));
    await assert.rejects(async () => await scoped[Symbol.asyncDispose](), { code: 'MPI_ERR_OTHER' });
    assert.deepEqual(heard, ['MPI_ERR_OTHER']);
    await scoped[Symbol.asyncDispose]();
  });

  it('hear of each operation that a death ends', async () => {
    const world = new SimulatedWorld({ size: 3, seed: 61 });
    const endings = await world.runToEnd(async (each) => {
      if (each.rank === 2) {
        world.kill(2);
        return 0;
      }
      let calls = 0;
      each.setErrhandler((where, error) => {
        assert.equal(where, each);
        assert.equal(error.code, 'MPI_ERR_PROC_FAILED');
        calls++;
      });
      await assert.rejects(async () => await each.barrier(), { code: 'MPI_ERR_PROC_FAILED' });
      await assert.rejects(async () => await each.recv(2), { code: 'MPI_ERR_PROC_FAILED' });
      // The same error again, of another operation.
      await assert.rejects(async () => await each.barrier(), { code: 'MPI_ERR_PROC_FAILED' });
      return calls;
    });
    assert.deepEqual(endings.slice(0, 2), [
      { rank: 0, value: 3 },
      { rank: 1, value: 3 },
    ]);
  });
});
