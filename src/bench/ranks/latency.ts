/**
 * Ping-pong between two processes; one iteration is one round trip. Blocking: `sendSync` and `recvIntoSync`, as
 * MPI_Send and MPI_Recv. Awaiting: both operations awaited, so that the event loop stays alive.
 */
import type { BenchCase } from '../bench-case.ts';
import { expectPattern, patternedBytes, runBatches, TAG_DATA, type Batch, type GoAhead } from './batches.ts';
import type { Pair } from './pair.ts';

export async function runLatency(
  pair: Pair,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  const outgoing = patternedBytes(benchCase.bytes, Number(!pair.isFirst));
  const incoming = patternedBytes(benchCase.bytes, 100);
  const pattern = awaiting ? awaitingPingPong : blockingPingPong;
  const seconds = await runBatches(benchCase, goAhead, pattern(pair, outgoing, incoming));
  expectPattern(incoming, Number(pair.isFirst), benchCase);
  return seconds;
}

function blockingPingPong({ comm, peer, isFirst }: Pair, outgoing: Uint8Array, incoming: Uint8Array): Batch {
  return (iterations) => {
    for (let i = 0; i < iterations; i++) {
      if (isFirst) {
        comm.sendSync(outgoing, peer, TAG_DATA);
        comm.recvIntoSync(incoming, peer, TAG_DATA);
      } else {
        comm.recvIntoSync(incoming, peer, TAG_DATA);
        comm.sendSync(outgoing, peer, TAG_DATA);
      }
    }
  };
}

function awaitingPingPong({ comm, peer, isFirst }: Pair, outgoing: Uint8Array, incoming: Uint8Array): Batch {
  return async (iterations) => {
    for (let i = 0; i < iterations; i++) {
      if (isFirst) {
        await comm.send(outgoing, peer, TAG_DATA);
        await comm.recvInto(incoming, peer, TAG_DATA);
      } else {
        await comm.recvInto(incoming, peer, TAG_DATA);
        await comm.send(outgoing, peer, TAG_DATA);
      }
    }
  };
}
