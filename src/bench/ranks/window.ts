/**
 * Bandwidth and message rate: rank 0 keeps a window of non-blocking sends under way, rank 1 has as many receives posted,
 * each with a buffer of its own, and acknowledges the window with an empty message. One iteration is one window.
 */
import { waitAllSync, type Communicator, type Request } from '../../index.ts';
import type { BenchCase } from '../bench-case.ts';
import {
  expectPattern,
  patternedBytes,
  runBatches,
  TAG_ACKNOWLEDGE,
  TAG_DATA,
  type GoAhead,
} from './batches.ts';

export async function runWindow(
  world: Communicator,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  const { bytes, window } = benchCase;
  const nothing = new Uint8Array(0);
  const outgoing = patternedBytes(bytes, 0);
  const slots = Array.from({ length: world.rank === 1 ? window : 0 }, () => new Uint8Array(bytes));

  function post(): Request<unknown>[] {
    return world.rank === 0
      ? Array.from({ length: window }, () => world.send(outgoing, 1, TAG_DATA))
      : slots.map((slot) => world.recvInto(slot, 0, TAG_DATA));
  }

  function blocking(iterations: number): void {
    for (let i = 0; i < iterations; i++) {
      waitAllSync(post());
      if (world.rank === 0) world.recvIntoSync(nothing, 1, TAG_ACKNOWLEDGE);
      else world.sendSync(nothing, 0, TAG_ACKNOWLEDGE);
    }
  }

  async function awaited(iterations: number): Promise<void> {
    for (let i = 0; i < iterations; i++) {
      await Promise.all(post());
      if (world.rank === 0) await world.recvInto(nothing, 1, TAG_ACKNOWLEDGE);
      else await world.send(nothing, 0, TAG_ACKNOWLEDGE);
    }
  }

  const seconds = await runBatches(benchCase, goAhead, awaiting ? awaited : blocking);
  for (const slot of slots) expectPattern(slot, 0, benchCase);
  return seconds;
}
