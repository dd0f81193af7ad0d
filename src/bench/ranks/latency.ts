/**
 * Ping-pong between rank 0 and rank 1; one iteration is one round trip. Blocking: `sendSync` and `recvIntoSync`, as
 * MPI_Send and MPI_Recv. Awaiting: both operations awaited, so that the event loop stays alive.
 */
import type { Communicator } from '../../index.ts';
import type { BenchCase } from '../bench-case.ts';
import { expectPattern, patternedBytes, runBatches, TAG_DATA, type Batch, type GoAhead } from './batches.ts';

export async function runLatency(
  world: Communicator,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  const peer = 1 - world.rank;
  const outgoing = patternedBytes(benchCase.bytes, world.rank);
  const incoming = patternedBytes(benchCase.bytes, 100);
  const pattern = awaiting ? awaitingPingPong : blockingPingPong;
  const seconds = await runBatches(benchCase, goAhead, pattern(world, peer, outgoing, incoming));
  expectPattern(incoming, peer, benchCase);
  return seconds;
}

function blockingPingPong(
  world: Communicator,
  peer: number,
  outgoing: Uint8Array,
  incoming: Uint8Array,
): Batch {
  const first = world.rank === 0;
  return (iterations) => {
    for (let i = 0; i < iterations; i++) {
      if (first) {
        world.sendSync(outgoing, peer, TAG_DATA);
        world.recvIntoSync(incoming, peer, TAG_DATA);
      } else {
        world.recvIntoSync(incoming, peer, TAG_DATA);
        world.sendSync(outgoing, peer, TAG_DATA);
      }
    }
  };
}

function awaitingPingPong(
  world: Communicator,
  peer: number,
  outgoing: Uint8Array,
  incoming: Uint8Array,
): Batch {
  const first = world.rank === 0;
  return async (iterations) => {
    for (let i = 0; i < iterations; i++) {
      if (first) {
        await world.send(outgoing, peer, TAG_DATA);
        await world.recvInto(incoming, peer, TAG_DATA);
      } else {
        await world.recvInto(incoming, peer, TAG_DATA);
        await world.send(outgoing, peer, TAG_DATA);
      }
    }
  };
}
