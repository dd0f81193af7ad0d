/**
 * A57 join: two processes with a socket between them and nothing else.
 *
 *     parley run -n 2 a57-join.js          inside one world
 *     node a57-join.js listen PATH         two that were started apart, over a Unix socket
 *     node a57-join.js call PATH
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { COMM_WORLD as world, type Intercommunicator, join } from 'parley';
import { encodeJoinMessage, type JoinHello, readJoinMessage } from '#dynamic/join-message.js';
import { failure, runCases, runCasesOnce } from './support/cases.ts';

const COUNT = 1024;

async function listen(where: ListenOptions, ready: (port: number) => unknown): Promise<Socket> {
  const server = createServer();
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  await ready(typeof address === 'object' && address !== null ? address.port : 0);
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  return socket;
}

async function call(where: { readonly path: string } | { readonly port: number }): Promise<Socket> {
  const socket = connect('path' in where ? where : { ...where, host: '127.0.0.1' });
  await once(socket, 'connect');
  return socket;
}

/** A connected socket between ranks 0 and 1. */
async function socketBetween(): Promise<Socket> {
  if (world.rank === 0) return await listen({ port: 0, host: '127.0.0.1' }, (port) => world.send(port, 1));
  return await call({ port: (await world.recv<number>(0)).data });
}

/** Both exchange `value i + COUNT * side`. */
async function exchange(peer: Intercommunicator, side: number): Promise<void> {
  assert.deepEqual([peer.size, peer.remoteSize, peer.rank, peer.isInter], [1, 1, 0, true]);
  const ints = (of: number): Int32Array => Int32Array.from({ length: COUNT }, (_, i) => i + COUNT * of);
  const received = new Int32Array(COUNT);
  const receive = peer.recvInto(received, 0, 3);
  await peer.send(ints(side), 0, 3);
  await receive;
  assert.deepEqual(received, ints(1 - side));
}

/** The next line that comes by a socket. */
async function line(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.endsWith('\n')) return text;
  }
  return text;
}

/** The next message of an end that joins, as somebody reads it who knows how. */
async function told(socket: Socket): Promise<NonNullable<ReturnType<typeof messageIn>>['message']> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const message = messageIn(bytes);
    if (message !== null) {
      socket.unshift(bytes.subarray(message.bytes));
      return message.message;
    }
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) await delay(1);
    else bytes = Buffer.concat([bytes, chunk]);
  }
}

function messageIn(bytes: Buffer): Extract<ReturnType<typeof readJoinMessage>, { type: 'message' }> | null {
  const reading = readJoinMessage(bytes);
  assert.notEqual(reading.type, 'refused');
  return reading.type === 'message' ? reading : null;
}

async function apart(role: string, path: string): Promise<void> {
  const side = role === 'listen' ? 0 : 1;
  const socket = side === 0 ? await listen({ path }, () => console.log('listening')) : await call({ path });
  const peer = await join(socket, { timeout: 30_000 });
  await exchange(peer, side);
  const both = await peer.merge(false);
  assert.equal(both.size, 2);
  assert.equal(await both.allreduce(both.rank), 1);
  await both.disconnect();
  await peer.disconnect();
  // The socket is as good as new.
  socket.write(`side ${side}\n`);
  assert.equal(await line(socket), `side ${1 - side}\n`);
  socket.end();
  console.log('ok joined apart');
}

async function together(): Promise<void> {
  const { rank } = world;
  await runCases({
    'joins inside one world, over TCP': async (way) => {
      const socket = await socketBetween();
      const peer = await join(socket);
      await exchange(peer, rank);
      await way.call(peer, 'disconnect');
      socket.destroy();
    },
  });
  await runCasesOnce({
    'leaves the bytes behind the handshake to the owner of the socket': async () => {
      const socket = await socketBetween();
      socket.setEncoding('utf8');
      const heard: string[] = [];
      socket.on('data', (text: string) => heard.push(text));
      const peer = await join(socket);
      socket.write(`gruß ${rank}\n`);
      await peer.barrier();
      while (!heard.join('').endsWith('\n')) await once(socket, 'data');
      assert.equal(heard.join(''), `gruß ${1 - rank}\n`);
      assert.equal(socket.readableEncoding, 'utf8');
      assert.equal(socket.readableFlowing, true);
      await peer.disconnect();
      socket.destroy();
    },
    'joins over a socket that is paused, and has heard the other end already': async () => {
      const socket = await socketBetween();
      socket.pause();
      if (rank === 1) while (socket.readableLength === 0) await delay(1);
      const peer = await join(socket);
      socket.write('later\n');
      await exchange(peer, rank);
      assert.equal(socket.isPaused(), true);
      socket.resume();
      assert.equal(await line(socket), 'later\n');
      await peer.disconnect();
      socket.destroy();
    },
    'joins several times over one socket': async () => {
      const socket = await socketBetween();
      for (let time = 0; time < 20; time++) {
        const peer = await join(socket);
        assert.equal((await peer.sendrecv(time, 0, 1, 0, 1)).data, time);
        await peer.disconnect();
      }
      socket.destroy();
    },
    'says when the other end does not join': async () => {
      const socket = await socketBetween();
      if (rank === 0) {
        const error = await failure('MPI_ERR_OTHER', () => join(socket));
        assert.match(error.message, /the other end does not join: it sends something else/);
        assert.equal(await line(socket), 'GET / HTTP/1.1\n');
      } else {
        socket.resume().write('GET / HTTP/1.1\n');
      }
      await world.barrier();
      socket.destroy();
    },
    'gives up when nothing comes, when the signal fires, and when the other end is closed': async () => {
      const socket = await socketBetween();
      if (rank === 0) {
        await failure('MPI_ERR_TIMEOUT', () => join(socket, { timeout: 30 }));
        const reason = new Error('enough');
        await assert.rejects(Promise.resolve(join(socket, { signal: AbortSignal.timeout(1) })), /timeout/);
        await assert.rejects(Promise.resolve(join(socket, { signal: AbortSignal.abort(reason) })), /enough/);
        assert.equal(socket.destroyed, false);
        await world.send('close it', 1);
        const error = await failure('MPI_ERR_OTHER', () => join(socket));
        assert.match(error.message, /closed|ECONNRESET|EPIPE/);
        const late = await failure('MPI_ERR_ARG', () => join(socket));
        assert.match(late.message, /it is closed/);
      } else {
        await world.recv(0);
        socket.destroy();
      }
      await world.barrier();
    },
    'is told when the other end gives up': async () => {
      const socket = await socketBetween();
      if (rank === 0) await failure('MPI_ERR_TIMEOUT', () => join(socket, { timeout: 20 }));
      await world.barrier();
      if (rank === 1) {
        const error = await failure('MPI_ERR_OTHER', () => join(socket));
        assert.match(error.message, /waits no longer/);
      }
      await world.barrier();
      socket.destroy();
    },
    'says why the other end is out of reach, to both': async () => {
      const lies: readonly (readonly [Partial<JoinHello>, RegExp])[] = [
        [{ bootId: 'another', host: 'elsewhere' }, /it is on another host \("elsewhere"/],
        [{ userId: 4711 }, /it belongs to user 4711/],
        [{ inode: '1', base: '/other/parley-0' }, /its jobs are in "\/other\/parley-0".*PARLEY_SHM_DIR/],
        [{ process: `${'0'.repeat(32)}.0` }, /its job is over/],
        [{ nonce: 'ab'.repeat(16) }, /answers somebody else/],
      ];
      for (const [lie, why] of lies) {
        const socket = await socketBetween();
        if (rank === 0) {
          const error = await failure('MPI_ERR_OTHER', () => join(socket));
          assert.match(error.message, why);
        } else {
          socket.pause();
          const first = await told(socket);
          assert.ok(first.kind === 'hello');
          const process = `${first.process.slice(0, -1)}1`;
          socket.write(encodeJoinMessage({ ...first, process, nonce: 'cd'.repeat(16), ...lie }));
          socket.write(encodeJoinMessage({ kind: 'verdict', nonce: 'ef'.repeat(16), why: '' }));
          const second = await told(socket);
          assert.ok(second.kind === 'verdict' && (lie.nonce !== undefined || why.test(second.why)));
        }
        await world.barrier();
        socket.destroy();
      }
    },
    'refuses what is no socket, and a blocked thread': async () => {
      await failure('MPI_ERR_ARG', () => join({} as unknown as Socket));
      await failure('MPI_ERR_ARG', () => join(null as unknown as Socket));
      const socket = await socketBetween();
      const joining = join(socket, { timeout: 60_000 });
      const twice = await failure('MPI_ERR_ARG', () => join(socket));
      assert.match(twice.message, /another join is under way/);
      if (rank === 0) await failure('MPI_ERR_OTHER', () => joining.waitSync());
      await world.barrier();
      await (await joining).disconnect();
      socket.destroy();
    },
  });
}

const [role, path] = process.argv.slice(2);
if (role === undefined || path === undefined) await together();
else await apart(role, path);
