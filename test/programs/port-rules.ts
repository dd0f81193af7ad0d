/** Ports beyond the cases of the public suites: three ranks, of which rank 0 mostly serves (MPI-4.1 §11.9). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const { rank } = world;
const isServer = rank === 0;
/** What is expected to take no time at all must not even take this long. */
const AT_ONCE_MS = 10_000;

const shared = async (way: Way, name: string | undefined): Promise<string> =>
  (await way.call(world, 'bcast', name ?? '', 0)) as string;

/** Everybody connects, rank 1 alone knowing the name, and fails. */
async function expectRefusal(way: Way, name: string, message: RegExp): Promise<void> {
  const from = performance.now();
  const known = rank === 1 ? name : (undefined as unknown as string);
  const error = await failure('MPI_ERR_PORT', () => way.call(world, 'connect', known, { root: 1 }));
  assert.equal(error.errorClass, MPI.errorClass('MPI_ERR_PORT'));
  assert.match(error.message, message);
  assert.ok(performance.now() - from < AT_ONCE_MS);
  assert.equal(await way.call(world, 'allreduce', 1), world.size);
}

/** Lets this process take what comes, until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    world.iprobe();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function exchange(way: Way, comm: MPI.Intercommunicator, value: unknown): Promise<unknown> {
  const { data } = await way.call(comm, 'sendrecv', value, 0, 1, 0, 1);
  await way.call(comm, 'disconnect');
  return data;
}

/** What a promise is rejected with. */
async function reasonOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (reason) {
    return reason;
  }
  assert.fail('a failure is wanted');
}

await runCases(
  {
    'a port that nobody has open is refused at everybody, with the reason': async (way) => {
      const port = isServer ? MPI.openPortSync() : null;
      const name = await shared(way, port?.toString());
      const [, , owner = '', id = '', secret = ''] = name.split(':');
      const other = (digits: string): string =>
        digits.replaceAll(/./g, (digit) => (digit === '0' ? 'f' : '0'));
      await expectRefusal(way, `parley:1:${owner}:${id}:${other(secret)}`, /its secret is wrong/);
      await expectRefusal(
        way,
        `parley:1:${owner}:${other(id)}:${secret}`,
        /nobody has it open .*was it closed\?/,
      );
      await expectRefusal(
        way,
        `parley:1:${other(owner.slice(0, 32))}.0:${id}:${secret}`,
        /the job that has opened it is over/,
      );
      await expectRefusal(way, `parley:1:${owner.slice(0, 32)}.999:${id}:${secret}`, /nobody|secret|ended/);
      await expectRefusal(way, 'myhost:27', /it is no port name/);
      await expectRefusal(way, `${name}00`, /it is no port name/);
      await port?.close();
      await way.call(world, 'barrier');
      await expectRefusal(way, name, /nobody has it open .*was it closed\?/);
    },
    'a process accepts at its own ports alone': async (way) => {
      const port = isServer ? MPI.openPortSync() : null;
      const name = await shared(way, port?.toString());
      for (const root of [0, 1, 2]) {
        if (root === 0) continue;
        const error = await failure('MPI_ERR_PORT', () => way.call(world, 'accept', name, { root }));
        assert.match(error.message, /another process has opened it, and only that one may/);
      }
      if (!isServer) await failure('MPI_ERR_PORT', () => MPI.closePort(name));
      await way.call(world, 'barrier');
      if (port !== null) {
        await failure('MPI_ERR_PORT', () =>
          way.call(self, 'accept', name.slice(0, -1) + (name.endsWith('0') ? '1' : '0')),
        );
        await MPI.closePort(name);
        assert.equal((port as MPI.Port & { closed: boolean }).closed, true);
        await failure('MPI_ERR_PORT', () => way.call(self, 'accept', port));
        await failure('MPI_ERR_PORT', () => MPI.closePort(port));
        await port.close();
      }
      await failure('MPI_ERR_PORT', () => way.call(self, 'accept', 'myhost:27'));
      await failure('MPI_ERR_ROOT', () => way.call(world, 'accept', name, { root: 3 }));
      await failure('MPI_ERR_ROOT', () => way.call(world, 'connect', name, { root: -1 }));
    },
    'clients that came before the accept are served in their order': async (way) => {
      const port = isServer ? await MPI.openPort() : null;
      const name = await shared(way, port?.toString());
      if (port !== null) {
        for (const client of [2, 1]) {
          await way.call(world, 'send', 'go', client, 9);
          await until(() => waiting(port) === (client === 2 ? 1 : 2));
        }
        for (const client of [2, 1])
          assert.equal(await exchange(way, await way.call(self, 'accept', port), 'served'), client);
        await port.close();
        return;
      }
      await way.call(world, 'recv', 0, 9);
      assert.equal(await exchange(way, await way.call(self, 'connect', name), rank), 'served');
    },
    'two ports are never mixed up': async (way) => {
      const ports = isServer ? [MPI.openPortSync(), MPI.openPortSync()] : [];
      const names = (await way.call(world, 'bcast', ports.map(String), 0)) as string[];
      assert.notEqual(names[0], names[1]);
      // The later one first, so that a client of the other waits meanwhile.
      for (const port of ports.toReversed()) {
        const wanted = ports.indexOf(port) + 1;
        assert.equal(await exchange(way, await way.call(self, 'accept', port), wanted), wanted);
      }
      if (!isServer)
        assert.equal(await exchange(way, await way.call(self, 'connect', names[rank - 1] ?? ''), rank), rank);
      for (const port of ports) await port.close();
    },
    'a timeout ends an accept and a connect, and the port is as good as before': async (way) => {
      const port = isServer ? MPI.openPortSync() : null;
      const name = await shared(way, port?.toString());
      if (port !== null) {
        const error = await failure('MPI_ERR_TIMEOUT', () => way.call(self, 'accept', port, { timeout: 50 }));
        assert.match(
          error.message,
          /^Cannot accept a client at parley:1:.*: nothing came of it within 50 ms/,
        );
        await failure('MPI_ERR_ARG', () => way.call(self, 'accept', port, { timeout: -1 }));
        await failure('MPI_ERR_ARG', () => way.call(self, 'accept', port, { signal: {} as AbortSignal }));
      }
      // While nobody accepts; the server waits in the barrier.
      await way.call(world, 'barrier');
      if (rank === 1) {
        const error = await failure('MPI_ERR_TIMEOUT', () =>
          way.call(self, 'connect', name, { timeout: 50 }),
        );
        assert.equal(error.errorClass, MPI.errorClass('MPI_ERR_PORT'));
      }
      await way.call(world, 'barrier');
      // What rank 1 says of that may come later than the barrier.
      if (port !== null) await until(() => waiting(port) === 0);
      await way.call(world, 'barrier');
      if (isServer)
        assert.equal(
          await exchange(way, await way.call(self, 'accept', name, { timeout: 30_000 }), 'a'),
          'b',
        );
      if (rank === 2)
        assert.equal(
          await exchange(way, await way.call(self, 'connect', name, { timeout: 30_000 }), 'b'),
          'a',
        );
      await way.call(world, 'barrier');
      await port?.close();
    },
  },
  WAYS.slice(0, 2),
);

await runCases(
  {
    'a signal ends an accept and a connect': async (way) => {
      const port = isServer ? MPI.openPortSync() : null;
      const name = await shared(way, port?.toString());
      const fired = AbortSignal.abort('before');
      const verb = isServer ? 'accept' : 'connect';
      assert.equal(await reasonOf(self[verb](name, { signal: fired })), 'before');
      // The server has given up before anybody comes, or it would take who waits there.
      if (port === null) await world.barrier();
      const controller = new AbortController();
      const underWay = self[verb](name, { signal: controller.signal });
      if (port !== null) {
        controller.abort('enough');
        assert.equal(await reasonOf(underWay), 'enough');
        await world.barrier();
        await until(() => waiting(port) === 2);
        await world.barrier();
        await until(() => waiting(port) === 0);
        await port.close();
        return;
      }
      await world.barrier();
      controller.abort('enough');
      assert.equal(await reasonOf(underWay), 'enough');
    },
    'closing a port refuses those who wait there, and ends the accept that is under way': async (way) => {
      const port = isServer ? MPI.openPortSync() : null;
      const name = await shared(way, port?.toString());
      if (port !== null) {
        await until(() => waiting(port) === 2);
        await port.close();
        const another = MPI.openPortSync();
        const accepting = self.accept(another);
        await another.close();
        assert.match(String(await reasonOf(accepting)), /it has been closed \(MPI_ERR_PORT\)/);
        return;
      }
      const error = await failure('MPI_ERR_PORT', () => self.connect(name));
      assert.match(error.message, /it has been closed/);
    },
    'for await takes one client after the other until the port is closed': async (way) => {
      const port = isServer ? MPI.openPortSync() : null;
      const name = await shared(way, port?.toString());
      if (port === null) {
        for (let turn = 0; turn < 3; turn++)
          assert.equal(await exchange(way, await self.connect(name), rank), 'served');
        return;
      }
      const served: unknown[] = [];
      for await (const client of port) {
        served.push(await exchange(way, client, 'served'));
        if (served.length === 2) break;
      }
      assert.equal((port as MPI.Port & { closed: boolean }).closed, false);
      for await (const client of port) {
        served.push(await exchange(way, client, 'served'));
        if (served.length === 6) await port.close();
      }
      assert.deepEqual(served.sort(), [1, 1, 1, 2, 2, 2]);
      for await (const { name } of port) assert.fail(name);
    },
    'a group accepts as long as the port of its root is open': async () => {
      const servers = await world.split(rank === 2 ? MPI.UNDEFINED : 0);
      const port = isServer ? MPI.openPortSync() : null;
      if (port !== null) await world.send(port.name, 2, 4);
      if (servers === null) {
        const { data: name } = await world.recv(0, 4);
        for (let turn = 0; turn < 3; turn++) {
          const both = await self.connect(name as string);
          assert.equal(both.remoteSize, 2);
          await both.disconnect();
        }
        return;
      }
      let clients = 0;
      // What stands there elsewhere than at the root counts for nothing.
      for await (const client of servers.accepting(port ?? (null as unknown as string))) {
        await client.disconnect();
        if (++clients === 3) await port?.close();
      }
      assert.equal(clients, 3);
      await failure('MPI_ERR_PORT', () => servers.accepting('myhost:27').next());
      servers.free();
    },
    'an error handler hears of accepting once for each error, and nothing where the port is closed':
      async () => {
        const servers = await world.dup();
        const port = isServer ? MPI.openPortSync() : null;
        const heard: string[] = [];
        servers.setErrhandler((_, error) => void heard.push(error.code));
        const next = servers.accepting(port ?? '').next();
        await port?.close();
        assert.deepEqual(await next, { done: true, value: undefined });
        assert.deepEqual(heard, []);
        await failure('MPI_ERR_PORT', () => servers.accepting('myhost:27').next());
        assert.deepEqual(heard, ['MPI_ERR_PORT']);
        await failure('MPI_ERR_PORT', () => servers.accept('myhost:27'));
        assert.deepEqual(heard, ['MPI_ERR_PORT', 'MPI_ERR_PORT']);
        servers.free();
      },
    'accepting stops at a signal': async () => {
      if (!isServer) return;
      const port = MPI.openPortSync();
      const controller = new AbortController();
      const clients = self.accepting(port, { signal: controller.signal });
      const next = clients.next();
      controller.abort('enough');
      assert.equal(await reasonOf(next), 'enough');
      assert.equal(await reasonOf(self.accepting(port, { signal: controller.signal }).next()), 'enough');
      await port.close();
    },
    'a port is closed at the end of its scope, and wants options that it knows': async (way) => {
      let name = '';
      if (isServer) {
        await using port = await MPI.openPort({ ip_address: 'localhost', ip_port: '0' });
        name = port.name;
        assert.equal(String(port), name);
        assert.ok(name.length <= MPI.MAX_PORT_NAME);
      }
      await expectRefusal(way, await shared(way, name), /was it closed\?/);
      await failure('MPI_ERR_INFO_KEY', () => MPI.openPort({ ip: 'x' } as object));
      await failure('MPI_ERR_INFO_VALUE', () => MPI.openPort({ ip_address: '192.0.2.1' }));
      await failure('MPI_ERR_INFO_VALUE', () => MPI.openPort({ ip_port: '65536' }));
    },
    'nobody connects to itself, and the accept goes on': async (way) => {
      if (rank === 2) return;
      const pair = (await world.createGroup(world.group().include([0, 1])))!;
      const port = isServer ? MPI.openPortSync() : null;
      const name = await pair.bcast<string>(port?.name ?? '', 0);
      const accepting = port === null ? null : self.accept(port);
      const error = await failure('MPI_ERR_COMM', () => pair.connect(name));
      assert.match(error.message, /a process is in both groups/);
      if (accepting === null) assert.equal(await exchange(way, await self.connect(name), 1), 0);
      else assert.equal(await exchange(way, await accepting, 0), 1);
      await port?.close();
      pair.free();
    },
  },
  WAYS.slice(1, 2),
);

/** Clients that wait there. */
function waiting(port: MPI.Port): number {
  return (port as MPI.Port & { waiting: number }).waiting;
}
