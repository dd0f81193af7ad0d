/**
 * Ping-pong of a small object: every message is serialised, sent, received, and made a fresh object again, which mpi4py's
 * `send` and `recv` do by pickle. One iteration is one round trip.
 */
import assert from 'node:assert/strict';
import type { Communicator } from '../../index.ts';
import type { BenchCase } from '../bench-case.ts';
import { runBatches, TAG_DATA, type GoAhead } from './batches.ts';

const SMALL_OBJECT = { a: 7, b: [1, 2.7], c: 'x' };

export async function runObjectLatency(
  world: Communicator,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  const peer = 1 - world.rank;
  const first = world.rank === 0;
  let last: unknown;

  function blocking(iterations: number): void {
    for (let i = 0; i < iterations; i++) {
      if (first) world.sendSync(SMALL_OBJECT, peer, TAG_DATA);
      last = world.recvSync(peer, TAG_DATA).data;
      if (!first) world.sendSync(SMALL_OBJECT, peer, TAG_DATA);
    }
  }

  async function awaited(iterations: number): Promise<void> {
    for (let i = 0; i < iterations; i++) {
      if (first) await world.send(SMALL_OBJECT, peer, TAG_DATA);
      last = (await world.recv(peer, TAG_DATA)).data;
      if (!first) await world.send(SMALL_OBJECT, peer, TAG_DATA);
    }
  }

  const seconds = await runBatches(benchCase, goAhead, awaiting ? awaited : blocking);
  assert.deepEqual(last, SMALL_OBJECT, 'the object that arrived is not the object that was sent');
  return seconds;
}
