/** Two ends of a socket, whose bytes are handed on one message at a time: both join, or none, whoever gives up in which moment. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { JoinHandshake, type JoinOutcome } from '#dynamic/join-handshake.js';
import type { JoinHello } from '#dynamic/join-message.js';
import { settle } from '#pmi/agreement-file.js';
import { ManualWorld, turns } from '../engine/manual-world.ts';

/** One end, and the far side of its socket, which is in the hands of the test. */
class End {
  readonly handshake: JoinHandshake;
  readonly socket: Socket;
  readonly #far: Socket;
  readonly #said: string[] = [];

  constructor(handshake: JoinHandshake, socket: Socket, far: Socket) {
    this.handshake = handshake;
    this.socket = socket;
    this.#far = far;
    // Every message begins so.
    far.on('data', (bytes: Buffer) =>
      this.#said.push(
        ...bytes
          .toString('latin1')
          .split(/(?=PARLEYJOIN)/)
          .filter((text) => text !== ''),
      ),
    );
    handshake.shakeHands();
  }

  /** Its next message. */
  async says(): Promise<string> {
    while (this.#said.length === 0) await turns();
    return this.#said.shift()!;
  }

  async hears(message: string): Promise<void> {
    const before = this.socket.bytesRead;
    this.#far.write(message, 'latin1');
    while (this.socket.bytesRead < before + message.length) await turns();
    await turns();
  }

  breaks(): void {
    this.socket.destroy(new Error('it broke'));
  }

  get outcome(): unknown {
    const { done, failed, failure } = this.handshake;
    return !done ? 'waits' : !failed ? 'joined' : failure instanceof Error ? failure.message : failure;
  }
}

/** Both ends have said who they are and that they want to, and neither has heard the other's verdict. */
async function inTheMiddle(
  test: (one: End, other: End, verdicts: readonly string[]) => Promise<void>,
): Promise<void> {
  const world = new ManualWorld(2);
  const directory = mkdtempSync(join(tmpdir(), 'parley-join-'));
  const server = createServer().listen(join(directory, 'socket'));
  await once(server, 'listening');
  const ends: End[] = [];
  const sockets: Socket[] = [];
  try {
    for (const [rank, engine] of world.engines.entries()) {
      const [near, far] = await pair(server, join(directory, 'socket'));
      sockets.push(near, far);
      const own: JoinHello = {
        kind: 'hello',
        nonce: String(rank).repeat(32),
        process: engine.self,
        contextId: { high: 1, low: 16 * rank },
        host: 'here',
        bootId: '',
        userId: 0,
        base: directory,
        device: '',
        inode: '',
      };
      const settling = (_: JoinHello, wish: JoinOutcome): JoinOutcome =>
        settle(directory, 'join', wish) as JoinOutcome;
      ends.push(new End(new JoinHandshake(engine.driver, near, own, () => '', settling), near, far));
    }
    const [one, other] = ends as [End, End];
    const hellos = [await one.says(), await other.says()] as const;
    await one.hears(hellos[1]);
    await other.hears(hellos[0]);
    await test(one, other, [await one.says(), await other.says()]);
    assert.deepEqual(
      readdirSync(directory).filter((name) => name !== 'socket'),
      [],
    );
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
    rmSync(directory, { recursive: true });
  }
}

async function pair(server: Server, path: string): Promise<[Socket, Socket]> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const near = connect(path);
  await once(near, 'connect');
  near.on('error', () => undefined);
  const [far] = await accepted;
  return [near, far];
}

describe('Two ends of a socket', () => {
  it('both join', async () => {
    await inTheMiddle(async (one, other, [yes = '', yesToo = '']) => {
      await one.hears(yesToo);
      assert.deepEqual([one.outcome, other.outcome], ['joined', 'waits']);
      await other.hears(yes);
      assert.equal(other.outcome, 'joined');
    });
  });

  it('both join where one would give up when the other has joined', async () => {
    await inTheMiddle(async (one, other, [yes = '', yesToo = '']) => {
      await one.hears(yesToo);
      assert.equal(other.handshake.withdraw('enough'), false);
      await other.hears(yes);
      assert.deepEqual([one.outcome, other.outcome], ['joined', 'joined']);
    });
  });

  it('both join where the socket of one breaks when the other has joined', async () => {
    await inTheMiddle(async (one, other, [, yesToo = '']) => {
      await one.hears(yesToo);
      other.breaks();
      while (other.outcome === 'waits') await turns();
      assert.deepEqual([one.outcome, other.outcome], ['joined', 'joined']);
    });
  });

  it('do not join where one has given up, though it had said yes before', async () => {
    await inTheMiddle(async (one, other, [, yesToo = '']) => {
      assert.equal(other.handshake.withdraw('enough'), true);
      await one.hears(yesToo);
      assert.equal(one.outcome, 'waits');
      await one.hears(await other.says());
      const why = 'Cannot join over this socket: the other end says: it waits no longer (MPI_ERR_OTHER)';
      assert.deepEqual([one.outcome, other.outcome], [why, 'enough']);
    });
  });
});
