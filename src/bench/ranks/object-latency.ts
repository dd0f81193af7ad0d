/**
 * Ping-pong of a small object: every message is serialised, sent, received, and made a fresh object again, which mpi4py's
 * `send` and `recv` do by pickle. One iteration is one round trip.
 */
import assert from 'node:assert/strict';
import type { BenchCase } from '../bench-case.ts';
import { runBatches, TAG_DATA, type GoAhead } from './batches.ts';
import type { Pair } from './pair.ts';

const SMALL_OBJECT = { a: 7, b: [1, 2.7], c: 'x' };

export async function runObjectLatency(
  { comm, peer, isFirst }: Pair,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  let last: unknown;

  function blocking(iterations: number): void {
    for (let i = 0; i < iterations; i++) {
      if (isFirst) comm.sendSync(SMALL_OBJECT, peer, TAG_DATA);
      last = comm.recvSync(peer, TAG_DATA).data;
      if (!isFirst) comm.sendSync(SMALL_OBJECT, peer, TAG_DATA);
    }
  }

  async function awaited(iterations: number): Promise<void> {
    for (let i = 0; i < iterations; i++) {
      if (isFirst) await comm.send(SMALL_OBJECT, peer, TAG_DATA);
      last = (await comm.recv(peer, TAG_DATA)).data;
      if (!isFirst) await comm.send(SMALL_OBJECT, peer, TAG_DATA);
    }
  }

  const seconds = await runBatches(benchCase, goAhead, awaiting ? awaited : blocking);
  assert.deepEqual(last, SMALL_OBJECT, 'the object that arrived is not the object that was sent');
  return seconds;
}
