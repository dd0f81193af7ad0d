/**
 * The loop over batches of our own rank programs: warm-up, go-ahead, clock, output. `bench/peers/batches.c` is the same
 * for the C libraries.
 */
import type { BenchCase, CaseRecord } from '../bench-case.ts';

/** The tags of the messages: as in `bench/peers/cases.h`. */
export const TAG_DATA = 1;
export const TAG_GO = 2;
export const TAG_ACKNOWLEDGE = 3;

/** One batch: `iterations` repetitions of a pattern, by every rank. */
export type Batch = (iterations: number) => void | Promise<void>;

/** Rank 0 decides whether there is another batch, and the other ranks learn it. */
export type GoAhead = (decision: boolean) => boolean | Promise<boolean>;

/** Seconds of every batch that counts. */
export async function runBatches(benchCase: BenchCase, goAhead: GoAhead, batch: Batch): Promise<number[]> {
  const { batches, milliseconds } = benchCase;
  await runSeries(benchCase, goAhead, batch, Infinity, 2 * milliseconds);
  return runSeries(benchCase, goAhead, batch, batches, milliseconds);
}

async function runSeries(
  benchCase: BenchCase,
  goAhead: GoAhead,
  batch: Batch,
  count: number,
  milliseconds: number,
): Promise<number[]> {
  const limit = performance.now() + milliseconds;
  const seconds: number[] = [];
  for (;;) {
    const another = seconds.length === 0 || (seconds.length < count && performance.now() < limit);
    const decision = goAhead(another);
    // A blocking rank never leaves its thread between two batches.
    if (!(typeof decision === 'boolean' ? decision : await decision)) return seconds;
    const start = performance.now();
    const running = batch(benchCase.iterations);
    if (running !== undefined) await running;
    seconds.push((performance.now() - start) / 1e3);
  }
}

export function toRecord(
  benchCase: BenchCase,
  ranks: number,
  seconds: readonly number[],
  processorSeconds?: readonly number[],
): CaseRecord {
  const { kind, bytes, window, iterations } = benchCase;
  const record = { kind, bytes, window, ranks, iterations, seconds };
  return processorSeconds === undefined ? record : { ...record, processorSeconds };
}

/** Bytes of which number i is (i · 7 + seed) mod 251: each rank's own, so that what arrives can be told. */
export function patternedBytes(bytes: number, seed: number): Uint8Array {
  const data = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i++) data[i] = (i * 7 + seed) % 251;
  return data;
}

/** A library that loses bytes has no speed. */
export function expectPattern(data: Uint8Array, seed: number, benchCase: BenchCase): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== (i * 7 + seed) % 251) {
      throw new Error(
        `Cannot count the case ${benchCase.kind} of ${benchCase.bytes} bytes: byte ${i} arrived as ` +
          `${data[i]}, not as ${(i * 7 + seed) % 251}`,
      );
    }
  }
}
