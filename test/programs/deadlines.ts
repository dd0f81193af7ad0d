/** Operations that wait no longer than they are allowed to: timeouts and abort signals, and what becomes of messages. */
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { COMM_WORLD as world, type MPIError, type Request, type WaitOptions } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { isFirst, partner } from './support/pairs.ts';

const LONG_MS = 1e6;

/** Each operation that takes wait options, none of which comes to an end by itself. */
const starts: Readonly<Record<string, (options: WaitOptions) => Request<unknown>>> = {
  'receive from': (options) => world.recv(partner, 1, options),
  'receive from rank': (options) => world.recvInto(new Int32Array(4), partner, 1, options),
  'probe from': (options) => world.probe(partner, 1, options),
  'probe from rank': (options) => world.mprobe(partner, 1, options),
  'send synchronously to rank': (options) => world.ssend('nobody takes it', partner, 2, options),
  'send to rank': (options) => world.send(new Uint8Array(2 ** 22), partner, 2, options),
};

async function rejection(request: PromiseLike<unknown>): Promise<unknown> {
  return await request.then(
    () => assert.fail('a rejection is wanted'),
    (reason: unknown) => reason,
  );
}

await runCases({
  'a timeout ends each operation, which says what it wanted': async (way) => {
    for (const [text, start] of Object.entries(starts)) {
      const begun = performance.now();
      const request = start({ timeout: 20 });
      const error = await failure('MPI_ERR_TIMEOUT', () => way.wait(request));
      assert.ok(performance.now() - begun >= 19, text);
      assert.match(error.message, new RegExp(`^Cannot ${text}.*"MPI_COMM_WORLD": .* within 20 ms`));
      assert.equal(request.done, true);
      await failure('MPI_ERR_TIMEOUT', () => request.test());
    }
    await way.call(world, 'barrier');
  },
  'what was withdrawn is not received, and takes nothing': async (way) => {
    for (const start of Object.values(starts)) {
      await failure('MPI_ERR_TIMEOUT', () => way.wait(start({ timeout: 1 })));
    }
    await way.call(world, 'barrier');
    const messages = [
      world.sendrecv('next', partner, 1, partner, 1),
      world.sendrecv(1, partner, 2, partner, 2),
    ];
    assert.deepEqual([(await messages[0])?.data, (await messages[1])?.data], ['next', 1]);
  },
  'the time is over at once where it is zero': async (way) => {
    await failure('MPI_ERR_TIMEOUT', () => way.wait(world.recv(partner, 1, { timeout: 0 })));
  },
  'an operation that is in time is not disturbed': async (way) => {
    if (isFirst) {
      await way.call(world, 'send', 'in time', partner, 1);
      await way.call(world, 'barrier');
      return;
    }
    const controller = new AbortController();
    const request = world.recv(partner, 1, { timeout: LONG_MS, signal: controller.signal });
    assert.equal((await way.wait(request)).data, 'in time');
    assert.deepEqual(getEventListeners(controller.signal, 'abort'), []);
    controller.abort();
    assert.equal((await request).data, 'in time');
    await way.call(world, 'barrier');
  },
  'no limit is a limit too': async (way) => {
    const request = world.recv(partner, 1, { timeout: Infinity });
    await way.call(world, 'send', 1, partner, 1);
    assert.equal((await way.wait(request)).data, 1);
  },
  'a signal ends each operation with its own reason': async (way) => {
    for (const start of Object.values(starts)) {
      const reason = { any: 'value' };
      const controller = new AbortController();
      const request = start({ signal: controller.signal, timeout: LONG_MS });
      const rejected = rejection(request);
      controller.abort(reason);
      assert.equal(await rejected, reason);
      assert.equal(request.done, true);
      assert.throws(
        () => request.waitSync(),
        (error: unknown) => error === reason,
      );
      assert.deepEqual(getEventListeners(controller.signal, 'abort'), []);
      await failure('MPI_ERR_TIMEOUT', () => start({ timeout: 1 }));
    }
    await way.call(world, 'barrier');
  },
  'the usual reason is the usual error': async () => {
    const controller = new AbortController();
    const rejected = rejection(world.recv(partner, 1, controller));
    controller.abort();
    const error = await rejected;
    assert.ok(error instanceof DOMException);
    assert.equal(error.name, 'AbortError');
  },
  'a time limit as a signal works as well': async () => {
    const error = await rejection(world.recv(partner, 1, { signal: AbortSignal.timeout(5) }));
    assert.equal((error as DOMException).name, 'TimeoutError');
  },
  'a signal that has fired lets nothing begin': async (way) => {
    await way.call(world, 'send', 'it stays', partner, 1);
    await way.call(world, 'probe', partner, 1);
    const signal = AbortSignal.abort('over');
    for (const start of Object.values(starts)) assert.equal(await rejection(start({ signal })), 'over');
    assert.equal((await way.call(world, 'recv', partner, 1)).data, 'it stays');
    await way.call(world, 'barrier');
  },
  'one signal ends many operations, and nobody warns of their number': async () => {
    const controller = new AbortController();
    const requests = Array.from({ length: 200 }, () => world.recv(partner, 1, controller));
    const rejected = Promise.all(requests.map(rejection));
    controller.abort('all');
    assert.deepEqual(new Set(await rejected), new Set(['all']));
  },
  'messages survive receives that give up, whenever that is': async (way) => {
    // The receiver gives up again and again while the messages come, long ones among them.
    const count = 60;
    if (isFirst) {
      for (let k = 0; k < count; k++) {
        await way.call(world, 'send', new Int32Array((k % 7) * 20_000).fill(k), partner, 1);
      }
      return;
    }
    for (let k = 0; k < count;) {
      const options = { timeout: (k % 3) * 0.5 };
      try {
        const { data } = await way.wait(world.recv(partner, 1, options));
        assert.deepEqual(data, new Int32Array((k % 7) * 20_000).fill(k));
        k++;
      } catch (error) {
        assert.equal((error as MPIError).code, 'MPI_ERR_TIMEOUT');
      }
    }
  },
  'what is no limit is refused, and nothing begins': async (way) => {
    for (const start of Object.values(starts)) {
      for (const timeout of [-1, NaN, 2 ** 31]) {
        const error = await failure('MPI_ERR_ARG', () => start({ timeout }));
        assert.match(
          error.message,
          new RegExp(`timeout is ${timeout}; milliseconds from 0 to .* are wanted`),
        );
      }
      await failure('MPI_ERR_ARG', () => start({ timeout: '5' as never }));
      const error = await failure('MPI_ERR_ARG', () => start({ signal: {} as AbortSignal }));
      assert.match(error.message, /an AbortSignal is wanted/);
    }
    const { data } = await way.call(world, 'sendrecv', 'good', partner, 1, partner, 1);
    assert.equal(data, 'good');
  },
});
