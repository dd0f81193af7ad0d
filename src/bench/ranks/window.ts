/**
 * Bandwidth and message rate: one process keeps a window of non-blocking sends under way, the other has as many receives posted,
 * each with a buffer of its own, and acknowledges the window with an empty message. One iteration is one window.
 */
import { waitAllSync, type Request } from '../../index.ts';
import type { BenchCase } from '../bench-case.ts';
import {
  expectPattern,
  patternedBytes,
  runBatches,
  TAG_ACKNOWLEDGE,
  TAG_DATA,
  type GoAhead,
} from './batches.ts';
import type { Pair } from './pair.ts';

export async function runWindow(
  { comm, peer, isFirst }: Pair,
  benchCase: BenchCase,
  goAhead: GoAhead,
  awaiting: boolean,
): Promise<number[]> {
  const { bytes, window } = benchCase;
  const nothing = new Uint8Array(0);
  const outgoing = patternedBytes(bytes, 0);
  const slots = Array.from({ length: isFirst ? 0 : window }, () => new Uint8Array(bytes));

  function post(): Request<unknown>[] {
    return isFirst
      ? Array.from({ length: window }, () => comm.send(outgoing, peer, TAG_DATA))
      : slots.map((slot) => comm.recvInto(slot, peer, TAG_DATA));
  }

  function blocking(iterations: number): void {
    for (let i = 0; i < iterations; i++) {
      waitAllSync(post());
      if (isFirst) comm.recvIntoSync(nothing, peer, TAG_ACKNOWLEDGE);
      else comm.sendSync(nothing, peer, TAG_ACKNOWLEDGE);
    }
  }

  async function awaited(iterations: number): Promise<void> {
    for (let i = 0; i < iterations; i++) {
      await Promise.all(post());
      if (isFirst) await comm.recvInto(nothing, peer, TAG_ACKNOWLEDGE);
      else await comm.send(nothing, peer, TAG_ACKNOWLEDGE);
    }
  }

  const seconds = await runBatches(benchCase, goAhead, awaiting ? awaited : blocking);
  for (const slot of slots) expectPattern(slot, 0, benchCase);
  return seconds;
}
